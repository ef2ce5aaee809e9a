/** The objects that a release writes, as the API server has them now. */
import type { Manifest, Release } from '../../../model';
import { objectPath } from '../../kubernetes/paths';
import { kindsOf, versionObjects } from './version-objects';
import type { Writer } from './writer';

export async function liveObjects(writer: Writer, service: Release): Promise<Manifest[]> {
  const ofVersions = versionObjects(writer, service, kindsOf(writer.carried));
  const ofTraffic = (['VirtualService', 'DestinationRule'] as const).map((kind) =>
    writer.api.find<Manifest>(objectPath(kind, service)),
  );
  const found = (await Promise.all(ofTraffic)).filter((object) => object !== undefined);
  return [...Object.values(await ofVersions).flat(), ...found];
}
