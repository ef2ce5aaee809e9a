/** What in a service as it runs endangers requests when it comes aboard. What its YAML endangers, synth says. */
import { choosesByLabels, configMapsIn, fieldsOf, listOf, nameOf, podLabelsOf, specOf } from '../../manifests';
import { isPinned, selectorLabels, type Manifest } from '../../model';
import { ownerOf } from './clean';
import type { Found } from './find';
import { danger, left, type Note } from './note';

/** What was seen of the pods that run. */
export interface Running {
  readonly pods: number;
  readonly sidecars: number;
}

interface Facts {
  readonly version: string;
  readonly becomes: string;
  readonly image: string;
  readonly running: Running | undefined;
}

export function dangersOf(found: Found, facts: Facts): Note[] {
  const { deployment, service, scaler, budget } = found;
  return [
    danger(nameOf(service), 'clients that call it without the route reach every version as soon as its pods are ready'),
    ...found.otherServices.map((each) =>
      danger(nameOf(each), 'it selects the same pods: its clients do not follow the weights'),
    ),
    ...unpinned(found, facts),
    ...fewer(found, facts),
    ...(scaler && sharesPods(deployment, facts)
      ? [danger(nameOf(scaler), `it counts the pods of ${facts.becomes}, too, while ${nameOf(deployment)} is there`)]
      : []),
    ...(budget
      ? [
          danger(
            nameOf(budget),
            `it selects the pods of ${facts.becomes}, too, and Kubernetes evicts no pod of two budgets: delete it with ${nameOf(deployment)}`,
          ),
        ]
      : []),
    ...owned(found),
  ];
}

function unpinned({ deployment }: Found, { image, version }: Facts): Note[] {
  if (isPinned(image)) return [];
  return [
    danger(nameOf(deployment), `the image ${image} may be another build tomorrow; give ${version} a tag or a digest`),
  ];
}

/** The labels of a version are laid over: what the Deployment selects by, its pods may still have. */
function sharesPods(deployment: Manifest, { version }: Facts): boolean {
  return choosesByLabels(deployment, { ...podLabelsOf(deployment), [selectorLabels.version]: version });
}

/** All traffic goes to the new pods at once when the route is applied: there are no steps into the first version. */
function fewer({ scaler, deployment }: Found, { running, becomes }: Facts): Note[] {
  if (!running) return [];
  const { minReplicas, minReplicaCount } = scaler ? specOf(scaler) : {};
  const { replicas = 1 } = specOf(deployment);
  const begins = Number(scaler ? (minReplicas ?? minReplicaCount ?? 1) : replicas);
  if (running.pods <= begins) return [];
  return [
    danger(
      nameOf(scaler ?? deployment),
      `${running.pods} pods run now, and ${becomes} would begin with ${begins}: raise that before its first apply`,
    ),
  ];
}

function owned({ deployment, service, scaler, budget }: Found): Note[] {
  const owners = [deployment, service, scaler, budget].flatMap((each) => (each ? (ownerOf(each) ?? []) : []));
  return [...new Set(owners)].map((owner) =>
    danger(
      owner,
      `it goes on writing ${nameOf(deployment)} and what it owns: take that out of its sources once the route leads to the version`,
    ),
  );
}

/** What the pods refer to: it stays as it is, and all versions share it. */
export function referenceNotes({ deployment }: Found): Note[] {
  const template = specOf(deployment).template;
  const pod = fieldsOf(fieldsOf(template).spec);
  const { serviceAccountName } = pod;
  const volumes = listOf(pod.volumes);
  const named = [
    ...[...configMapsIn(template)].map(
      (name) => [`ConfigMap/${name}`, 'all versions read it; add it to the YAML to give each its own'] as const,
    ),
    ...volumes
      .map(({ persistentVolumeClaim }) => fieldsOf(persistentVolumeClaim).claimName)
      .filter((name) => typeof name === 'string')
      .map(
        (name) =>
          [
            `PersistentVolumeClaim/${name}`,
            'pods of two versions share it; whether both can mount it, you have to know',
          ] as const,
      ),
    ...(typeof serviceAccountName === 'string' && serviceAccountName !== 'default'
      ? [[`ServiceAccount/${serviceAccountName}`, 'it stays; all versions run as it'] as const]
      : []),
  ];
  return named.map(([what, why]) => left(what, why));
}
