/**
 * The guard alone, without the rules: each test names a write that no rule makes, and that would lose requests. The file fails at
 * each line of the guard that is taken away.
 */
import type { Action } from '../../../driver/istio/action';
import type { Exception } from '../../../driver/istio/exceptions';
import { violationOf } from '../../../driver/istio/guard';
import { nothingRemembered, type Memory } from '../../../driver/istio/memory';
import type {
  Observation,
  ProbedProxy,
  Proxy,
  ReadProxy,
  UnreadableProxy,
  Workload,
} from '../../../driver/istio/observation';
import type { ReleaseRecord } from '../../../driver/istio/record';
import type { Split } from '../../../model';
import { both } from '../../support/decisions';
import { observed, proxyWith, recordWith, releaseWith, type Differences } from '../../support/observations';

const release = releaseWith('timings: {drainWindow: 10s, connectTimeout: 5s}');
const record = recordWith();

function asked(action: Action, seen: Observation, memory: Partial<Memory> = {}, exceptions?: readonly Exception[]) {
  return violationOf(action, { release, seen, memory: { ...nothingRemembered, ...memory } }, exceptions);
}

const unreadable = (name = 'gateway-b'): UnreadableProxy => ({ name, kind: 'gateway', unreadable: 'refused' });
const probed = (fields: Partial<ProbedProxy> = {}): ProbedProxy => ({
  name: 'gateway-p',
  kind: 'gateway',
  markers: { 'demo.example.com': record.marker },
  answers: { v1: 'answered', v2: 'answered' },
  ...fields,
});
const sidecar: ReadProxy = { ...proxyWith({ subsets: ['v1', 'v2'] }), name: 'shop-pod', kind: 'sidecar' };

function routeTo(split: Split, fields: Partial<Extract<Action, { kind: 'write-route' }>> = {}): Action {
  return { kind: 'write-route', split, headerVersions: [], probes: [], marker: 'split@r1.2', record, ...fields };
}

/** Both versions are there with two pods each, and a release is on record. */
const ready = (differences: Differences = {}) => observed({ ...both, record, ...differences });
const half = { v1: 50, v2: 50 };
/** No proxy has sent to v1 for longer than any request takes. */
const longOff = recordWith({ unrouted: { v1: '1969-12-31T23:00:00.000Z' } });

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

  it('when no proxy was looked at, and when only sidecars were', () => {
    expect(asked(routeTo(half), ready({ proxies: [] }))).toEqual(notReadyAt(undefined));
    expect(asked(routeTo(half), ready({ proxies: [sidecar] }))).toEqual(notReadyAt(undefined));
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

describe('S4: a weight that rises above what the available pods can carry is refused', () => {
  const fewPods = (available: number, needed: number, version = 'v2') => ({
    invariant: 'S4',
    code: 'few-pods',
    version,
    available,
    needed,
  });
  /** Proxies know enough endpoints, so that only S4 can speak. */
  const many = [proxyWith({ subsets: ['v1', 'v2'], endpoints: 99 })];
  const withPods = (pods: Differences['pods'], differences: Differences = {}) =>
    ready({ record: recordWith({ podsForAll: 4 }), proxies: many, pods, ...differences });
  const move = (split: Split) => routeTo(split, { record: undefined });
  const full = { desired: 4, declaredPods: 4, available: 4 };

  it('counts by the release that the write puts on record, else by the one that is', () => {
    const more = { desired: 8, declaredPods: 8, available: 8 };
    const seen = withPods({ v1: more, v2: { ...more, available: 3 } });
    expect(asked(move({ v2: 100 }), seen)).toEqual(fewPods(3, 4));
    expect(asked(routeTo({ v2: 100 }, { record: recordWith({ podsForAll: 6 }) }), seen)).toEqual(fewPods(3, 6));
    expect(asked(routeTo({ v2: 100 }, { record: recordWith({ podsForAll: 3 }) }), seen)).toBeUndefined();
    const first = { ...seen, route: ready({ record: undefined, marker: record.marker }).route };
    expect(asked(routeTo({ v2: 100 }, { record: recordWith({ podsForAll: 3 }) }), { ...first })).toBeUndefined();
  });

  it('counts each of many pods', () => {
    const many = { desired: 200, declaredPods: 200, available: 199 };
    const proxies = [proxyWith({ subsets: ['v1', 'v2'], endpoints: 200 })];
    const seen = withPods({ v1: many, v2: many }, { proxies, record: recordWith({ podsForAll: 200 }) });
    expect(asked(move({ v2: 100 }), seen)).toEqual(fewPods(199, 200));
  });

  it('leaves out what has no weight in the live route', () => {
    const none = { desired: 0, available: 0 };
    const seen = withPods({ v1: full, v2: { ...full, available: 3 }, v3: none }, { split: { v1: 100, v3: 0 } });
    expect(asked(move({ v2: 100 }), seen)).toEqual(fewPods(3, 4));
  });

  it('rounds the pods that a share needs up, never below one', () => {
    const has = (available: number) => withPods({ v1: full, v2: { ...full, available } });
    const to = (weight: number) => move({ v1: 100 - weight, v2: weight });
    expect(asked(to(50), has(1))).toEqual(fewPods(1, 2));
    expect(asked(to(50), has(2))).toBeUndefined();
    expect(asked(to(51), has(2))).toEqual(fewPods(2, 3));
    expect(asked(to(1), has(0))).toEqual(fewPods(0, 1));
  });

  it('counts no pod of a Deployment whose status is older than its spec', () => {
    const seen = withPods({ v1: full, v2: { ...full, isCurrent: false } });
    expect(asked(move(half), seen)).toEqual(fewPods(0, 2));
  });

  it('counts none of a version without a Deployment', () => {
    expect(asked(move(half), withPods({ v1: full }))).toEqual(fewPods(0, 1));
  });

  it('leaves a weight alone that stays or falls', () => {
    const seen = withPods({ v1: { ...full, available: 1 }, v2: full }, { split: half });
    expect(asked(move({ v2: 100 }), seen)).toBeUndefined();
  });

  it('asks for what carries the traffic now, when that is less than at the beginning', () => {
    const now = { desired: 2, declaredPods: 4, available: 2 };
    expect(asked(move({ v2: 100 }), withPods({ v1: now, v2: { ...full, available: 1 } }))).toEqual(fewPods(1, 2));
    expect(asked(move({ v2: 100 }), withPods({ v1: now, v2: { ...full, available: 2 } }))).toBeUndefined();
  });

  it('takes a version that lost some pods for one that still has its whole share to carry', () => {
    const seen = withPods({ v1: { ...full, available: 1 }, v2: { ...full, available: 3 } });
    expect(asked(move({ v2: 100 }), seen)).toEqual(fewPods(3, 4));
  });

  it('asks no more of a version than its scaler allows it', () => {
    const scaled = (available: number) => ({ desired: 2, available, autoscaler: { minimum: 1, maximum: 3 } });
    expect(asked(move({ v2: 100 }), withPods({ v1: full, v2: scaled(3) }))).toBeUndefined();
    expect(asked(move({ v2: 100 }), withPods({ v1: full, v2: scaled(2) }))).toEqual(fewPods(2, 3));
  });

  it('asks no more of a version than its manifests say, as many of them as there are', () => {
    const fewer = { desired: 2, declaredPods: 2, available: 2 };
    expect(asked(move({ v2: 100 }), withPods({ v1: full, v2: fewer }))).toBeUndefined();
    expect(asked(move({ v2: 100 }), withPods({ v1: full, v2: { ...fewer, desired: 3 } }))).toEqual(fewPods(2, 3));
    expect(asked(move({ v2: 100 }), withPods({ v1: full, v2: { ...fewer, desired: 1, available: 1 } }))).toEqual(
      fewPods(1, 2),
    );
  });

  it('asks for as many times more as a person gave by hand to what carries the traffic', () => {
    const unknown = withPods({ v1: { desired: 4, available: 4, declaredPods: undefined }, v2: 2 });
    expect(asked(move({ v2: 100 }), unknown)).toBeUndefined();
    const byHand = { desired: 20, declaredPods: 2, available: 20 };
    const seen = withPods({ v1: byHand, v2: 2 }, { record: recordWith({ podsForAll: 20 }) });
    expect(asked(move({ v2: 100 }), seen)).toEqual(fewPods(2, 20));
  });

  /** v1 has one of four pods, v0 all. */
  const three = { split: { v0: 25, v1: 25, v2: 50 } };
  const pods = (v2: Partial<Workload>) => ({ v0: full, v1: { ...full, available: 1 }, v2 });
  const dead = { ...full, available: 0 };

  it('exempts the share that leaves a version without pods, and no more than that', () => {
    expect(asked(move({ v0: 25, v1: 75 }), withPods(pods(dead), three))).toBeUndefined();
    const { v0, v1 } = pods(dead);
    expect(asked(move({ v0: 25, v1: 75 }), withPods({ v0, v1 }, three))).toBeUndefined();
    expect(asked(move({ v1: 100 }), withPods(pods(dead), three))).toEqual(fewPods(1, 2, 'v1'));
  });

  it('exempts no share that stays on it, and takes no measure by what it was scaled to', () => {
    const scaledToZero = { desired: 0, declaredPods: 4, available: 0 };
    expect(asked(move({ v0: 25, v1: 50, v2: 25 }), withPods(pods(scaledToZero), three))).toBeUndefined();
    expect(asked(move({ v1: 75, v2: 25 }), withPods(pods(scaledToZero), three))).toEqual(fewPods(1, 2, 'v1'));
  });

  it('exempts what leaves an aborted version of which a measurement has failed, and of no other', () => {
    const back = (code: 'analysis-failed' | 'operator-asked', mode: 'abort' | 'run' = 'abort') => {
      const cause = { code, step: 1, detail: '' } as unknown as NonNullable<ReleaseRecord['cause']>;
      return routeTo({ v0: 25, v1: 75 }, { record: { ...recordWith({ mode, podsForAll: 4 }), cause } });
    };
    expect(asked(back('analysis-failed'), withPods(pods(full), three))).toBeUndefined();
    expect(asked(back('operator-asked'), withPods(pods(full), three))).toEqual(fewPods(1, 3, 'v1'));
    expect(asked(back('analysis-failed', 'run'), withPods(pods(full), three))).toEqual(fewPods(1, 3, 'v1'));
  });

  it('exempts nothing while it cannot be told whether the other version has pods', () => {
    const unknown = { ...full, available: 0, isCurrent: false };
    const seen = withPods({ v1: { ...full, available: 3 }, v2: unknown }, { split: half });
    expect(asked(move({ v1: 100 }), seen)).toEqual(fewPods(3, 4, 'v1'));
  });

  it('allows no weight to rise outside a release', () => {
    const seen = observed({ ...both });
    const found = { invariant: 'S4', code: 'no-release', version: 'v2' };
    expect(asked(routeTo(half, { record: undefined }), seen)).toEqual(found);
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
    const inFlight = (atPods: number | 'unknown', atProxies = 0) =>
      ready({ split: { v2: 100 }, record: longOff, proxies: [gateway(atProxies)], inFlight: { v1: atPods } });

    it('lets the pods of its version go with as many requests as it says, at pods and at proxies', () => {
      expect(asked(removal, inFlight(3, 3), {}, [acceptLoss])).toBeUndefined();
    });

    it('never with more than were accepted', () => {
      expect(asked(removal, inFlight(4), {}, [acceptLoss])).toMatchObject({ invariant: 'S3' });
      expect(asked(removal, inFlight(0, 4), {}, [acceptLoss])).toMatchObject({ invariant: 'S3' });
    });

    it('also when a proxy has no cluster of it any more', () => {
      const without = proxyWith({ split: { v2: 100 }, subsets: ['v2'] });
      const seen = { ...inFlight(3), proxies: [without, { ...gateway(3), name: 'gateway-b' }] };
      expect(asked(removal, seen, {}, [acceptLoss])).toBeUndefined();
      const atBoth = { ...inFlight(0), proxies: [gateway(2), { ...gateway(2), name: 'gateway-b' }] };
      expect(asked(removal, atBoth, {}, [acceptLoss])).toMatchObject({ invariant: 'S3' });
    });

    it('never without a count of all pods and proxies', () => {
      expect(asked(removal, inFlight('unknown'), {}, [acceptLoss])).toMatchObject({ invariant: 'S3' });
      const v1 = { state: 'active' as const, healthyEndpoints: 2 };
      const uncounted = { ...inFlight(0), proxies: [{ ...gateway(), clusters: { v1 } }] };
      expect(asked(removal, uncounted, {}, [acceptLoss])).toMatchObject({ invariant: 'S3' });
      const probes = { ...inFlight(0), proxies: [probed()] };
      expect(asked(removal, probes, {}, [acceptLoss])).toMatchObject({ invariant: 'S3' });
      const oneProbed = { ...inFlight(0), proxies: [gateway(), probed()] };
      expect(asked(removal, oneProbed, {}, [acceptLoss])).toMatchObject({ invariant: 'S3' });
    });

    it('for no other version, and not while the version is routed to', () => {
      expect(asked(removal, inFlight(3), {}, [{ ...acceptLoss, version: 'v2' }])).toMatchObject({ invariant: 'S3' });
      const routed = ready({ split: half, inFlight: { v1: 3 } });
      expect(asked(removal, routed, {}, [acceptLoss])).toMatchObject({ invariant: 'S2' });
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
