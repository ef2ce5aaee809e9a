/** Whether Istio is there, and whether the pods of the service are in a mesh that handover knows. */
import { selectorLabels, type Release } from '../../../model';
import { ApiError, type Api } from '../../kubernetes/api';
import type { Pod } from '../../kubernetes/objects';
import { collectionPath } from '../../kubernetes/paths';
import { right, wrong, type Check } from './check';

const istioApi = '/apis/networking.istio.io/v1';

export async function checkMesh(api: Api, release: Release): Promise<Check[]> {
  try {
    await api.get(istioApi);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    return [wrong('Istio', 'the API server does not know networking.istio.io/v1', 'install Istio 1.22 or newer')];
  }
  return [right('Istio', 'networking.istio.io/v1 is there'), ...(await checkAmbient(api, release))];
}

async function checkAmbient(api: Api, { name, namespace }: Release): Promise<Check[]> {
  const pods = await api.list<Pod>(collectionPath('Pod', namespace), { [selectorLabels.app]: name });
  const inAmbient = pods.filter(({ metadata }) => metadata.annotations?.['ambient.istio.io/redirection'] === 'enabled');
  if (inAmbient.length === 0) return [];
  const fix = `ztunnel has no routes to look at: kubectl label namespace ${namespace} istio.io/dataplane-mode-, and inject sidecars`;
  return [wrong('ambient', `${inAmbient.length} pods of ${name} are in ambient mode`, fix)];
}
