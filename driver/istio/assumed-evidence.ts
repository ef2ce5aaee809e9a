/**
 * A cluster whose proxies are not asked: what they have is assumed a stated time after the last change. Everything of which
 * that is said stays visible as assumed. The time counts from when this driver saw the change, so a driver that is started
 * again waits anew, and no two clocks are compared.
 */
import type { Release } from '../../model';
import { observedBy, type Cluster } from './cluster';
import { upToDateProxy } from './ideal-cluster';
import type { Observation, Proxy } from './observation';

export function withAssumedEvidence(cluster: Cluster, afterMs: number): Cluster {
  let known = { state: '', sinceMs: 0 };
  return observedBy(cluster, async (release, look) => {
    const seen = await cluster.observe(release, { ...look, evidence: 'assumed' });
    const state = configuration(seen);
    if (state !== known.state) known = { state, sinceMs: seen.endedMs };
    return { ...seen, proxies: [presumed(release, seen, known.sinceMs + afterMs - seen.atMs)] };
  });
}

/** What proxies have to learn; a change of the record alone is nothing to them. */
function configuration({ route, subsets, workloads }: Observation): string {
  const endpoints = Object.entries(workloads).map(([version, { available }]) => [version, available]);
  const { versions, chosenBy } = subsets ?? {};
  return JSON.stringify([route?.marker, route?.split, route?.headerVersions, versions, chosenBy, endpoints]);
}

function presumed(release: Release, seen: Observation, remainingMs: number): Proxy {
  const who = { name: 'every proxy', kind: seen.route?.isMeshAlone ? 'sidecar' : 'gateway' } as const;
  if (remainingMs > 0) return { ...who, assumedInSeconds: Math.ceil(remainingMs / 1000) };
  return upToDateProxy(release, seen, who);
}
