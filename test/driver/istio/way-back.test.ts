/** S7: an abort takes back at once what the live pods can carry, and goes only one way. */
import fc from 'fast-check';
import { decide } from '../../../driver/istio/decide';
import { violationOf } from '../../../driver/istio/guard';
import { performIdeally } from '../../../driver/istio/ideal-cluster';
import { nothingRemembered, rememberLook, rememberWrite } from '../../../driver/istio/memory';
import type { Observation, Proxy, ProxyCluster } from '../../../driver/istio/observation';
import type { TurnReason } from '../../../driver/istio/record';
import { weightOf, type Split } from '../../../model';
import { both, decideOn, run } from '../../support/decisions';
import { observed, proxyWith, recordWith, releaseWith } from '../../support/observations';

const release = releaseWith('replicas: 4');
const marker = 'split@r1.3';
const asked: TurnReason = { code: 'operator-asked', verb: 'abort' };
const failed: TurnReason = { code: 'analysis-failed', detail: '5 of 5' };
const abort = (cause: TurnReason = asked) =>
  recordWith({ mode: 'abort', marker, serial: 3, podsForAll: 4, cause, kept: ['v1', 'v2'] });
const half = { ...both, split: { v1: 50, v2: 50 }, record: abort() };
const pods = (v1: number, v2 = 4) => ({
  v1: { desired: 4, declaredPods: 4, available: v1 },
  v2: { desired: 4, declaredPods: 4, available: v2 },
});
/** One gateway that knows so many endpoints of v1. */
const gateway = (endpoints: number, split: Split = half.split, name = 'gateway-a') => ({
  ...proxyWith({ split, marker, subsets: ['v1', 'v2'], endpoints }),
  name,
});

test('three of four pods carry three quarters at once', () => {
  const seen = observed({ ...half, pods: pods(3), proxies: [gateway(3)] });
  expect(decideOn(seen, {}, release)).toMatchObject({ action: { kind: 'write-route', split: { v1: 75, v2: 25 } } });
});

test('the rest waits for the pods that it needs', () => {
  const split = { v1: 75, v2: 25 };
  const waiting = observed({ ...half, split, pods: pods(3), proxies: [gateway(3, split)] });
  expect(decideOn(waiting, {}, release)).toMatchObject({
    wait: { for: 'pods', version: 'v1', available: 3, needed: 4 },
  });
  const ready = observed({ ...half, split, pods: pods(4), proxies: [gateway(4, split)] });
  expect(decideOn(ready, {}, release)).toMatchObject({ action: { kind: 'write-route', split: { v1: 100 } } });
});

test('nothing is taken back on the word of an old status', () => {
  const stale = { ...pods(3), v1: { ...pods(3).v1, isCurrent: false } };
  expect(decideOn(observed({ ...half, pods: stale, proxies: [gateway(3)] }), {}, release)).toMatchObject({
    wait: { for: 'pods', version: 'v1', available: 0, needed: 4 },
  });
});

test('what the stable version cannot carry yet stays where it is; the aborted version loses its share first', () => {
  const split = { v2: 60, v0: 20, v1: 20 };
  const subsets = ['v0', 'v1', 'v2'];
  const three = { subsets, split, record: abort(), pods: { ...pods(2), v0: 2 } };
  const proxies = [proxyWith({ split, marker, subsets, endpoints: 2 })];
  expect(decideOn(observed({ ...three, proxies }), {}, release)).toMatchObject({
    action: { kind: 'write-route', split: { v0: 20, v1: 50, v2: 30 } },
  });
});

test('one endpoint that one gateway does not know yet holds back its share alone', () => {
  const ten = { v1: { desired: 10, declaredPods: 10, available: 10 }, v2: 10 };
  const proxies = [gateway(10), gateway(9, half.split, 'gateway-b')];
  const seen = observed({ ...half, record: { ...abort(), podsForAll: 10 }, pods: ten, proxies });
  expect(decideOn(seen, {}, release)).toMatchObject({ action: { split: { v1: 90, v2: 10 } } });
});

test('everything leaves a sick version at once, as far as a single pod is there to take it', () => {
  const judged = observed({ ...half, record: abort(failed), pods: pods(1), proxies: [gateway(1)] });
  expect(decideOn(judged, {}, release)).toMatchObject({ action: { split: { v1: 100 } } });
  const dead = observed({ ...half, pods: pods(1, 0), proxies: [gateway(1)] });
  expect(decideOn(dead, {}, release)).toMatchObject({ action: { split: { v1: 100 } } });
  const none = observed({ ...half, record: abort(failed), pods: pods(0) });
  expect(decideOn(none, {}, release)).not.toMatchObject({ action: { split: { v1: 100 } } });
});

describe('somebody has sent traffic to the aborted version before proxies have it', () => {
  const warming = { state: 'warming', healthyEndpoints: 0 } as const;
  const without = (v2?: Partial<ProxyCluster>, name = 'gateway-a') => {
    const { clusters, ...proxy } = gateway(1, half.split, name);
    const { v1, v2: cluster } = clusters;
    return { ...proxy, clusters: { ...(v1 && { v1 }), ...(v2 && cluster && { v2: { ...cluster, ...v2 } }) } };
  };
  const abortAt = (...proxies: Proxy[]) => decideOn(observed({ ...half, pods: pods(3), proxies }), {}, release);

  test('each of them answers with 503 for it: everything leaves it at once, also to fewer pods than it takes', () => {
    for (const v2 of [warming, { healthyEndpoints: 0 }, undefined])
      expect(abortAt(without(v2), without(v2, 'gateway-b'))).toMatchObject({ action: { split: { v1: 100 } } });
  });

  test('one of them sends to it, or cannot be read: the pods of the stable version are not overloaded for the others', () => {
    const silent: Proxy = { name: 'gateway-b', kind: 'gateway', unreadable: 'connection refused' };
    for (const other of [gateway(1, half.split, 'gateway-b'), silent])
      expect(abortAt(without(warming), other)).toMatchObject({ wait: { for: 'pods', version: 'v1', needed: 4 } });
  });

  test('no endpoint of the stable version at one of them: nothing moves', () => {
    const { clusters, ...proxy } = without(warming, 'gateway-b');
    const bare = { ...proxy, clusters: { ...clusters, ...(clusters.v1 && { v1: { ...clusters.v1, ...warming } }) } };
    expect(abortAt(without(warming), bare)).toMatchObject({ kind: 'wait' });
  });
});

describe('after all traffic has left the stable version', () => {
  const gone = { split: { v2: 100 }, subsets: ['v1', 'v2'], pods: pods(4) };
  const silent: Proxy = { name: 'gateway-b', kind: 'gateway', unreadable: 'connection refused' };
  const proxies = [gateway(4, gone.split), silent];

  test('one proxy that cannot be read does not hold the abort: the subset has stayed', () => {
    const seen = observed({ ...gone, record: abort(), proxies });
    const decision = decideOn(seen, {}, release);
    expect(decision).toMatchObject({ action: { kind: 'write-route', split: { v1: 100 } } });
  });

  test('it does when no route of this release has named the stable version', () => {
    const seen = observed({ ...gone, record: { ...abort(), kept: ['v2'] }, proxies });
    expect(decideOn(seen, {}, release)).toMatchObject({ wait: { for: 'gate', obstacles: [{ code: 'unreadable' }] } });
  });

  test('a subset that is gone is not taken for one that has stayed once it is there again', () => {
    const seen = observed({ ...gone, subsets: ['v2'], record: abort() });
    expect(decideOn(seen, {}, release)).toMatchObject({
      action: { kind: 'write-record', record: { kept: ['v2'] } },
      because: [{ code: 'subset-gone', versions: ['v1'] }],
    });
  });

  test('somebody removed it: its subset goes before pods are made anew, as proxies may still know the former ones', () => {
    const seen = observed({ ...gone, pods: { v2: 4 }, record: abort(), proxies: [gateway(4, gone.split)] });
    expect(decideOn(seen, {}, release)).toMatchObject({
      action: { kind: 'write-subsets', versions: ['v2'] },
      because: [{ code: 'subset-stale', version: 'v1' }],
    });
    const next = observed({ ...gone, subsets: ['v2'], pods: { v2: 4 }, record: abort() });
    expect(decideOn(next, {}, release)).toMatchObject({ action: { kind: 'add-version', version: 'v1' } });
  });

  test('somebody removed it: a proxy that cannot be read may route to it, and its subset stays', () => {
    const seen = observed({ ...gone, pods: { v2: 4 }, record: abort(), proxies });
    expect(decideOn(seen, {}, release)).toMatchObject({
      wait: { for: 'drain', version: 'v1', until: { code: 'unrouted', obstacles: [{ code: 'unreadable' }] } },
    });
  });

  test('somebody removed it: a subset that the live route names stays', () => {
    const seen = observed({ ...half, pods: { v2: 4 }, record: abort() });
    expect(decideOn(seen, {}, release)).not.toMatchObject({ action: { kind: 'write-subsets' } });
  });

  test('the guard says the same', () => {
    const action = { kind: 'write-route', split: { v1: 100 }, headerVersions: [], probes: [], marker: 'm' } as const;
    const broken = (kept: string[], subsets = gone.subsets) => {
      const record = { ...abort(), kept };
      const seen = observed({ ...gone, subsets, record, proxies });
      const question = { release, order: run, seen, memory: nothingRemembered, gateLimitMs: 1, releaseId: 'r1' };
      return violationOf({ ...action, record }, question)?.invariant;
    };
    expect(broken(['v1', 'v2'])).toBeUndefined();
    expect(broken(['v2'])).toBe('S1');
    expect(broken(['v1', 'v2'], ['v2'])).toBe('S1');
  });
});

/** Pods of v1 come and go; proxies know those that are available, or one less. */
const looks = fc.array(
  fc.record({ v1: fc.integer({ min: 0, max: 4 }), v2: fc.integer({ min: 0, max: 4 }), late: fc.nat(1) }),
  {
    maxLength: 12,
  },
);

test('whatever comes and goes, each write takes more from the aborted version, none gives it back, and it ends at stable 100', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.constantFrom(asked, failed), looks, (weight, cause, changing) => {
      const split: Split = weight === 100 ? { v2: 100 } : { v1: 100 - weight, v2: weight };
      let seen = observed({ ...half, split, record: abort(cause) });
      let memory = nothingRemembered;
      const left: number[] = [weight];
      // Afterwards all is well: an abort that never ends would be one that does nothing.
      for (const { v1, v2, late } of [...changing, ...Array.from({ length: 8 }, () => ({ v1: 4, v2: 4, late: 0 }))]) {
        seen = lookedAt(seen, v1, v2, late);
        memory = rememberLook(memory, seen);
        const question = { release, order: run, seen, memory, gateLimitMs: 1e9, releaseId: 'r1' };
        const decision = decide(question);
        if (decision.kind !== 'act') continue;
        expect(violationOf(decision.action, question)).toBeUndefined();
        memory = rememberWrite(memory, decision.action, seen.route?.record);
        seen = performIdeally(seen, decision.action);
        if (decision.action.kind === 'write-route') left.push(weightOf(decision.action.split, 'v2'));
      }
      // S8 turns to the aborted version while the stable one has no pod: that is no abort's write.
      const isDetour = changing.some(({ v1 }) => v1 === 0);
      if (!isDetour) expect(left).toEqual([...left].sort((a, b) => b - a));
      expect(left.at(-1)).toBe(0);
    }),
  );
});

function lookedAt(seen: Observation, v1: number, v2: number, late: number): Observation {
  const { split = {}, marker: name = '' } = seen.route ?? {};
  const proxy = proxyWith({ split, marker: name, subsets: ['v1', 'v2'], endpoints: Math.max(0, v1 - late) });
  const { workloads } = observed({ pods: pods(v1, v2) });
  return { ...seen, atMs: seen.atMs + 1_000, endedMs: seen.atMs + 1_000, workloads, proxies: [proxy] };
}
