/**
 * Before the first write: does a mirror, or a route that is neither split nor pinned, name a version that comes or goes? No edit
 * touches those. One that goes would be drained without an end, after all traffic has moved; one that comes is named before it is there.
 */
import { orUnsupported, untouchedSubsets, type ServiceShape } from '../../manifests';
import { Refusal, subsetName, versionNames, versionsAtEnd, type Release } from '../../model';
import type { Observation } from './observation';
import type { Order } from './stages';

export function untouchedRoutes(
  release: Release,
  order: Order,
  { route, subsets, workloads }: Observation,
  shape?: ServiceShape,
): Refusal | undefined {
  if (order.kind === 'resume' || !shape || route?.record) return undefined;
  const named = orUnsupported(() => untouchedSubsets(shape.virtualService, shape.host));
  // Routes that cannot be told are refused by their own check.
  if (named instanceof Refusal) return undefined;
  const end = order.kind === 'run' ? versionsAtEnd(release, order.canary) : versionNames(release);
  const comesOrGoes = (version: string) => !end.includes(version) || !subsets?.versions.includes(version);
  const all = [...new Set([...versionNames(release), ...Object.keys(workloads)])];
  const found = all.filter((version) => named.includes(subsetName(version)) && comesOrGoes(version));
  if (found.length === 0) return undefined;
  const expected = 'mirrors, and routes that are neither split nor pinned, to no version that comes or goes';
  const fix =
    'leave the subset out of the mirror, so that it goes to the whole Service; or pin the route (docs/your-service.md)';
  const where = `the VirtualService ${release.namespace}/${release.name}`;
  return new Refusal('route-unsupported', expected, `${where} names ${found.join(' and ')} in one of them`, fix);
}
