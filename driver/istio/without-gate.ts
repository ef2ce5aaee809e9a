/**
 * A cluster whose proxies and pods are believed instead of asked: what every tool that waits for a clock does. It exists
 * for one purpose: the end-to-end tests must see it lose requests, or their load generator sees nothing at all.
 */
import { observedBy, type Cluster } from './cluster';
import { waitIdeally } from './ideal-cluster';
import type { Observation } from './observation';
import { Refusal, type Release } from '../../model';

export const unsafeSwitch = 'HANDOVER_TEST_UNSAFE';

/** Throws a Refusal outside of tests. */
export function withoutGate(cluster: Cluster, environment: Readonly<Record<string, string | undefined>>): Cluster {
  if (environment[unsafeSwitch] !== 'yes') {
    const fix = 'leave it out: it is for the tests of handover itself, and loses requests';
    throw new Refusal('unsafe', 'a release that looks at the proxies', '--unsafe-no-gate', fix);
  }
  return observedBy(cluster, async (release, look) =>
    believe(release, await cluster.observe(release, { ...look, inFlightOf: [] }), look.inFlightOf),
  );
}

/** Every pod is ready as soon as it exists, every proxy has everything, nothing is in flight. */
function believe(release: Release, seen: Observation, ask: readonly string[]): Observation {
  const grown = waitIdeally(release, seen, 'pods', ask);
  return {
    ...waitIdeally(release, grown, 'drain', ask),
    atMs: seen.atMs,
    endedMs: seen.endedMs,
    serverMs: seen.serverMs,
  };
}
