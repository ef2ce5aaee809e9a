/** By which addresses the ready pods of a version are known. */
import { selectorLabels, subsetName, type Release } from '../../../model';
import { isReady, type Pod } from '../../kubernetes/objects';
import type { LivePods } from '../mesh/live-endpoints';
import { isPodOf } from './adopted-version';

/** The file may call a version otherwise than its subset, or not list it any more. */
export function livePodsOf(release: Pick<Release, 'versions'>, pods: readonly Pod[]): LivePods {
  const ready = pods.filter(isReady);
  // Once for all proxies of a look.
  const known = new Map<string, ReadonlySet<string>>();
  return (subset) => {
    const found = known.get(subset) ?? new Set(ready.filter(isPodBehind(release, subset)).flatMap(addressesOf));
    known.set(subset, found);
    return found;
  };
}

function isPodBehind(release: Pick<Release, 'versions'>, subset: string): (pod: Pod) => boolean {
  const listed = release.versions.find(({ name }) => subsetName(name) === subset);
  if (listed) return isPodOf(release, listed.name);
  return ({ metadata }) => subsetName(metadata.labels?.[selectorLabels.version] ?? '') === subset;
}

/** A pod of two families has one of each. */
function addressesOf({ status = {} }: Pod): string[] {
  const all = [status.podIP, ...(status.podIPs ?? []).map(({ ip }) => ip)];
  return all.filter((address) => address !== undefined);
}
