/** What a cluster has around one Deployment. Only reads: what the account may not read is said, and left out. */
import { gatewayNamed, meshGateway, type Manifest } from '../../model';
import { choosesByLabels, fieldsOf, isSubset, listOf, podLabelsOf, specOf } from '../../manifests';
import { isForbidden, type Api } from '../kubernetes/api';
import { hasSidecar, staysRunning, type Pod } from '../kubernetes/objects';
import { apiVersionOf, collectionPath, objectPath } from '../kubernetes/paths';
import { ResourcePaths } from '../kubernetes/resources';
import type { NamespacedName } from '../core/namespaced-name';
import type { Running } from './dangers';

export interface LiveService {
  readonly objects: readonly Manifest[];
  readonly running: Running;
}

/** In the namespace of the service. A VirtualService may be elsewhere, and then it has to be known. */
const kinds = ['Service', 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'DestinationRule'] as const;

/** Undefined when there is no such Deployment. `tell` hears what could not be read. */
export async function readLive(
  api: Api,
  name: NamespacedName,
  tell: (text: string) => void,
): Promise<LiveService | undefined> {
  const found = await api.find<Manifest>(objectPath('Deployment', name));
  if (!found) return undefined;
  const deployment = { ...found, apiVersion: 'apps/v1', kind: 'Deployment' };
  const lists = await Promise.all(kinds.map((kind) => listed(api, kind, name.namespace)));
  const routes = await routesOf(api, name.namespace, tell);
  const objects = [deployment, ...related(lists.flat(), deployment), ...routes];
  const gateways = await gatewaysOf(api, routes, name.namespace);
  const made = await Promise.all(objects.map((each) => maker(api, each)));
  return { objects: [...made, ...gateways], running: await runningOf(api, deployment, name.namespace) };
}

/** An item of a list does not say what it is. */
async function listed(api: Api, kind: string, namespace?: string): Promise<Manifest[]> {
  const items = await api.list<Manifest>(collectionPath(kind, namespace), {});
  return items.map((item) => ({ ...item, apiVersion: apiVersionOf(kind), kind }));
}

/** A namespace holds other people's objects, too: only those of these pods are somebody's concern here. */
function related(objects: readonly Manifest[], deployment: Manifest): Manifest[] {
  const labels = podLabelsOf(deployment);
  const { name } = deployment.metadata;
  return objects.filter((each) => {
    const { selector, scaleTargetRef } = specOf(each);
    switch (each.kind) {
      case 'Service':
        return isSubset(fieldsOf(selector), labels);
      case 'PodDisruptionBudget':
        return choosesByLabels(each, labels);
      case 'HorizontalPodAutoscaler':
        return fieldsOf(scaleTargetRef).name === name;
      default:
        return true;
    }
  });
}

async function routesOf(api: Api, namespace: string, tell: (text: string) => void): Promise<Manifest[]> {
  try {
    return await listed(api, 'VirtualService');
  } catch (error) {
    if (!isForbidden(error)) throw error;
    tell(`no right to list VirtualServices of all namespaces: one outside of ${namespace} would not be seen\n`);
    return listed(api, 'VirtualService', namespace);
  }
}

/** Those of the namespace of the service alone are named without it. One that may not be read is left out. */
async function gatewaysOf(api: Api, routes: readonly Manifest[], namespace: string): Promise<Manifest[]> {
  const references = routes.flatMap(({ metadata, spec }) => {
    const { gateways } = fieldsOf(spec);
    if (metadata.namespace !== namespace || !Array.isArray(gateways)) return [];
    return gateways.map(String).filter((reference) => reference !== meshGateway);
  });
  const found = await Promise.all(
    [...new Set(references)].map(async (reference) => {
      const path = objectPath('Gateway', gatewayNamed(reference, namespace));
      const gateway = await api.find<Manifest>(path).catch(unlessForbidden);
      return gateway && { ...gateway, apiVersion: apiVersionOf('Gateway'), kind: 'Gateway' };
    }),
  );
  return found.filter((each) => each !== undefined);
}

/** An autoscaler may be made by another object, such as a ScaledObject: that one is what people write. */
async function maker(api: Api, object: Manifest): Promise<Manifest> {
  const { ownerReferences, namespace } = object.metadata;
  const owner = listOf(ownerReferences).find(({ controller }) => controller === true);
  if (!owner || object.kind !== 'HorizontalPodAutoscaler') return object;
  const [apiVersion, kind, name] = [String(owner.apiVersion), String(owner.kind), String(owner.name)];
  const path = await new ResourcePaths(api).of({ apiVersion, kind, name, namespace: String(namespace) });
  return { ...(await api.get<Manifest>(path)), apiVersion, kind };
}

async function runningOf(api: Api, deployment: Manifest, namespace: string): Promise<Running> {
  const { matchLabels } = fieldsOf(specOf(deployment).selector);
  const all = await api.list<Pod>(collectionPath('Pod', namespace), fieldsOf(matchLabels) as Record<string, string>);
  const pods = all.filter(staysRunning);
  return { pods: pods.length, sidecars: pods.filter(hasSidecar).length };
}

function unlessForbidden(error: unknown): undefined {
  if (!isForbidden(error)) throw error;
}
