/**
 * S1: whoever removed the stable version left proxies with endpoints of pods that are ending, or with none. Pods that are made anew
 * behind the same subset would meet the traffic before each proxy knows them. So the subset goes first, and comes back with the pods.
 */
import { adoptedIn, weightOf } from '../../../model';
import { act, waitFor } from '../decision';
import { stillNamed } from './remove';
import type { Rule, Situation } from './situation';

/** Only an abort leads traffic to a version without pods: it makes them. Probes are answered by pods, and tell nothing of a cluster. */
export const renewSubset: Rule = (situation) => {
  const { release, record, seen } = situation;
  const { stable, mode } = record;
  if (mode !== 'abort' || seen.evidence !== 'proxy' || adoptedIn(release, stable) || !isLost(stable, situation))
    return undefined;
  const until = stillNamed(stable, situation);
  const limitMs = release.timings.drainLimitSeconds * 1000;
  if (until) return waitFor({ for: 'drain', version: stable, until }, limitMs);
  const versions = seen.subsets.versions.filter((version) => version !== stable);
  return act({ kind: 'write-subsets', versions }, { code: 'subset-stale', version: stable });
};

/** Its pods are gone, its subset is not, and nothing of the live route names it. */
function isLost(version: string, { seen: { route, subsets, workloads } }: Situation): boolean {
  const isGone = workloads[version]?.isGone ?? !(version in workloads);
  const named = [...route.headerVersions, ...route.probes, ...route.otherVersions];
  const isNamed = weightOf(route.split, version) > 0 || named.includes(version);
  return isGone && !isNamed && subsets.versions.includes(version);
}
