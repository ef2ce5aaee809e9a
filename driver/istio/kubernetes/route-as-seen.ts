/** The condition of every write that takes something away. */
import type { NamespacedName } from '../../core/namespaced-name';
import type { Api } from '../../kubernetes/api';
import type { DestinationRule, VirtualService } from '../../kubernetes/objects';
import { objectPath } from '../../kubernetes/paths';
import type { Observation } from '../observation';

/**
 * The VirtualService, if it still is as it was observed. Neither a DestinationRule nor a Deployment knows whether somebody
 * has sent traffic to the version since the look.
 */
export async function routeAsSeen(
  api: Api,
  service: NamespacedName,
  { route }: Observation,
): Promise<VirtualService | undefined> {
  const live = await api.find<VirtualService>(objectPath('VirtualService', service));
  return live && live.metadata.resourceVersion === route?.resourceVersion ? live : undefined;
}

/** Nor does a Deployment know whether somebody has made the subset of another version select its pods. */
export async function isTrafficAsSeen(api: Api, service: NamespacedName, seen: Observation): Promise<boolean> {
  const [route, rule] = await Promise.all([
    routeAsSeen(api, service, seen),
    api.find<DestinationRule>(objectPath('DestinationRule', service)),
  ]);
  return route !== undefined && rule?.metadata.resourceVersion === seen.subsets?.resourceVersion;
}
