import { span, type Cause, type Loss, type Timed } from '../../../../driver/istio/simulation';
import { bothInstalled, oneInstalled, type Bench } from '../../../support/worlds';

const at = (ms: number) => span(ms, ms);
const late = at(20_000);
const soon = at(50);
const only = (cause: Cause, lost: readonly Loss[]) => lost.filter((loss) => loss.cause === cause);
const lostIn = ({ world }: Bench) => world.result().lost;

describe('requests', () => {
  it('are all answered for hours when nothing changes', async () => {
    const bench = bothInstalled({}, { weights: { v1: 60, v2: 40 } });
    await bench.world.runOn(6 * 3_600_000);
    const { requests, lost } = bench.world.result();
    expect(requests).toBeGreaterThanOrEqual(6 * 3_600 * 2 * 2 - 4);
    expect(lost).toEqual([]);
  });

  it('come at a constant rate when the scenario says so, split by the weights', async () => {
    const bench = bothInstalled(
      { load: { kind: 'constant', requestsPerSecond: 100 } },
      { weights: { v1: 75, v2: 25 }, timings: { longestRequest: '15s' } },
    );
    await bench.world.runOn(60_005);
    expect(bench.world.result().requests).toBe(6_000);
    const { v1, v2 } = (await bench.look('v1', 'v2')).inFlight;
    expect(Number(v1) / Number(v2)).toBeGreaterThan(1.5);
    expect(Number(v1) / Number(v2)).toBeLessThan(6);
  });

  it('go to header routes, too, whatever the weights', async () => {
    const bench = bothInstalled();
    await bench.write({
      kind: 'write-route',
      split: { v1: 100 },
      headerVersions: ['v2'],
      probes: [],
      marker: 'testers',
      record: undefined,
    });
    await bench.world.runOn(20_000);
    expect(Number((await bench.look('v2')).inFlight.v2)).toBeGreaterThan(0);
  });

  it('are in flight at the pods and at the proxies, and outlive the route that sent them', async () => {
    const bench = bothInstalled({ proxies: ['gateway-1'] });
    await bench.world.runOn(20_000);
    await bench.route({ v2: 100 });
    await bench.world.runOn(1_000);
    const seen = await bench.look('v1');
    expect(Number(seen.inFlight.v1)).toBeGreaterThan(0);
    expect(seen.proxies).toMatchObject([
      { namedVersions: ['v2'], clusters: { v1: { activeRequests: seen.inFlight.v1 } } },
    ]);
    await bench.world.runOn(15_000);
    expect((await bench.look('v1')).inFlight.v1).toBe(0);
  });
});

describe('a request is lost', () => {
  it('as NC when its route names a cluster that the proxy does not have', async () => {
    const bench = oneInstalled();
    await bench.route({ v2: 100 });
    await bench.world.runOn(2_000);
    expect(only('NC', lostIn(bench))[0]).toMatchObject({ version: 'v2', blame: 'order' });
  });

  it('as NC while the cluster is warming', async () => {
    const bench = oneInstalled({ delays: { cds: soon, eds: late, rds: soon } });
    await bench.write({ kind: 'add-version', version: 'v2' });
    await bench.subsets('v1', 'v2');
    await bench.world.runOn(5_000);
    await bench.route({ v1: 50, v2: 50 });
    await bench.world.runOn(5_000);
    expect(only('NC', lostIn(bench)).length).toBeGreaterThan(0);
    expect(lostIn(bench).every(({ version }) => version === 'v2')).toBe(true);
  });

  it('as UH when the proxy knows no healthy endpoint', async () => {
    const bench = oneInstalled({ neverReady: ['v2'] });
    await bench.write({ kind: 'add-version', version: 'v2' });
    await bench.subsets('v1', 'v2');
    await bench.world.runOn(5_000);
    await bench.route({ v2: 100 });
    await bench.world.runOn(5_000);
    expect(only('UH', lostIn(bench))[0]).toMatchObject({ version: 'v2', blame: 'order' });
  });

  it('as UF when an endpoint that the proxy still knows has stopped accepting', async () => {
    const bench = bothInstalled({ delays: { cds: soon, eds: late, rds: late } });
    await bench.route({ v2: 100 });
    await bench.write({ kind: 'remove-version', version: 'v1' });
    await bench.world.runOn(7_900);
    expect(lostIn(bench)).toEqual([]);
    await bench.world.runOn(1_000);
    expect(only('UF', lostIn(bench))[0]).toMatchObject({ version: 'v1', blame: 'order' });
  });

  it('as UC when the pod ends while it is in flight', async () => {
    const crash: Timed = { kind: 'crash', version: 'v1', pod: 0, downMs: 500, when: { afterWrites: 0, ms: 20_000 } };
    const bench = oneInstalled({ accidents: [crash] });
    await bench.world.runOn(21_000);
    expect(only('UC', lostIn(bench))[0]).toMatchObject({ version: 'v1', blame: 'accident', atMs: 20_000 });
  });

  it('when the cluster that it is on is removed', async () => {
    const bench = bothInstalled();
    await bench.world.runOn(20_000);
    await bench.route({ v2: 100 });
    await bench.world.runOn(2_000);
    expect(lostIn(bench)).toEqual([]);
    await bench.subsets('v2');
    await bench.world.runOn(2_000);
    expect(only('cluster removed', lostIn(bench))[0]).toMatchObject({ version: 'v1', blame: 'order' });
  });
});

describe('the blame', () => {
  const blamed = (bench: Bench) => new Set(lostIn(bench).map(({ blame }) => blame));

  it.each<[string, Timed]>([
    ['route', { kind: 'foreign-split', split: { v2: 100 }, when: { afterWrites: 0, ms: 1_000 } }],
    ['subsets', { kind: 'foreign-subsets', versions: ['v2'], when: { afterWrites: 0, ms: 1_000 } }],
  ])('for a loss that follows from somebody else’s %s is theirs', async (_, accident) => {
    const bench = oneInstalled({ accidents: [accident] });
    await bench.world.runOn(10_000);
    expect(blamed(bench)).toEqual(new Set(['foreign']));
  });

  it('stays theirs until what they removed is active again', async () => {
    const taken: Timed = { kind: 'foreign-subsets', versions: ['v2'], when: { afterWrites: 0, ms: 1_000 } };
    const bench = bothInstalled({ accidents: [taken], delays: { cds: soon, eds: at(3_000), rds: soon } });
    await bench.world.runOn(2_000);
    await bench.subsets('v1', 'v2');
    await bench.world.runOn(2_000);
    expect(blamed(bench)).toEqual(new Set(['foreign']));
    await bench.world.runOn(5_000);
    const count = lostIn(bench).length;
    await bench.world.runOn(60_000);
    expect(lostIn(bench)).toHaveLength(count);
  });
});
