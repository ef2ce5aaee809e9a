/** The guard's own count of pods: each test names a write that no rule makes. */
import type { Proxy, ProxyCluster, Workload } from '../../../driver/istio/observation';
import type { ReleaseRecord } from '../../../driver/istio/record';
import type { Split } from '../../../model';
import { both } from '../../support/decisions';
import { asked, half, probed, ready, record, routeTo, unreadable } from '../../support/guarded';
import { observed, proxyWith, recordWith, type Differences } from '../../support/observations';

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

  it('exempts what leaves a version that no proxy can send to, in an abort alone', () => {
    const back = (mode: 'abort' | 'run') => routeTo({ v1: 100 }, { record: recordWith({ mode, podsForAll: 4 }) });
    const at = (proxies: readonly Proxy[], route: Differences['route'] = {}) =>
      withPods({ v1: { ...full, available: 1 }, v2: full }, { split: half, proxies, route });
    const refused = fewPods(1, 4, 'v1');
    const bare = proxyWith({ subsets: ['v1'], endpoints: 99 });
    const { v1 } = bare.clusters;
    const withV2 = (v2: Partial<ProxyCluster>): Proxy => ({
      ...bare,
      clusters: v1 ? { v1, v2: { ...v1, ...v2 } } : {},
    });
    for (const none of [bare, withV2({ state: 'warming' }), withV2({ healthyEndpoints: 0 })]) {
      expect(asked(back('abort'), at([none]))).toBeUndefined();
      expect(asked(back('run'), at([none]))).toEqual(refused);
      expect(asked(back('abort'), at([none, withV2({ healthyEndpoints: 1 })]))).toEqual(refused);
      expect(asked(back('abort'), at([none, unreadable()]))).toEqual(refused);
      expect(asked(back('abort'), at([none, probed()]))).toEqual(refused);
      expect(asked(back('abort'), at([none], { whole: {} }))).toEqual(refused);
    }
    expect(asked(back('abort'), at([]))?.code).toBe('not-ready-at');
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
