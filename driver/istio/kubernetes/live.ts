/** The objects that a release writes, as the API server has them now. */
import type { Manifest } from '../../../model';
import type { NamespacedName } from '../../core/namespaced-name';
import { objectPath } from '../../kubernetes/paths';
import { versionObjects } from './version-objects';
import type { Writer } from './writer';

export async function liveObjects({ api, paths, carried }: Writer, service: NamespacedName): Promise<Manifest[]> {
  const ofVersions = versionObjects(api, paths, service, carried);
  const ofTraffic = (['VirtualService', 'DestinationRule'] as const).map((kind) =>
    api.find<Manifest>(objectPath(kind, service)),
  );
  const found = (await Promise.all(ofTraffic)).filter((object) => object !== undefined);
  return [...Object.values(await ofVersions).flat(), ...found];
}
