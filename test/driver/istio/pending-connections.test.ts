/** S3: what waits for a connection is in no count of requests. */
import {
  noConnections,
  rememberConnections,
  settleMs,
  type Connections,
} from '../../../driver/istio/pending-connections';
import { calm, span } from '../../../driver/istio/simulation';
import type { Observation, Proxy } from '../../../driver/istio/observation';
import type { Grade } from '../../../model';
import { observed, proxyWith, releaseWith } from '../../support/observations';
import { atFault, installed, releaseIn, type Run } from '../../support/release-runs';

const both = { subsets: ['v1', 'v2'], pods: { v1: 2, v2: 2 } };

/** One gateway that has begun so many connections to v1; undefined when it could not be asked. */
function look(atMs: number, begun: number | undefined, name = 'gateway-a'): Observation {
  const proxy = proxyWith({ subsets: both.subsets });
  const clusters = { ...proxy.clusters, v1: { ...proxy.clusters.v1!, connectionsBegun: begun ?? 0 } };
  const unreadable: Proxy = { name, kind: 'gateway', unreadable: 'refused' };
  return observed({ ...both, atMs, proxies: [begun === undefined ? unreadable : { ...proxy, name, clusters }] });
}

const after = (...looks: Observation[]): Connections => looks.reduce(rememberConnections, noConnections);
const sinceOf = (...looks: Observation[]) => after(...looks).settledSinceMs.v1;

describe('since when no proxy has begun a connection to a version', () => {
  it('counts from the second look that finds as many, as the first may have come just after one began', () => {
    expect(sinceOf(look(1_000, 7))).toBeUndefined();
    expect(sinceOf(look(1_000, 7), look(2_000, 7), look(3_000, 7))).toBe(2_000);
  });

  it('begins anew with each new connection', () => {
    expect(sinceOf(look(1_000, 7), look(2_000, 7), look(3_000, 8))).toBeUndefined();
    expect(sinceOf(look(1_000, 7), look(2_000, 7), look(3_000, 8), look(4_000, 8))).toBe(4_000);
  });

  it('begins anew when an endpoint went away with its count', () => {
    expect(sinceOf(look(1_000, 7), look(2_000, 7), look(3_000, 3))).toBeUndefined();
  });

  it('goes on when a proxy could not be asked in between, as its next count tells', () => {
    expect(sinceOf(look(1_000, 7), look(2_000, 7), look(3_000, undefined), look(4_000, 7))).toBe(2_000);
    expect(sinceOf(look(1_000, 7), look(2_000, 7), look(3_000, undefined), look(4_000, 8))).toBeUndefined();
    expect(sinceOf(look(1_000, undefined), look(2_000, 7))).toBeUndefined();
  });

  it('is no look that did not ask for their number', () => {
    const uncounted = (atMs: number): Observation => {
      const proxy = proxyWith({ subsets: both.subsets });
      const clusters = { v1: { state: 'active' as const, healthyEndpoints: 2 } };
      return observed({ ...both, atMs, proxies: [{ ...proxy, clusters }] });
    };
    expect(sinceOf(uncounted(1_000), uncounted(2_000))).toBeUndefined();
    expect(sinceOf(look(1_000, 7), look(2_000, 7), uncounted(3_000))).toBeUndefined();
    expect(sinceOf(look(1_000, 7), uncounted(2_000), look(3_000, 7))).toBe(3_000);
    expect(sinceOf(look(1_000, 7), uncounted(2_000), look(3_000, 8))).toBeUndefined();
  });

  it('is the first look at a proxy that never had one', () => {
    expect(sinceOf(look(1_000, 0))).toBe(1_000);
    expect(sinceOf(look(1_000, 7), look(2_000, 7), look(3_000, 0, 'gateway-b'))).toBe(2_000);
  });
});

describe('how long a request may wait for a connection', () => {
  const release = releaseWith('timings: {connectTimeout: 3s}\nretries: {attempts: 4}');

  it.each<[Grade, number]>([
    ['proxy', 3_250],
    ['probe', 5 * 3_250],
    ['assumed', 5 * 3_250],
  ])('by %s is %i ms: only who counts connections sees each try', (evidence, ms) => {
    expect(settleMs(release, evidence)).toBe(ms);
  });

  it('knows what Istio does when the file says nothing of retries', () => {
    expect(settleMs(releaseWith('timings: {connectTimeout: 3s}'), 'probe')).toBe(3 * 3_250);
  });
});

describe('a release while each request waits for a connection, in simulation', () => {
  const release = releaseWith('timings: {longestRequest: 1s, connectTimeout: 3s, drainLimit: 600s}');
  const seeds = Array.from({ length: 10 }, (_, seed) => seed);

  async function lossesWaiting(longestMs: number, evidence: Grade, seed: number): Promise<number> {
    const scenario = calm({ newConnections: { share: 1, longestMs }, startup: span(100, 200) });
    const order = { kind: 'run', canary: 'v2' } as const;
    const run: Run = { release, order, evidence: [evidence], scenario, pollMs: 250, seed };
    const world = installed(run);
    expect(await releaseIn(world, run)).toMatchObject({ ending: { outcome: 'completed' } });
    await world.runOn(60_000);
    return atFault(world.result()).lost.length;
  }

  it.each<Grade>(['proxy', 'probe'])('loses none that waits as long as the file says (%s)', async (evidence) => {
    for (const seed of seeds) expect(await lossesWaiting(3_000, evidence, seed)).toBe(0);
  });

  it('loses some that wait longer than that: the model sees it', async () => {
    const losses = await Promise.all(seeds.map((seed) => lossesWaiting(30_000, 'proxy', seed)));
    expect(losses.filter((lost) => lost > 0).length).toBeGreaterThan(seeds.length / 2);
  });
});
