/**
 * What a pod's own sidecar has in hand: every request to a port of its Services comes through a cluster `inbound|PORT||`,
 * from a gateway, another pod or anybody else. The program needs no metric for it.
 */
import type { Get } from '../../kubernetes/http-over';
import { clustersThatMention, clusterStatuses, sumOf } from './envoy-clusters';

const pattern = '^inbound\\|';

/** Envoy before 1.38 takes no notice of the filter, and answers for all clusters. */
const inboundPath = `/clusters?format=json&filter=${encodeURIComponent(pattern)}`;

export async function askInboundRequests(get: Get): Promise<number> {
  return inboundRequests(await get(inboundPath, clustersThatMention('inbound|')));
}

/** Throws without any such cluster: a sidecar that has no configuration yet has not said that its pod is idle. */
export function inboundRequests(answer: string): number {
  const inbound = clusterStatuses(answer).filter(({ name }) => new RegExp(pattern).test(name));
  if (inbound.length === 0) throw new Error('its sidecar has no inbound cluster, so it counts no requests');
  return sumOf(
    'rq_active',
    inbound.flatMap(({ host_statuses: hosts }) => hosts),
  );
}
