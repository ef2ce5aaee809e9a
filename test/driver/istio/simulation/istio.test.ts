import fc from 'fast-check';
import { span } from '../../../../driver/istio/simulation';
import { isRead, type Observation } from '../../../../driver/istio/observation';
import { bothInstalled, oneInstalled } from '../../../support/worlds';

const at = (ms: number) => span(ms, ms);
const quick = { watchDelay: at(0), callDelay: at(0), controllerDelay: at(0) };
const proxyOf = (seen: Observation, index = 0) => {
  const proxy = seen.proxies[index];
  if (!proxy || !isRead(proxy)) throw new Error(`expected a proxy that can be read, found ${JSON.stringify(proxy)}`);
  return proxy;
};

describe('istiod', () => {
  it('tells proxies of a change when the objects have not changed for 100 ms', async () => {
    const bench = bothInstalled({ ...quick, delays: { cds: at(0), eds: at(0), rds: at(0) } });
    await bench.route({ v2: 100 }, 'first');
    await bench.world.runOn(60);
    await bench.route({ v1: 100 }, 'second');
    await bench.world.runOn(99);
    expect(proxyOf(await bench.look()).routes[0]?.marker).toBe('split');
    await bench.world.runOn(1);
    expect(proxyOf(await bench.look()).routes[0]?.marker).toBe('second');
    expect(bench.world.result().timeline.map(({ text }) => text)).not.toContain('gateway-1 routes by first');
  });

  it('does not wait longer than ten seconds for that', async () => {
    const bench = bothInstalled({ ...quick, delays: { cds: at(0), eds: at(0), rds: at(0) } });
    for (let write = 0; write < 210; write++) {
      await bench.route({ v1: 50, v2: 50 }, `write-${write}`);
      await bench.world.runOn(50);
    }
    expect(proxyOf(await bench.look()).routes[0]?.marker).toBe('write-199');
  });
});

describe('a proxy', () => {
  it('is read without the endpoints of pods that are ending, though it still sends to them', async () => {
    const bench = bothInstalled({ ...quick, delays: { cds: at(0), eds: at(5_000), rds: at(0) } });
    bench.world.workloads.remove('v2', 'foreign');
    await bench.world.runOn(10);
    expect(bench.world.proxies.serving()[0]?.clusters.get('v2')?.endpoints.pods).toHaveLength(2);
    expect(proxyOf(await bench.look()).clusters).toMatchObject({
      v1: { healthyEndpoints: 2 },
      v2: { healthyEndpoints: 0 },
    });
  });

  it('never goes back to an older state of any type, and may miss one in between', async () => {
    const endings = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const late = span(0, 3_000);
        const bench = bothInstalled({ delays: { cds: late, eds: late, rds: late } }, {}, seed);
        for (let write = 1; write <= 5; write++) {
          await bench.route({ v1: 100 - write, v2: write }, `write-${write}`);
          await bench.world.runOn(400);
        }
        await bench.world.runOn(5_000);
        const routes = bench.world
          .result()
          .timeline.flatMap(({ text }) => /^gateway-1 routes by write-(\d)$/.exec(text)?.[1] ?? []);
        expect(routes).toEqual([...routes].sort());
        expect(routes.at(-1)).toBe('5');
        endings.add(routes.join());
      }),
      { numRuns: 50 },
    );
    expect(endings.size).toBeGreaterThan(3);
  });

  it('takes types in any order: a route before the cluster that was written long before', async () => {
    const bench = oneInstalled({ delays: { cds: at(5_000), eds: at(0), rds: at(0) } });
    await bench.write({ kind: 'add-version', version: 'v2' });
    await bench.subsets('v1', 'v2');
    await bench.world.runOn(1_000);
    await bench.route({ v2: 100 });
    await bench.world.runOn(1_000);
    const proxy = proxyOf(await bench.look());
    expect(proxy.namedVersions).toEqual(['v2']);
    expect(proxy.clusters).not.toHaveProperty('v2');
  });

  it('has a cluster warming until its endpoints have arrived', async () => {
    const bench = oneInstalled({ ...quick, startup: at(0), delays: { cds: at(0), eds: at(2_000), rds: at(0) } });
    await bench.write({ kind: 'add-version', version: 'v2' });
    await bench.world.runOn(10_000);
    await bench.subsets('v1', 'v2');
    await bench.world.runOn(1_000);
    expect(proxyOf(await bench.look()).clusters.v2).toMatchObject({ state: 'warming', healthyEndpoints: 0 });
    await bench.world.runOn(2_000);
    expect(proxyOf(await bench.look()).clusters.v2).toMatchObject({ state: 'active', healthyEndpoints: 2 });
  });

  it.each([
    [false, 'active'],
    [true, 'warming'],
  ])('may or may not stay warming while there are no endpoints (%s)', async (emptyKeepsWarming, state) => {
    const bench = oneInstalled({ neverReady: ['v2'], emptyKeepsWarming });
    await bench.write({ kind: 'add-version', version: 'v2' });
    await bench.subsets('v1', 'v2');
    await bench.world.runOn(60_000);
    expect(proxyOf(await bench.look()).clusters.v2?.state).toBe(state);
  });

  it('learns nothing while it is frozen, still serves, and catches up', async () => {
    const freeze = { kind: 'freeze', proxy: 0, forMs: 60_000, when: { afterWrites: 0, ms: 0 } } as const;
    const bench = bothInstalled({ accidents: [freeze] });
    await bench.world.runOn(1);
    await bench.route({ v2: 100 });
    await bench.world.runOn(50_000);
    const seen = await bench.look();
    expect(seen.proxies.map((_, index) => proxyOf(seen, index).namedVersions)).toEqual([['v1'], ['v2']]);
    await bench.world.runOn(15_000);
    expect(proxyOf(await bench.look()).namedVersions).toEqual(['v2']);
  });

  it('may be a sidecar when the route lists the mesh: with the host of the Service, and with requests of its own', async () => {
    const bench = bothInstalled({ proxies: ['gateway-1'], sidecars: ['sidecar-1'] }, { gateways: ['own', 'mesh'] });
    await bench.world.runOn(5_000);
    expect((await bench.look()).proxies).toMatchObject([
      { kind: 'gateway', routes: [{ host: 'demo.example.com' }] },
      { kind: 'sidecar', routes: [{ host: 'demo.demo-ns.svc.cluster.local' }] },
    ]);
    const gatewayAlone = bothInstalled({ proxies: ['gateway-1'], sidecars: ['sidecar-1'] });
    await gatewayAlone.world.runOn(5_000);
    expect((await gatewayAlone.look()).proxies).toHaveLength(1);
    expect(bench.world.result().requests).toBeGreaterThan(gatewayAlone.world.result().requests);
  });

  it('still serves while the driver cannot read it', async () => {
    const hide = { kind: 'unreadable', proxy: 0, forMs: 5_000, when: { afterWrites: 0, ms: 0 } } as const;
    const bench = bothInstalled({ proxies: ['gateway-1'], accidents: [hide] });
    await bench.world.runOn(1_000);
    const { requests } = bench.world.result();
    expect((await bench.look()).proxies).toMatchObject([
      { name: 'gateway-1', unreadable: expect.any(String) as string },
    ]);
    await bench.world.runOn(3_000);
    expect(bench.world.result().requests).toBeGreaterThan(requests);
    await bench.world.runOn(2_000);
    expect(isRead((await bench.look()).proxies[0] as never)).toBe(true);
  });

  it('that is new serves only when it holds all that istiod has to tell', async () => {
    const appear = { kind: 'proxy-appears', startupMs: 2_000, when: { afterWrites: 1, ms: 0 } } as const;
    const bench = bothInstalled({ accidents: [appear], delays: { cds: at(9_000), eds: at(9_000), rds: at(9_000) } });
    await bench.route({ v2: 100 }, 'moved');
    await bench.world.runOn(1_000);
    expect((await bench.look()).proxies).toHaveLength(3);
    expect(isRead((await bench.look()).proxies[2] as never)).toBe(false);
    await bench.world.runOn(2_000);
    const seen = await bench.look();
    expect(seen.proxies.map((_, index) => proxyOf(seen, index).routes[0]?.marker)).toEqual(['split', 'split', 'moved']);
  });

  it('may restart or leave, but the last gateway stays', async () => {
    const leave = { kind: 'proxy-leaves', proxy: 0, when: { afterWrites: 0, ms: 100 } } as const;
    const again = { ...leave, when: { afterWrites: 0, ms: 200 } };
    const restart = { kind: 'proxy-restarts', proxy: 0, downMs: 1_000, when: { afterWrites: 0, ms: 300 } } as const;
    const bench = bothInstalled({ accidents: [leave, again, restart] });
    await bench.world.runOn(250);
    expect((await bench.look()).proxies.map(({ name }) => name)).toEqual(['gateway-2']);
    await bench.world.runOn(500);
    expect(bench.world.proxies.serving()).toEqual([]);
    await bench.world.runOn(1_000);
    expect(bench.world.proxies.serving().map(({ name }) => name)).toEqual(['gateway-2']);
  });
});
