/** The objects that handover writes, as the API server has them now. */
import type { Manifest } from '../../../charts';
import { selectorLabels, type Release } from '../../../model';
import type { Api } from '../../kubernetes/api';
import { apiVersionOf, collectionPath, objectPath } from '../../kubernetes/paths';
import { versionKinds } from './version-objects';

export async function liveObjects(api: Api, release: Release): Promise<Manifest[]> {
  const ofVersions = versionKinds.map(async (kind) => {
    const items = await api.list<Manifest>(collectionPath(kind, release.namespace), {
      [selectorLabels.app]: release.name,
    });
    const ofOurs = items.filter(({ metadata }) => metadata.labels?.[selectorLabels.version] !== undefined);
    // An item of a list does not say what it is.
    return ofOurs.map((item) => ({ ...item, apiVersion: apiVersionOf(kind), kind }));
  });
  const paths = [objectPath('VirtualService', release), objectPath('DestinationRule', release)];
  const ofTraffic = await Promise.all(paths.map((path) => api.find<Manifest>(path)));
  return [...(await Promise.all(ofVersions)).flat(), ...ofTraffic.filter((object) => object !== undefined)];
}
