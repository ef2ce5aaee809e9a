/**
 * The objects of one version, made of a workload's YAML. What is laid over: names, the labels and selectors of the version, the
 * image; the preStop hook and the grace period where there are none. Everything else is as it was written.
 */
import {
  canonical,
  fieldsOf,
  isSubset,
  listOf,
  mainContainer,
  podLabelsOf,
  podSpecOf,
  problemAt,
  renamed,
  specOf,
  targetFields,
  withField,
  type Fields,
  type ManifestProblem,
  type Placed,
  type WorkloadParts,
} from '../../manifests';
import {
  annotations,
  contentHash,
  subsetName,
  versionedName,
  type Manifest,
  type Release,
  type Version,
} from '../../model';
import { podLabels } from '../manifest';
import { sidecarAnnotations, sidecarLabels } from '../sidecar';

export interface VersionObjects {
  /** In the order to create them. */
  readonly objects: readonly Manifest[];
  readonly problems: readonly ManifestProblem[];
}

export function versionObjects(parts: WorkloadParts, release: Release, version: Version): VersionObjects {
  const main = mainContainer(parts, release.container);
  if (!('name' in main)) return { objects: [], problems: [main] };
  const deployment = deploymentOf(parts, main.name, release, version);
  const others = parts.ofVersion.map((each) => otherObject(each.manifest, parts.deployment.manifest, release, version));
  return {
    objects: [...others.filter(isRead), deployment, ...others.filter((each) => !isRead(each))],
    problems: [...elsewhere([parts.deployment, ...parts.ofVersion], release), ...notSelected(parts, deployment)],
  };
}

/** A pod reads it when it starts. */
function isRead({ kind }: Manifest): boolean {
  return kind === 'ConfigMap';
}

function deploymentOf(parts: WorkloadParts, container: string, release: Release, version: Version): Manifest {
  const { manifest } = parts.deployment;
  const spec = specOf(manifest);
  const selector = fieldsOf(spec.selector);
  return {
    ...manifest,
    metadata: versionMeta(manifest, versionedName(release.name, version.name), release, version),
    spec: {
      ...spec,
      selector: { ...selector, matchLabels: { ...fieldsOf(selector.matchLabels), ...selectorOf(release, version) } },
      template: templateOf(parts, container, release, version),
    },
  };
}

/** The names of the labels by which pods are selected: versions must not share pods. */
function selectorOf(release: Release, version: Version): Record<string, string> {
  const { app, version: name } = podLabels(release, version) as Record<'app' | 'version', string>;
  return { app, version: name };
}

function templateOf(parts: WorkloadParts, container: string, release: Release, version: Version): Fields {
  const written = fieldsOf(specOf(parts.deployment.manifest).template);
  const metadata = fieldsOf(written.metadata);
  const pod = podSpecOf(parts.deployment);
  const seconds = pod.terminationGracePeriodSeconds ?? release.timings.gracePeriodSeconds;
  const timings = { ...release.timings, gracePeriodSeconds: Number(seconds) };
  const own = parts.ofVersion.filter(({ manifest }) => isRead(manifest)).map(({ manifest }) => manifest);
  const names = new Map(own.map(({ metadata: { name } }) => [name, nameIn(name, version)]));
  const spec = {
    ...pod,
    terminationGracePeriodSeconds: seconds,
    containers: listOf(pod.containers).map((each) => containerOf(each, each.name === container, release, version)),
  };
  const template = renamed(
    {
      ...written,
      metadata: {
        ...metadata,
        labels: { ...sidecarLabels(release), ...fieldsOf(metadata.labels), ...podLabels(release, version) },
        annotations: { ...sidecarAnnotations({ ...release, timings }), ...fieldsOf(metadata.annotations) },
      },
      spec,
    },
    (name) => names.get(name) ?? name,
  ) as Fields & { readonly metadata: Fields };
  // Of all that a pod starts with: another hash under the same name is another build.
  const hash = contentHash({ template: canonical(template), ...Object.fromEntries(own.map(contentsOf)) });
  const notes = { ...fieldsOf(template.metadata.annotations), [annotations.contentHash]: hash };
  return { ...template, metadata: { ...template.metadata, annotations: notes } };
}

function contentsOf({ metadata, data, binaryData }: Manifest): [string, string] {
  return [`ConfigMap ${metadata.name}`, canonical({ data, binaryData })];
}

/** Every program in the pod goes on while proxies still send: one that stopped at once might be the one that others need. */
function containerOf(container: Fields, isMain: boolean, { timings }: Release, version: Version): Fields {
  const lifecycle = fieldsOf(container.lifecycle);
  const preStop = lifecycle.preStop ?? { sleep: { seconds: timings.shutdownDelaySeconds } };
  return { ...container, ...(isMain && { image: version.image }), lifecycle: { ...lifecycle, preStop } };
}

/** A ConfigMap, a disruption budget, or what scales the Deployment. */
function otherObject(manifest: Manifest, deployment: Manifest, release: Release, version: Version): Manifest {
  const metadata = versionMeta(manifest, nameIn(manifest.metadata.name, version), release, version);
  if (manifest.spec === undefined) return { ...manifest, metadata };
  const name = versionedName(release.name, version.name);
  let spec = specOf(manifest);
  for (const field of targetFields)
    if (fieldsOf(spec[field]).name === deployment.metadata.name)
      spec = withField(spec, field, { ...fieldsOf(spec[field]), name });
  if (manifest.kind !== 'PodDisruptionBudget') return { ...manifest, metadata, spec };
  const selector = fieldsOf(spec.selector);
  const matchLabels = { ...fieldsOf(selector.matchLabels), ...selectorOf(release, version) };
  return { ...manifest, metadata, spec: { ...spec, selector: { ...selector, matchLabels } } };
}

function nameIn(name: string, version: Version): string {
  return `${name}-${subsetName(version.name)}`;
}

function versionMeta({ metadata }: Manifest, name: string, release: Release, version: Version): Manifest['metadata'] {
  const labels = { ...metadata.labels, ...podLabels(release, version) };
  return { ...metadata, name, namespace: release.namespace, labels };
}

function elsewhere(placed: readonly Placed[], { namespace }: Release): ManifestProblem[] {
  return placed
    .filter(({ manifest }) => (manifest.metadata.namespace ?? namespace) !== namespace)
    .map((each) => {
      const { kind, metadata } = each.manifest;
      const expected = `${kind} ${metadata.name} in the namespace of the release, ${namespace}`;
      return problemAt(each, expected, String(metadata.namespace), 'correct it, or leave it out');
    });
}

/** The Service stays as it is, so the pods of each version must have what it selects by. */
function notSelected({ service }: WorkloadParts, deployment: Manifest): ManifestProblem[] {
  const selector = fieldsOf(specOf(service.manifest).selector);
  const labels = podLabelsOf(deployment);
  if (isSubset(selector, labels)) return [];
  const expected = `a Service that selects the pods of all versions, with the labels ${JSON.stringify(labels)}`;
  const fix = 'select by labels that all versions have; app is the name of the release, version that of the version';
  return [problemAt(service, expected, JSON.stringify(selector), fix)];
}
