/**
 * The guard alone, without the rules: each test names a write that no rule makes, and that would lose requests. The file fails at
 * each line of the guard that is taken away.
 */
import type { Action } from '../../../driver/istio/action';
import type { Exception } from '../../../driver/istio/exceptions';
import { nothingRemembered, type Memory } from '../../../driver/istio/memory';
import type { Proxy, ReadProxy } from '../../../driver/istio/observation';
import type { Split } from '../../../model';
import { violationOf } from '../../../driver/istio/guard';
import {
  asked,
  release,
  record,
  unreadable,
  probed,
  sidecar,
  routeTo,
  ready,
  half,
  longOff,
} from '../../support/guarded';
import { proxyWith, recordWith, type Differences } from '../../support/observations';

describe('S1: a route that names a subset which a proxy lacks is refused', () => {
  const withProxy = (proxy: Proxy) => ready({ proxies: [proxyWith({ subsets: ['v1', 'v2'] }), proxy] });
  const notReadyAt = (proxy: string | undefined) => ({ invariant: 'S1', code: 'not-ready-at', version: 'v2', proxy });
  const clusterOf = (fields: object): ReadProxy => {
    const { clusters, ...proxy } = proxyWith({ subsets: ['v1', 'v2'] });
    const v2 = { state: 'active' as const, healthyEndpoints: 2, activeRequests: 0, connectionsBegun: 0, ...fields };
    return { ...proxy, name: 'gateway-b', clusters: { ...clusters, v2 } };
  };

  it('allows the same route when every proxy has it', () => {
    expect(asked(routeTo(half), ready())).toBeUndefined();
  });

  it.each<[string, Proxy]>([
    ['has no cluster of it', { ...proxyWith({ subsets: ['v1'] }), name: 'gateway-b' }],
    ['is still warming it', clusterOf({ state: 'warming' })],
    ['knows no healthy endpoint of it', clusterOf({ healthyEndpoints: 0 })],
    ['cannot be read', unreadable()],
    ['is assumed to have it only later', { name: 'gateway-b', kind: 'gateway', assumedInSeconds: 3 }],
    ['answers its probe with an error', probed({ name: 'gateway-b', answers: { v2: 'failed' } })],
    ['has no route for its probes', probed({ name: 'gateway-b', answers: {} })],
  ])('at a proxy that %s', (_, proxy) => {
    expect(asked(routeTo(half), withProxy(proxy))).toEqual(notReadyAt('gateway-b'));
  });

  it('at a proxy that knows fewer endpoints than the weight needs pods', () => {
    const fewer = withProxy(clusterOf({ healthyEndpoints: 1 }));
    expect(asked(routeTo({ v2: 100 }), fewer)).toEqual(notReadyAt('gateway-b'));
    expect(asked(routeTo(half), fewer)).toBeUndefined();
  });

  it('also when it gets the least weight, and had none', () => {
    const lacking = withProxy({ ...proxyWith({ subsets: ['v1'] }), name: 'gateway-b' });
    expect(asked(routeTo({ v1: 99, v2: 1 }), lacking)).toEqual(notReadyAt('gateway-b'));
  });

  it('when no proxy was looked at, and when only sidecars were', () => {
    expect(asked(routeTo(half), ready({ proxies: [] }))).toEqual(notReadyAt(undefined));
    expect(asked(routeTo(half), ready({ proxies: [sidecar] }))).toEqual(notReadyAt(undefined));
  });

  it('but a sidecar is enough for a route of the mesh alone, and a gateway is none there', () => {
    const route = { mesh: true, isMeshAlone: true };
    expect(asked(routeTo(half), ready({ route, proxies: [sidecar] }))).toBeUndefined();
    expect(asked(routeTo(half), ready({ route }))).toEqual(notReadyAt(undefined));
    expect(asked(routeTo(half), ready({ route, proxies: [] }))).toEqual(notReadyAt(undefined));
  });

  it('of a version that only a header route names from now on', () => {
    const seen = ready({ proxies: [proxyWith({ subsets: ['v1'] })] });
    expect(asked(routeTo({ v1: 100 }, { headerVersions: ['v2'] }), seen)).toEqual(notReadyAt('gateway-a'));
  });

  it('but not of one that gets nothing by this write which it did not get before', () => {
    const [split, route] = [half, { headerVersions: ['v2'] }];
    const seen = ready({ split, route, proxies: [proxyWith({ subsets: [] })] });
    expect(asked(routeTo(half, { headerVersions: ['v2'] }), seen)).toBeUndefined();
  });

  it('of what only changed routes name, unless the live ones name it already', () => {
    const change = { names: ['v2'], fields: [], base: 'split' };
    const action = routeTo({ v1: 100 }, { changes: 'as in the manifests' });
    const lacking = (route: Differences['route']) => ready({ route, proxies: [proxyWith({ subsets: ['v1'] })] });
    expect(asked(action, lacking({ change }))).toEqual(notReadyAt('gateway-a'));
    expect(asked(routeTo({ v1: 100 }), lacking({ change }))).toBeUndefined();
    expect(asked(action, lacking({ change, otherVersions: ['v2'] }))).toBeUndefined();
    expect(asked(action, lacking({}))).toBeUndefined();
  });

  it('asks a probed gateway by what it answers', () => {
    expect(asked(routeTo(half), ready({ proxies: [probed()] }))).toBeUndefined();
  });

  describe('and a route that somebody deleted is put back', () => {
    const restore: Action = { kind: 'restore', what: 'route', record };
    const kept = (route: Differences['route']) => {
      const copy = ready({ split: { v1: 100 }, route }).route;
      return { ...ready({ subsets: ['v1'] }), state: { resourceVersion: '1', history: [], kept: { route: copy } } };
    };

    it('when all that it names has its subset', () => {
      expect(asked(restore, kept({}))).toBeUndefined();
      expect(asked(restore, kept({ split: { v1: 100, v2: 0 } }))).toBeUndefined();
      expect(asked({ kind: 'restore', what: 'subsets', versions: ['v1'] }, kept({ split: half }))).toBeUndefined();
    });

    it.each<[string, Differences['route']]>([
      ['gives weight to', { split: { v1: 99, v2: 1 } }],
      ['pins a header to', { headerVersions: ['v2'] }],
      ['mirrors to', { otherVersions: ['v2'] }],
    ])('unless it %s a version that has none any more', (_, route) => {
      expect(asked(restore, kept(route))).toEqual(notReadyAt(undefined));
    });
  });

  describe('and an abort is not held up by a proxy that cannot be read', () => {
    const abort = { record: recordWith({ mode: 'abort' }) };
    const onBoth = (proxy: Proxy) =>
      ready({ split: half, proxies: [proxyWith({ subsets: ['v1', 'v2'], split: half }), proxy] });

    it('when the live route sends to stable already', () => {
      expect(asked(routeTo({ v1: 100 }, abort), onBoth(unreadable()))).toBeUndefined();
      const least = { ...onBoth(unreadable()), route: ready({ split: { v1: 1, v2: 99 } }).route };
      expect(asked(routeTo({ v1: 100 }, abort), least)).toBeUndefined();
    });

    it('unless the live route sends nothing to stable', () => {
      const seen = ready({ split: { v2: 100 }, proxies: [proxyWith({ subsets: ['v1', 'v2'] }), unreadable()] });
      expect(asked(routeTo({ v1: 100 }, abort), seen)).toMatchObject({ invariant: 'S1', proxy: 'gateway-b' });
    });

    it('when this release has sent to stable before, and its subset has stayed', () => {
      const back = (kept: string[], subsets: string[]) => {
        const proxies = [proxyWith({ subsets: ['v1', 'v2'] }), unreadable()];
        return ready({ split: { v2: 100 }, subsets, record: recordWith({ kept }), proxies });
      };
      const found = { invariant: 'S1', proxy: 'gateway-b' };
      expect(asked(routeTo({ v1: 100 }, abort), back(['v1'], ['v1', 'v2']))).toBeUndefined();
      expect(asked(routeTo({ v1: 100 }, abort), back(['v2'], ['v1', 'v2']))).toMatchObject(found);
      expect(asked(routeTo({ v1: 100 }, abort), back(['v1'], ['v2']))).toMatchObject(found);
    });

    it('unless it is no abort', () => {
      expect(asked(routeTo({ v1: 100 }), onBoth(unreadable()))).toMatchObject({ invariant: 'S1', proxy: 'gateway-b' });
    });

    it('unless the proxy can be read and lacks stable', () => {
      const lacking = { ...proxyWith({ subsets: ['v2'] }), name: 'gateway-b' };
      expect(asked(routeTo({ v1: 100 }, abort), onBoth(lacking))).toMatchObject({
        invariant: 'S1',
        proxy: 'gateway-b',
      });
    });
  });
});

describe('S2: the removal of a subset that requests may still be sent to is refused', () => {
  const removal: Action = { kind: 'write-subsets', versions: ['v2'] };
  const moved = (differences: Differences = {}) => ready({ split: { v2: 100 }, record: longOff, ...differences });
  const gateway = proxyWith({ split: { v2: 100 }, subsets: ['v1', 'v2'] });
  const mayBeAt = (proxy: string | undefined) => ({ invariant: 'S2', code: 'may-be-routed-at', version: 'v1', proxy });

  it('allows it when no route and no proxy names it', () => {
    expect(asked(removal, moved())).toBeUndefined();
  });

  it('allows what keeps every subset, also one that requests are sent to', () => {
    expect(asked({ kind: 'write-subsets', versions: ['v1', 'v2', 'v3'] }, ready())).toBeUndefined();
  });

  it.each<[string, Differences]>([
    ['gives it weight', { split: half }],
    ['gives it the least weight', { split: { v1: 1, v2: 99 } }],
    ['pins a header to it', { route: { headerVersions: ['v1'] } }],
    ['has a route for probes to it', { route: { probes: ['v1'] } }],
    ['mirrors to it', { route: { otherVersions: ['v1'] } }],
  ])('while the live route %s', (_, differences) => {
    const seen = moved({ proxies: [gateway], ...differences });
    expect(asked(removal, seen)).toEqual({ invariant: 'S2', code: 'routed', version: 'v1' });
  });

  it('while one proxy still has a route that names it', () => {
    const behind = { ...gateway, name: 'gateway-b', namedVersions: ['v1'] };
    expect(asked(removal, moved({ proxies: [gateway, behind] }))).toEqual(mayBeAt('gateway-b'));
  });

  it('while one proxy cannot be read, or is only assumed to be up to date later', () => {
    expect(asked(removal, moved({ proxies: [gateway, unreadable()] }))).toEqual(mayBeAt('gateway-b'));
    const later = { name: 'gateway-b', kind: 'gateway' as const, assumedInSeconds: 3 };
    expect(asked(removal, moved({ proxies: [gateway, later] }))).toEqual(mayBeAt('gateway-b'));
  });

  it('while a probed gateway acts on an older route', () => {
    const [upToDate, behind] = [probed(), probed({ markers: { 'demo.example.com': 'split@r1.0' } })];
    expect(asked(removal, moved({ evidence: 'probe', proxies: [upToDate] }))).toBeUndefined();
    expect(asked(removal, moved({ evidence: 'probe', proxies: [behind] }))).toEqual(mayBeAt('gateway-p'));
    const atOneHost = probed({ markers: { 'demo.example.com': record.marker, 'www.example.com': 'split@r1.0' } });
    expect(asked(removal, moved({ evidence: 'probe', proxies: [atOneHost] }))).toEqual(mayBeAt('gateway-p'));
  });

  it('while another VirtualService names it', () => {
    const seen = moved({ others: { namedElsewhere: { v1: ['team/batch'] } } });
    expect(asked(removal, seen)).toMatchObject({ invariant: 'S2', code: 'named-elsewhere', by: ['team/batch'] });
  });

  it('while a filter may hold a request to it, unless its pods are gone', () => {
    const sinceNow = moved({ record: recordWith({ unrouted: { v1: new Date(0).toISOString() } }) });
    expect(asked(removal, sinceNow)).toMatchObject({ invariant: 'S2', code: 'may-be-held' });
    expect(asked(removal, moved({ record }))).toMatchObject({ invariant: 'S2', code: 'may-be-held' });
    const long = recordWith({ ...longOff, marker: record.marker, generation: 7 });
    expect(asked(removal, moved({ record: long, route: { generation: 7 } }))).toBeUndefined();
    expect(asked(removal, moved({ record: long, route: { generation: 9 } }))).toMatchObject({ code: 'may-be-held' });
    const gone = { ...sinceNow, workloads: { v1: { ...sinceNow.workloads.v2!, isGone: true } } };
    expect(asked(removal, gone)).toBeUndefined();
  });

  it('but not of what nobody has', () => {
    expect(asked(removal, { ...moved(), subsets: undefined })).toBeUndefined();
  });

  it('when no gateway was looked at', () => {
    const seen = moved({ proxies: [{ ...sidecar, namedVersions: [] }] });
    expect(asked(removal, seen)).toEqual(mayBeAt(undefined));
  });

  it('also of the removal of its pods', () => {
    expect(asked({ kind: 'remove-version', version: 'v1' }, ready())).toMatchObject({
      invariant: 'S2',
      code: 'routed',
    });
  });
});

describe('S3: the removal of pods that may have a request is refused', () => {
  const removal: Action = { kind: 'remove-version', version: 'v1' };
  const moved = (differences: Differences = {}) =>
    ready({ atMs: 100_000, split: { v2: 100 }, record: longOff, ...differences });
  const quiet = (sinceMs: number, settledMs = 0): Partial<Memory> => ({
    quietSinceMs: { v1: sinceMs },
    connections: { begun: {}, settledSinceMs: { v1: settledMs } },
  });

  it('allows it after the whole drain window', () => {
    expect(asked(removal, moved(), quiet(90_000))).toBeUndefined();
  });

  it('before the drain window is over', () => {
    const found = { invariant: 'S3', code: 'not-idle', version: 'v1', windowMs: 10_000 };
    expect(asked(removal, moved(), quiet(90_001))).toEqual(found);
  });

  it('before the longest request is over, when no pod counts', () => {
    const uncounted = {
      ...release,
      inFlight: 'proxies' as const,
      timings: { ...release.timings, longestRequestSeconds: 30 },
    };
    const question = (sinceMs: number) => ({
      release: uncounted,
      seen: moved(),
      memory: { ...nothingRemembered, ...quiet(sinceMs) },
    });
    expect(violationOf(removal, question(70_001))).toMatchObject({ code: 'not-idle', windowMs: 30_000 });
    expect(violationOf(removal, question(70_000))).toBeUndefined();
  });

  it('when it was never seen idle', () => {
    expect(asked(removal, moved(), { ...quiet(0), quietSinceMs: {} })).toMatchObject({
      invariant: 'S3',
      code: 'not-idle',
    });
  });

  it('while a connection to it may still be opened', () => {
    expect(asked(removal, moved(), quiet(0, 95_000))).toBeUndefined();
    expect(asked(removal, moved(), quiet(0, 95_001))).toEqual({ invariant: 'S3', code: 'connecting', version: 'v1' });
    const never = { ...quiet(0), connections: nothingRemembered.connections };
    expect(asked(removal, moved(), never)).toMatchObject({ code: 'connecting' });
  });

  it('but not of objects whose pods are gone', () => {
    const gone = { desired: 0, available: 0, isGone: true };
    expect(asked(removal, moved({ pods: { v1: gone, v2: 2 } }))).toBeUndefined();
  });
});

describe('an exception that a person has granted', () => {
  const granted = { by: 'ann', at: '2026-01-01T00:00:00Z' };
  const withoutProxy: Exception = { code: 'without-proxy', invariant: 'S9', proxy: 'gateway-b', count: 1, ...granted };
  const acceptLoss: Exception = { code: 'accept-loss', invariant: 'S3', version: 'v1', count: 3, ...granted };
  const gateway = (activeRequests = 0): ReadProxy => {
    const { clusters, ...proxy } = proxyWith({ split: { v2: 100 }, subsets: ['v1', 'v2'] });
    const v1 = { state: 'active' as const, healthyEndpoints: 2, activeRequests, connectionsBegun: 0 };
    return { ...proxy, clusters: { ...clusters, v1 } };
  };

  describe('without-proxy', () => {
    const subsets: Action = { kind: 'write-subsets', versions: ['v2'] };
    const beside = (proxy: Proxy, split: Split = { v2: 100 }) =>
      ready({ split, record: longOff, proxies: [gateway(), proxy] });

    it('leaves out the one proxy that it names, while that cannot be read', () => {
      expect(asked(routeTo(half), beside(unreadable(), { v1: 100 }), {}, [withoutProxy])).toBeUndefined();
      expect(asked(subsets, beside(unreadable()), {}, [withoutProxy])).toBeUndefined();
    });

    it('leaves out no other, and none that answers again', () => {
      expect(asked(subsets, beside(unreadable('gateway-c')), {}, [withoutProxy])).toMatchObject({ proxy: 'gateway-c' });
      const again = { ...gateway(), name: 'gateway-b', namedVersions: ['v1'] };
      expect(asked(subsets, beside(again), {}, [withoutProxy])).toMatchObject({ proxy: 'gateway-b' });
    });

    it('does not make a look without any other gateway a look', () => {
      expect(asked(subsets, ready({ split: { v2: 100 }, proxies: [unreadable()] }), {}, [withoutProxy])).toMatchObject({
        code: 'may-be-routed-at',
      });
    });
  });

  describe('accept-loss', () => {
    const removal: Action = { kind: 'remove-version', version: 'v1' };
    const settled = { connections: { begun: {}, settledSinceMs: { v1: 0 } } };
    const inFlight = (atPods: number | 'unknown', atProxies = 0) =>
      ready({
        atMs: 60_000,
        split: { v2: 100 },
        record: longOff,
        proxies: [gateway(atProxies)],
        inFlight: { v1: atPods },
      });

    it('lets the pods of its version go with as many requests as it says, at pods and at proxies', () => {
      expect(asked(removal, inFlight(3, 3), settled, [acceptLoss])).toBeUndefined();
    });

    it('never while one more may wait for a connection: nobody counts that', () => {
      expect(asked(removal, inFlight(3), {}, [acceptLoss])).toMatchObject({ invariant: 'S3', code: 'connecting' });
    });

    it('never with more than were accepted', () => {
      expect(asked(removal, inFlight(4), settled, [acceptLoss])).toMatchObject({ invariant: 'S3' });
      expect(asked(removal, inFlight(0, 4), settled, [acceptLoss])).toMatchObject({ invariant: 'S3' });
    });

    it('also when a proxy has no cluster of it any more', () => {
      const without = proxyWith({ split: { v2: 100 }, subsets: ['v2'] });
      const seen = { ...inFlight(3), proxies: [without, { ...gateway(3), name: 'gateway-b' }] };
      expect(asked(removal, seen, settled, [acceptLoss])).toBeUndefined();
      const atBoth = { ...inFlight(0), proxies: [gateway(2), { ...gateway(2), name: 'gateway-b' }] };
      expect(asked(removal, atBoth, settled, [acceptLoss])).toMatchObject({ invariant: 'S3' });
    });

    it('never without a count of all pods and proxies', () => {
      expect(asked(removal, inFlight('unknown'), settled, [acceptLoss])).toMatchObject({ invariant: 'S3' });
      const v1 = { state: 'active' as const, healthyEndpoints: 2 };
      const uncounted = { ...inFlight(0), proxies: [{ ...gateway(), clusters: { v1 } }] };
      expect(asked(removal, uncounted, settled, [acceptLoss])).toMatchObject({ invariant: 'S3' });
      const probes = { ...inFlight(0), proxies: [probed()] };
      expect(asked(removal, probes, settled, [acceptLoss])).toMatchObject({ invariant: 'S3' });
      const oneProbed = { ...inFlight(0), proxies: [gateway(), probed()] };
      expect(asked(removal, oneProbed, settled, [acceptLoss])).toMatchObject({ invariant: 'S3' });
    });

    it('for no other version, and not while the version is routed to', () => {
      expect(asked(removal, inFlight(3), settled, [{ ...acceptLoss, version: 'v2' }])).toMatchObject({
        invariant: 'S3',
      });
      const routed = ready({ split: half, inFlight: { v1: 3 } });
      expect(asked(removal, routed, settled, [acceptLoss])).toMatchObject({ invariant: 'S2' });
    });
  });
});

describe('what moves no request and takes nothing away', () => {
  it.each<Action>([
    { kind: 'add-version', version: 'v2' },
    { kind: 'write-record', record },
    { kind: 'set-minimum', version: 'v1', pods: 1 },
    { kind: 'disown', what: 'route' },
  ])('is not held up: $kind', (action) => {
    expect(asked(action, ready({ proxies: [] }))).toBeUndefined();
  });
});
