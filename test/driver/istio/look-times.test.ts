/** S9: a look counts from its beginning where age is the danger, and from its end where quiet is claimed. */
import { nothingRemembered, rememberLook } from '../../../driver/istio/memory';
import { withAssumedEvidence } from '../../../driver/istio/assumed-evidence';
import type { Cluster } from '../../../driver/istio/cluster';
import type { Observation } from '../../../driver/istio/observation';
import { span } from '../../../driver/istio/simulation';
import { decideOn } from '../../support/decisions';
import { observed, recordWith, releaseWith } from '../../support/observations';
import { bothInstalled } from '../../support/worlds';

const record = recordWith({ step: 6, marker: 'split@r1.4', unrouted: { v1: new Date(0).toISOString() } });
const drained = { record, split: { v2: 100 }, subsets: ['v1', 'v2'], pods: { v1: 2, v2: 2 }, inFlight: { v1: 0 } };
const look = (atMs: number, endedMs: number) => observed({ ...drained, atMs, endedMs, serverMs: 60_000 });

const after = (...looks: readonly Observation[]) => {
  const memory = looks.reduce(rememberLook, nothingRemembered);
  return decideOn(looks.at(-1) as Observation, memory);
};

test('a look that takes longer than the drain window does not fulfil it by itself', () => {
  expect(after(look(0, 30_000), look(30_000, 60_000))).toMatchObject({ wait: { until: { code: 'window' } } });
  expect(after(look(0, 30_000), look(31_000, 60_000))).toMatchObject({ wait: { until: { code: 'connections' } } });
  expect(after(look(0, 30_000), look(36_000, 60_000))).toMatchObject({ action: { kind: 'write-subsets' } });
});

test('an assumption counts from the end of the look that saw the change', async () => {
  const looks = [look(0, 30_000), look(30_000, 60_000)];
  const cluster = { observe: () => Promise.resolve(looks.shift()) } as unknown as Cluster;
  const assuming = withAssumedEvidence(cluster, 10_000);
  const proxies = async () => (await assuming.observe(releaseWith(), { evidence: 'assumed', inFlightOf: [] })).proxies;
  expect(await proxies()).toMatchObject([{ assumedInSeconds: 40 }]);
  expect(await proxies()).toMatchObject([{ assumedInSeconds: 10 }]);
});

test('a look in the simulation has a beginning and an end, as one of a real cluster', async () => {
  const { atMs, endedMs, serverMs } = await bothInstalled({ callDelay: span(2_000, 2_000) }).look();
  expect(endedMs - atMs).toBeGreaterThanOrEqual(2_000);
  expect(serverMs).toBe(Math.floor(endedMs / 1000) * 1000);
});
