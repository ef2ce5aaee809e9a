/** The port between a driver and the cluster: conditions of writes, the lock, killed drivers, and looks that take time. */
import type { Action } from '../../../../driver/istio/action';
import { Killed, span, World, calm, type Scenario } from '../../../../driver/istio/simulation';
import type { Split } from '../../../../model';
import { recordWith } from '../../../support/observations';
import { bothInstalled, listingBoth, oneInstalled } from '../../../support/worlds';

const at = (ms: number) => span(ms, ms);
const record = recordWith();

const routeTo = (split: Split, marker: string): Action => ({
  kind: 'write-route',
  split,
  headerVersions: [],
  probes: [],
  marker,
  record,
});

describe('a write', () => {
  it('of the route is refused when the VirtualService has changed since it was observed', async () => {
    const bench = bothInstalled();
    const seen = await bench.look();
    await bench.route({ v2: 100 });
    const action = routeTo({ v1: 100 }, 'mine');
    expect(await bench.client.perform(bench.release, action, seen)).toBe('conflict');
    expect(await bench.client.perform(bench.release, { kind: 'write-record', record }, seen)).toBe('conflict');
    expect((await bench.look()).route).toMatchObject({ split: { v2: 100 }, record: undefined });
  });

  it('is refused also when somebody else changed only an annotation', async () => {
    const bench = bothInstalled({ accidents: [{ kind: 'foreign-touch', when: { afterWrites: 0, ms: 100 } }] });
    const seen = await bench.look();
    await bench.world.runOn(200);
    expect(await bench.client.perform(bench.release, { kind: 'write-record', record }, seen)).toBe('conflict');
    expect((await bench.look()).route?.changedBy).toBe('kubectl-edit');
  });

  it('of subsets is refused only when the DestinationRule has changed', async () => {
    const bench = bothInstalled();
    const seen = await bench.look();
    await bench.route({ v2: 100 });
    const action = { kind: 'write-subsets', versions: ['v2'] } as const;
    expect(await bench.client.perform(bench.release, action, seen)).toBe('written');
    expect(await bench.client.perform(bench.release, action, seen)).toBe('conflict');
  });

  it('of subsets notes the release that was seen, also when somebody has deleted the VirtualService since', async () => {
    const bench = bothInstalled();
    await bench.write({ kind: 'write-record', record });
    const seen = await bench.look();
    bench.world.api.delete('route');
    const action = { kind: 'write-subsets', versions: ['v2'] } as const;
    expect(await bench.client.perform(bench.release, action, seen)).toBe('written');
    expect((await bench.look()).subsets?.written).toMatchObject({ release: record.id, isRestored: false });
  });

  it('of a version is refused when the version already exists, or is already gone', async () => {
    const bench = oneInstalled();
    const seen = await bench.look();
    const perform = (action: Parameters<typeof bench.write>[0]) => bench.client.perform(bench.release, action, seen);
    expect(await perform({ kind: 'add-version', version: 'v1' })).toBe('conflict');
    expect(await perform({ kind: 'add-version', version: 'v2' })).toBe('written');
    expect(await perform({ kind: 'remove-version', version: 'v2' })).toBe('conflict');
    expect(await perform({ kind: 'set-minimum', version: 'v1', pods: 3 })).toBe('conflict');
  });

  it('keeps the record and the request with the route, and removes both when the release is over', async () => {
    const bench = bothInstalled();
    await bench.write({ kind: 'write-record', record });
    await bench.client.leaveRequest(bench.release, { id: 'a', verb: 'abort' });
    expect((await bench.look()).route).toMatchObject({ record, request: { id: 'a', verb: 'abort' } });
    await bench.route({ v2: 100 });
    const { route } = await bench.look();
    expect({ record: route?.record, request: route?.request }).toEqual({ record: undefined, request: undefined });
  });
});

describe('the lock', () => {
  it('has one holder at a time, who can renew it and give it back', async () => {
    const { world, release } = bothInstalled();
    const [one, two] = [world.connect(), world.connect()];
    expect(await one.lock(release, 'one', 15)).toEqual({ held: true });
    await world.runOn(10_000);
    expect(await one.lock(release, 'one', 15)).toEqual({ held: true });
    await world.runOn(10_000);
    expect(await two.lock(release, 'two', 15)).toMatchObject({ held: false, holder: 'one' });
    await two.unlock(release, 'two');
    expect(await two.lock(release, 'two', 15)).toMatchObject({ held: false });
    await one.unlock(release, 'one');
    expect(await two.lock(release, 'two', 15)).toEqual({ held: true });
  });

  it('expires when its holder is dead', async () => {
    const { world, release } = bothInstalled();
    await world.connect().lock(release, 'one', 15);
    await world.runOn(15_000);
    expect(await world.connect().lock(release, 'two', 15)).toEqual({ held: true });
  });
});

describe('a driver', () => {
  it.each([
    ['before', 'split'],
    ['after', 'moved'],
  ] as const)('killed %s the effect of a write leaves the route %s behind', async (effect, marker) => {
    const bench = bothInstalled({ kills: [{ call: 2, effect }] });
    await expect(bench.route({ v2: 100 }, 'moved')).rejects.toThrow(Killed);
    const next = bench.world.connect();
    const seen = await next.observe(bench.release, { evidence: 'proxy', inFlightOf: [] });
    expect(seen.route?.marker).toBe(marker);
  });

  it('does nothing after it is killed, whatever its error handling tries', async () => {
    const { world, release, client } = bothInstalled({ kills: [{ call: 1, effect: 'after' }] });
    await expect(client.lock(release, 'dead', 15)).rejects.toThrow(Killed);
    await expect(client.unlock(release, 'dead')).rejects.toThrow(Killed);
    await expect(client.sleep(1)).rejects.toThrow(Killed);
    expect(await world.connect().lock(release, 'next', 15)).toMatchObject({ held: false, holder: 'dead' });
  });
});

describe('a look', () => {
  it('reads its parts at different instants', async () => {
    const seeds = Array.from({ length: 40 }, (_, seed) => seed);
    const torn = await Promise.all(
      seeds.map(async (seed) => {
        const subsets = { kind: 'foreign-subsets', versions: ['v2'], when: { afterWrites: 0, ms: 150 } } as const;
        const split = { kind: 'foreign-split', split: { v2: 100 }, when: { afterWrites: 0, ms: 150 } } as const;
        const bench = bothInstalled({ callDelay: span(1, 300), accidents: [subsets, split] }, {}, seed);
        const seen = await bench.look();
        return (seen.route?.marker === 'by-hand') !== (seen.subsets?.versions.length === 1);
      }),
    );
    expect(torn).toContain(true);
    expect(torn).toContain(false);
  });

  it('says unknown for requests in flight when pods do not answer, and nothing for versions that it does not ask', async () => {
    const hidden = { kind: 'pods-unreachable', version: 'v1', forMs: 5_000, when: { afterWrites: 0, ms: 0 } } as const;
    const bench = bothInstalled({ accidents: [hidden] });
    await bench.world.runOn(10);
    expect((await bench.look('v1')).inFlight).toEqual({ v1: 'unknown' });
    await bench.world.runOn(5_000);
    expect((await bench.look('v2')).inFlight).toEqual({ v2: 0 });
  });

  it('of a cluster in which nothing is installed finds gateways and nothing else', async () => {
    const world = new World(listingBoth(), calm(), 1);
    const seen = await world.connect().observe(listingBoth(), { evidence: 'proxy', inFlightOf: [] });
    expect(seen).toMatchObject({ route: undefined, subsets: undefined, workloads: {} });
    expect(seen.proxies).toHaveLength(2);
  });
});

describe('a seed', () => {
  const messy: Partial<Scenario> = {
    delays: { cds: span(0, 5_000), eds: span(0, 5_000), rds: span(0, 5_000) },
    accidents: [{ kind: 'crash', version: 'v1', pod: 1, downMs: 3_000, when: { afterWrites: 1, ms: 500 } }],
  };
  const run = async (seed: number) => {
    const bench = oneInstalled(messy, {}, seed);
    await bench.route({ v1: 50, v2: 50 });
    await bench.write({ kind: 'add-version', version: 'v2' });
    await bench.subsets('v1', 'v2');
    await bench.world.runOn(60_000);
    return bench.world.result();
  };

  it('gives the same run each time, to the millisecond', async () => {
    expect(await run(5)).toEqual(await run(5));
  });

  it('gives another run than another seed', async () => {
    expect((await run(5)).timeline).not.toEqual((await run(6)).timeline);
  });
});

describe('the judge of writes', () => {
  const invariants = (bench: ReturnType<typeof bothInstalled>) =>
    bench.world.result().violations.map(({ invariant, heldAtObservation }) => `${invariant} ${heldAtObservation}`);

  it('accepts a route to a version that is active in every proxy', async () => {
    const bench = bothInstalled();
    await bench.route({ v1: 50, v2: 50 });
    expect(invariants(bench)).toEqual([]);
  });

  it('sees a weight on a version without pods, which no proxy has (S1, S4)', async () => {
    const bench = oneInstalled();
    await bench.route({ v2: 100 });
    expect(invariants(bench)).toEqual(['S1 false', 'S4 false']);
  });

  it('sees a weight that the pods cannot carry (S4)', async () => {
    const bench = oneInstalled(
      { startup: at(0) },
      { versions: { v1: { image: 'x:1' }, v2: { image: 'x:2', replicas: 4 } } },
    );
    await bench.write({ kind: 'add-version', version: 'v2' });
    await bench.subsets('v1', 'v2');
    await bench.world.runOn(20_000);
    bench.world.workloads.crash('v2', 0, 60_000);
    await bench.world.runOn(2_000);
    await bench.route({ v2: 100 });
    expect(invariants(bench)).toEqual(['S1 false', 'S4 false']);
  });

  it('excuses an abort to fewer pods from a version that no proxy can send to, and no other write (S4)', async () => {
    const backOf = async (mode: 'abort' | 'run', ...subsets: string[]) => {
      const bench = oneInstalled({ startup: at(0) });
      await bench.write({ kind: 'add-version', version: 'v2' });
      await bench.subsets('v1', ...subsets);
      await bench.world.runOn(20_000);
      bench.world.api.storeRoute({ split: { v2: 100 }, headerVersions: [], probes: [], marker: 'early' }, 'order');
      bench.world.workloads.crash('v1', 0, 60_000);
      await bench.world.runOn(2_000);
      await bench.write({ ...routeTo({ v1: 100 }, 'm'), record: recordWith({ mode }) } as Action);
      return invariants(bench);
    };
    expect(await backOf('abort')).toEqual([]);
    expect(await backOf('run')).toEqual(['S1 false', 'S4 false']);
    expect(await backOf('abort', 'v2')).toEqual(['S1 false', 'S4 false']);
  });

  it('sees a subset removed that a proxy still routes to (S2)', async () => {
    const bench = bothInstalled({ delays: { cds: at(10), eds: at(10), rds: at(9_000) } });
    await bench.route({ v2: 100 });
    await bench.world.runOn(1_000);
    await bench.subsets('v2');
    expect(invariants(bench)).toEqual(['S2 false']);
  });

  it('sees pods removed that have requests in flight, or that nobody asked (S3)', async () => {
    const bench = bothInstalled();
    await bench.world.runOn(20_000);
    await bench.route({ v2: 100 });
    await bench.world.runOn(5_000);
    await bench.write({ kind: 'remove-version', version: 'v1' });
    expect(invariants(bench)).toEqual(['S3 false']);
  });

  it('distinguishes a world that changed after the look from a driver that did not look', async () => {
    const bench = bothInstalled();
    const seen = await bench.look();
    for (const pod of [0, 1]) bench.world.workloads.crash('v2', pod, 60_000);
    await bench.world.runOn(5_000);
    const action = routeTo({ v2: 100 }, 'm');
    expect(await bench.client.perform(bench.release, action, seen)).toBe('written');
    expect(invariants(bench)).toEqual(['S1 true', 'S4 true']);
  });

  it('does not judge a write that was refused', async () => {
    const bench = oneInstalled();
    const seen = await bench.look();
    await bench.write({ kind: 'write-record', record });
    const action = routeTo({ v2: 100 }, 'm');
    expect(await bench.client.perform(bench.release, action, seen)).toBe('conflict');
    expect(invariants(bench)).toEqual([]);
  });
});
