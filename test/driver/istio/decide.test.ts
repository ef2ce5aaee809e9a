import { decide } from '../../../driver/istio/decide';
import { noConnections } from '../../../driver/istio/pending-connections';
import { nothingRemembered, verdictKey } from '../../../driver/istio/memory';
import type { ReadProxy } from '../../../driver/istio/observation';
import { both, decideOn, run, stepped } from '../../support/decisions';
import { endedWith, observed, proxyWith, recordWith, releaseWith } from '../../support/observations';

const settledSince = (ms: number) => ({ begun: {}, settledSinceMs: { v1: ms } });
const offSince = (ms: number) => ({ v1: new Date(ms).toISOString() });
const shift = { step: 1, marker: 'split@r1.1' };

describe('a release begins', () => {
  it('by claiming the route without moving any traffic', () => {
    expect(decideOn(observed())).toMatchObject({
      action: {
        kind: 'write-route',
        split: { v1: 100 },
        marker: 'split@r1.1',
        record: { stable: 'v1', canary: 'v2', step: 0 },
      },
    });
  });

  it('at the next weight when the new version has some traffic already', () => {
    const seen = observed({ ...both, split: { v1: 80, v2: 20 } });
    expect(decideOn(seen)).toMatchObject({ action: { split: { v1: 80, v2: 20 }, record: { step: 3 } } });
  });

  it('with what every proxy has of the versions that the route names, whoever wrote it', () => {
    const halved = { ...both, split: { v1: 50, v2: 50 } };
    expect(decideOn(observed(halved))).toMatchObject({ action: { record: { kept: ['v1', 'v2'] } } });
    const proxies = [proxyWith({ subsets: ['v1', 'v2'] }), proxyWith({ subsets: ['v1'] })];
    expect(decideOn(observed({ ...halved, proxies }))).toMatchObject({ action: { record: { kept: ['v1'] } } });
  });

  it('never, when the version has all traffic already: it only looks at the proxies', () => {
    expect(decideOn(observed({ split: { v2: 100 } }))).toMatchObject({
      kind: 'done',
      because: { outcome: 'completed' },
    });
  });
});

describe('S1: a route names a subset only after every serving proxy was observed to have it', () => {
  const record = recordWith(shift);

  it('writes the route once every proxy has the cluster active with healthy endpoints', () => {
    expect(decideOn(observed({ ...both, record }))).toMatchObject({
      action: { kind: 'write-route', split: { v1: 90, v2: 10 }, marker: 'split@r1.2' },
    });
  });

  it('waits for a version that a header route names from now on, also beside a split that names it already', () => {
    const pinning = releaseWith('headerRoutes: [{header: x-user, exact: tester, version: v2}]\nsteps: [{weight: 10}]');
    const moved = { ...both, split: { v2: 100 }, record: recordWith({ ...shift, step: 2, kept: ['v1', 'v2'] }) };
    const lacking = [proxyWith({ subsets: ['v1'], split: { v2: 100 }, marker: shift.marker })];
    const pinned = { pinnedVersions: ['v2'] };
    const obstacles = [{ code: 'no-cluster', version: 'v2', proxy: 'gateway-a' }];
    expect(decideOn(observed({ ...moved, route: pinned, proxies: lacking }), {}, pinning)).toMatchObject({
      wait: { for: 'gate', obstacles },
    });
    expect(decideOn(observed({ ...moved, route: pinned }), {}, pinning)).toMatchObject({
      action: { kind: 'write-route', headerVersions: ['v2'] },
    });
  });

  it.each([
    ['lacks the cluster', proxyWith({ subsets: ['v1'], marker: record.marker }), { code: 'no-cluster', version: 'v2' }],
    [
      'is warming it',
      {
        ...proxyWith({ marker: record.marker }),
        clusters: { v2: { state: 'warming' as const, healthyEndpoints: 2, activeRequests: 0, connectionsBegun: 0 } },
      },
      { code: 'warming', version: 'v2' },
    ],
    [
      'knows no healthy endpoint of it',
      proxyWith({ subsets: ['v1', 'v2'], endpoints: 0, marker: record.marker }),
      { code: 'few-endpoints', version: 'v2', healthy: 0, needed: 1 },
    ],
    [
      'cannot be read',
      { name: 'gateway-a', kind: 'gateway' as const, unreadable: 'timed out' },
      { code: 'unreadable', detail: 'timed out' },
    ],
  ])('waits, and names the proxy, while one of two proxies %s', (_, behind, found) => {
    const upToDate = { ...proxyWith({ subsets: ['v1', 'v2'], marker: record.marker }), name: 'gateway-b' };
    const decision = decideOn(observed({ ...both, record, proxies: [behind, upToDate] }));
    expect(decision).toMatchObject({ kind: 'wait' });
    expect(decision).toHaveProperty('wait.for', 'gate');
    expect(decision).toHaveProperty('wait.obstacles', expect.arrayContaining([{ proxy: 'gateway-a', ...found }]));
  });

  it('waits for a sidecar as for a gateway, each by the hosts that it must hold', () => {
    const release = releaseWith('gateways: [own, mesh]\nsteps: [{weight: 10}]');
    const gateway = proxyWith({ subsets: ['v1', 'v2'], marker: record.marker });
    const holding = (host: string, subsets: string[]): ReadProxy => ({
      ...proxyWith({ subsets, marker: record.marker, split: { v1: 100 } }),
      name: 'client.shop',
      kind: 'sidecar',
      routes: [{ host, marker: record.marker, split: { v1: 100 } }],
    });
    const beside = (sidecar: ReadProxy) => observed({ ...both, record, proxies: [gateway, sidecar] });
    const service = 'demo.shop.svc.cluster.local';
    expect(decideOn(beside(holding(service, ['v1', 'v2'])), {}, release)).toMatchObject({
      action: { split: { v2: 10 } },
    });
    expect(decideOn(beside(holding(service, ['v1'])), {}, release)).toMatchObject({
      wait: { for: 'gate', obstacles: [{ proxy: 'client.shop', code: 'no-cluster', version: 'v2' }] },
    });
    const settling = observed({ ...both, proxies: [proxyWith(), holding('demo.example.com', ['v1'])] });
    expect(decideOn(settling, { ended: endedWith({ v1: 100 }) }, release)).toMatchObject({
      wait: { for: 'propagation', obstacles: [{ proxy: 'client.shop', code: 'no-route', host: service }] },
    });
  });

  it('waits when sidecars are seen and no gateway', () => {
    const sidecar = { ...proxyWith({ subsets: ['v1', 'v2'], marker: record.marker }), kind: 'sidecar' as const };
    expect(decideOn(observed({ ...both, record, proxies: [sidecar] }))).toMatchObject({
      wait: { for: 'gate', obstacles: [{ code: 'no-gateway' }] },
    });
  });

  it('waits when no proxy is seen at all', () => {
    expect(decideOn(observed({ ...both, record, proxies: [] }))).toMatchObject({ kind: 'wait', wait: { for: 'gate' } });
  });

  it('adds the subset only once the version has a pod', () => {
    const record = recordWith();
    const early = observed({ record, subsets: ['v1'], pods: { v1: 2, v2: { available: 0 } } });
    expect(decideOn(early)).toMatchObject({ kind: 'wait', wait: { for: 'pods' } });
    const ready = observed({ record, subsets: ['v1'], pods: { v1: 2, v2: 2 } });
    expect(decideOn(ready)).toMatchObject({ action: { kind: 'write-subsets', versions: ['v1', 'v2'] } });
  });
});

describe('a subset that comes back', () => {
  it('waits until no proxy has the cluster of the one that was removed: it would vanish under traffic', () => {
    const record = recordWith({ mode: 'abort', step: 6, marker: 'split@r1.4' });
    const old = proxyWith({ split: { v2: 100 }, marker: 'split@r1.4', subsets: ['v1', 'v2'] });
    const gone = proxyWith({ split: { v2: 100 }, marker: 'split@r1.4', subsets: ['v2'] });
    const now = { record, split: { v2: 100 }, subsets: ['v2'], pods: { v1: 2, v2: 2 } };
    expect(decideOn(observed({ ...now, proxies: [old] }))).toMatchObject({
      kind: 'wait',
      wait: { for: 'propagation', obstacles: [{ proxy: 'gateway-a', code: 'old-cluster', version: 'v1' }] },
    });
    expect(decideOn(observed({ ...now, proxies: [gone] }))).toMatchObject({ action: { versions: ['v1', 'v2'] } });
  });
});

describe('of a service that no gateway publishes', () => {
  const record = recordWith(shift);
  const sidecar = { ...proxyWith({ subsets: ['v1', 'v2'], marker: 'split@r1.1' }), kind: 'sidecar' as const };
  const own = {
    ...sidecar,
    routes: [{ host: 'demo.shop.svc.cluster.local', marker: 'split@r1.1', split: { v1: 100 } }],
  };
  const seen = (proxies: readonly ReadProxy[]) =>
    observed({ ...both, record, route: { mesh: true, isMeshAlone: true }, proxies });

  it('a sidecar is evidence enough, and none is no evidence', () => {
    expect(decideOn(seen([own]))).toMatchObject({ action: { kind: 'write-route', split: { v1: 90, v2: 10 } } });
    expect(decideOn(seen([]))).toMatchObject({ kind: 'wait', wait: { obstacles: [{ code: 'no-sidecar' }] } });
  });
});

describe('S2: a subset is removed only after no serving proxy’s route names it', () => {
  const record = recordWith({ step: 6, marker: 'split@r1.4', unrouted: offSince(0) });
  const quiet = { quietSinceMs: { v1: 0 }, connections: settledSince(0) };
  const now = { ...both, record, split: { v2: 100 }, atMs: 60_000, inFlight: { v1: 0 } };

  it('removes it when every proxy routes past it and it has drained', () => {
    expect(decideOn(observed(now), quiet)).toMatchObject({ action: { kind: 'write-subsets', versions: ['v2'] } });
  });

  it('waits while one proxy has an older route', () => {
    const behind = proxyWith({ split: { v1: 50, v2: 50 }, marker: 'split@r1.3', subsets: ['v1', 'v2'] });
    const decision = decideOn(observed({ ...now, proxies: [behind] }), quiet);
    expect(decision).toMatchObject({ kind: 'wait', wait: { for: 'propagation' } });
  });

  it('puts on record when the last proxy was seen off it, not before the end of that look', () => {
    const seen = observed({ ...now, record: recordWith({ step: 6, marker: 'split@r1.4' }), endedMs: 63_000 });
    expect(decideOn(seen, quiet)).toMatchObject({
      action: { kind: 'write-record', record: { unrouted: offSince(60_000 + 3_000 + 1_000) } },
      because: [{ code: 'unrouted', off: ['v1'], back: [] }],
    });
  });

  it.each([
    ['waits until the longest request, which a filter may hold, has had its time', 14_000, { kind: 'wait' }],
    ['removes it then', 15_000, { action: { kind: 'write-subsets' } }],
  ])('%s, by the API server’s clock', (_, serverMs, expected) => {
    expect(decideOn(observed({ ...now, serverMs }), quiet)).toMatchObject(expected);
  });

  it('says how long a filter may still hold a request that nobody counts', () => {
    expect(decideOn(observed({ ...now, serverMs: 13_000 }), quiet)).toMatchObject({
      wait: { for: 'drain', version: 'v1', until: { code: 'held', remainingSeconds: 2 } },
    });
  });

  it('begins anew with that time when a proxy is seen to route to it again', () => {
    const foreign = {
      ...proxyWith({ split: { v2: 100 }, marker: 'split@r1.4', subsets: ['v1', 'v2'] }),
      namedVersions: ['v1', 'v2'],
    };
    expect(decideOn(observed({ ...now, proxies: [foreign] }), quiet)).toMatchObject({
      action: { kind: 'write-record', record: { unrouted: {} } },
      because: [{ code: 'unrouted', off: [], back: ['v1'] }],
    });
  });

  it('goes on with that time when a proxy that was seen off it cannot be asked, and removes nothing meanwhile', () => {
    const silent = { name: 'gateway-a', kind: 'gateway' as const, unreadable: 'connection refused' };
    const proxies = [silent, proxyWith({ split: { v2: 100 }, marker: 'split@r1.4', subsets: ['v1', 'v2'] })];
    expect(decideOn(observed({ ...now, proxies }), quiet)).toMatchObject({ kind: 'wait' });
  });

  it('forgets that time with the write that routes to it again', () => {
    const abort = { ...record, mode: 'abort' as const };
    const decision = decideOn(observed({ ...now, record: abort }), quiet);
    expect(decision).toMatchObject({ action: { kind: 'write-route', split: { v1: 100 }, record: { unrouted: {} } } });
  });

  it('waits while a sidecar still routes to it', () => {
    const gateway = proxyWith({ split: { v2: 100 }, marker: 'split@r1.4', subsets: ['v1', 'v2'] });
    const sidecar = {
      ...gateway,
      name: 'client.shop',
      kind: 'sidecar' as const,
      routes: [{ host: 'demo.shop.svc.cluster.local', marker: 'split@r1.3', split: { v1: 50, v2: 50 } }],
    };
    const decision = decideOn(observed({ ...now, proxies: [gateway, sidecar] }), quiet);
    expect(decision).toMatchObject({
      wait: { for: 'propagation', obstacles: [{ proxy: 'client.shop', code: 'old-route', marker: 'split@r1.3' }] },
    });
  });

  it('waits while its own VirtualService names it where no proxy sees it, and tells that from those of others', () => {
    const until = (differences: Parameters<typeof observed>[0]) =>
      decideOn(observed({ ...now, route: { otherVersions: ['v1'] }, ...differences }), quiet);
    const own = { code: 'own-route', route: 'shop/demo' };
    expect(until({})).toMatchObject({ wait: { for: 'drain', version: 'v1', until: own } });
    const others = { namedElsewhere: { v1: ['team/old'] } };
    expect(until({ others })).toMatchObject({ wait: { until: { code: 'unnamed', by: ['team/old'] } } });
  });

  it('waits while a foreign route of a proxy still names it', () => {
    const foreign = {
      ...proxyWith({ split: { v2: 100 }, marker: 'split@r1.4', subsets: ['v1', 'v2'] }),
      namedVersions: ['v1', 'v2'],
    };
    const named = recordWith({ step: 6, marker: 'split@r1.4' });
    const decision = decideOn(observed({ ...now, record: named, proxies: [foreign] }), quiet);
    const obstacles = [{ proxy: 'gateway-a', code: 'names-version', version: 'v1' }];
    expect(decision).toMatchObject({ wait: { for: 'drain', version: 'v1', until: { code: 'unrouted', obstacles } } });
  });
});

describe('S3: pods are removed only after their requests in flight stayed zero for the drain window', () => {
  const record = recordWith({ step: 6, marker: 'split@r1.4', unrouted: offSince(0) });
  const now = { record, split: { v2: 100 }, subsets: ['v2'], pods: { v1: 2, v2: 2 }, atMs: 60_000 };

  it('deletes the Deployment when it was quiet for long enough', () => {
    const drained = { quietSinceMs: { v1: 57_000 }, connections: settledSince(54_000) };
    const decision = decideOn(observed({ ...now, inFlight: { v1: 0 } }), drained);
    expect(decision).toMatchObject({ action: { kind: 'remove-version', version: 'v1' } });
  });

  it.each([
    ['has requests in flight', { v1: 3 }, {}, { code: 'idle', atPods: 3, atProxies: 0 }],
    ['could not be asked', { v1: 'unknown' as const }, {}, { code: 'idle', atPods: 'unknown', atProxies: 0 }],
    ['is quiet for less than the window', { v1: 0 }, { v1: 59_500 }, { code: 'window', windowMs: 1000 }],
  ])('waits while it %s', (_, inFlight, quietSinceMs, until) => {
    const decision = decideOn(observed({ ...now, inFlight }), { quietSinceMs });
    expect(decision).toMatchObject({ kind: 'wait', wait: { for: 'drain', version: 'v1', until }, ask: ['v1'] });
  });

  it.each([
    ['began one a moment ago', settledSince(55_000)],
    ['is first looked at', noConnections],
  ])('waits while a request may wait for a connection: a proxy %s', (_, connections) => {
    const decision = decideOn(observed({ ...now, inFlight: { v1: 0 } }), { quietSinceMs: { v1: 0 }, connections });
    const until = { code: 'connections', connectMs: 5250 };
    expect(decision).toMatchObject({ kind: 'wait', wait: { for: 'drain', version: 'v1', until } });
  });

  it('waits for the longest request where nobody counts at the pods, and says who did', () => {
    const release = releaseWith(
      'inFlight: proxies\nsteps: [{weight: 10}, {pause: 10s}, {weight: 50}, {pause: until promoted}]',
    );
    const asProxiesSay = (sinceMs: number) =>
      decideOn(
        observed({ ...now, inFlight: { v1: 'proxies only' } }),
        { quietSinceMs: { v1: sinceMs }, connections: settledSince(0) },
        release,
      );
    expect(asProxiesSay(46_000)).toMatchObject({ wait: { until: { code: 'window', windowMs: 15_000 } } });
    expect(asProxiesSay(45_000)).toMatchObject({ because: [{ code: 'drained', counted: 'proxies' }] });
  });

  it('holds nothing back for ever: the wait has the limit of the release file', () => {
    expect(decideOn(observed({ ...now, inFlight: { v1: 3 } }))).toMatchObject({ limitMs: 315_000 });
  });
});

describe('S4: weight rises on a version only while its available pods can carry that share', () => {
  const half = recordWith({ step: 3 });

  it('waits for the pods that the weight needs', () => {
    const release = releaseWith('steps: [{weight: 10}, {pause: 1s}, {weight: 50}]\nreplicas: 4');
    const seen = observed({ ...both, record: half, pods: { v1: 4, v2: { desired: 4, available: 1 } } });
    expect(decideOn(seen, {}, release)).toMatchObject({
      kind: 'wait',
      wait: { for: 'pods', version: 'v2', available: 1, needed: 2 },
    });
  });

  it('raises the autoscaler’s minimum first: a version without load would stay too small', () => {
    const release = releaseWith('steps: [{weight: 50}]\nautoscaling: {minReplicas: 2, maxReplicas: 8, memory: 128Mi}');
    const scaled = { desired: 6, available: 6, autoscaler: { minimum: 6, maximum: 8 } };
    const small = { desired: 2, available: 2, autoscaler: { minimum: 2, maximum: 8 } };
    const record = recordWith({ ...shift, podsForAll: 6 });
    const decision = decideOn(observed({ ...both, record, pods: { v1: scaled, v2: small } }), {}, release);
    expect(decision).toMatchObject({ action: { kind: 'set-minimum', version: 'v2', pods: 3 } });
  });

  it('gives the autoscaler back its minimum at the end', () => {
    const release = releaseWith('autoscaling: {minReplicas: 2, maxReplicas: 8, memory: 128Mi}');
    const raised = { desired: 6, available: 6, autoscaler: { minimum: 6, maximum: 8 } };
    const record = recordWith({ step: 2, marker: 'split@r1.4', podsForAll: 6 });
    const seen = observed({ record, split: { v2: 100 }, subsets: ['v2'], pods: { v2: raised } });
    expect(decideOn(seen, {}, release)).toMatchObject({ action: { kind: 'set-minimum', version: 'v2', pods: 2 } });
  });
});

describe('S5: somebody else’s change is never overwritten', () => {
  it('holds, and says who changed the route', () => {
    const seen = observed({
      ...both,
      record: recordWith(shift),
      marker: 'v1-80.v2-20',
      route: { changedBy: 'kubectl-edit' },
    });
    expect(decideOn(seen)).toEqual({
      kind: 'hold',
      because: { code: 'changed-by-other', expected: 'split@r1.1', found: 'v1-80.v2-20', by: 'kubectl-edit' },
    });
  });

  it.each(['run', 'abort', 'promote'] as const)(
    'holds at weights that were edited under the same name (%s)',
    (mode) => {
      const record = recordWith({ ...shift, mode, digests: { route: 'as sent' } });
      const split = { v1: 80, v2: 20 };
      const route = { digest: 'as edited', changedBy: 'kubectl-edit' };
      expect(decideOn(observed({ ...both, record, split, route }))).toMatchObject({
        kind: 'hold',
        because: { code: 'changed-by-other', expected: 'split@r1.1', found: 'split@r1.1' },
      });
    },
  );

  it('takes a spec of the digest on record for its own write', () => {
    const record = recordWith({ ...shift, digests: { route: 'as sent' } });
    expect(decideOn(observed({ ...both, record, route: { digest: 'as sent' } }))).toMatchObject({ kind: 'act' });
  });

  it('goes on from there, moving nothing, when a person says so', () => {
    const seen = observed({ ...both, split: { v1: 80, v2: 20 }, record: recordWith(shift), marker: 'v1-80.v2-20' });
    const question = {
      release: stepped,
      order: run,
      seen,
      memory: nothingRemembered,
      gateLimitMs: 1,
      releaseId: 'r1',
      adopt: true,
    };
    expect(decide(question)).toMatchObject({
      action: {
        kind: 'write-route',
        split: { v1: 80, v2: 20 },
        marker: 'split@r1.2',
        record: { serial: 2, step: 1 },
      },
    });
  });

  it('holds at a route that it cannot tell or edit any more, and says who made it so', () => {
    const route = { unsupported: 'a route without a destination', changedBy: 'kubectl-edit' };
    expect(decideOn(observed({ ...both, record: recordWith({ step: 1 }), route }))).toEqual({
      kind: 'hold',
      because: { code: 'route-unsupported', by: 'kubectl-edit', detail: 'a route without a destination' },
    });
  });

  it('holds when the record of the release was taken away', () => {
    expect(decideOn(observed(both), { record: recordWith() })).toMatchObject({ kind: 'hold' });
  });
});

describe('S6: no outcome is reported that was not observed', () => {
  it('is not done before every proxy routes by the last write', () => {
    const seen = observed({
      split: { v2: 100 },
      subsets: ['v2'],
      pods: { v2: 2 },
      proxies: [proxyWith({ split: { v2: 100 }, marker: 'split@r1.4' })],
    });
    expect(decideOn(seen, { ended: endedWith({ v2: 100 }) })).toMatchObject({
      kind: 'wait',
      wait: { for: 'propagation' },
    });
  });

  it.each([
    ['its name', { split: { v1: 100 }, marker: 'by-hand' }],
    ['its weights alone', { split: { v1: 80, v2: 20 } }],
  ])('is not done when somebody changed the route after the last write, be it %s', (_, change) => {
    expect(decideOn(observed({ ...both, ...change }), { ended: endedWith({ v1: 100 }) })).toMatchObject({
      kind: 'hold',
      because: { code: 'changed-by-other', expected: 'split' },
    });
  });

  it('holds on an analysis without an answer', () => {
    const release = releaseWith('steps: [{analyse: errors}]\nanalyses: {errors: {requests: {path: /}}}');
    const record = recordWith({ step: 1 });
    const verdicts = { [verdictKey(record)]: { verdict: 'inconclusive' as const, reason: 'no data' } };
    expect(decideOn(observed({ ...both, record }), { verdicts }, release)).toEqual({
      kind: 'hold',
      because: { code: 'no-success', analysis: 'errors', verdict: 'inconclusive', detail: 'no data' },
    });
  });
});

describe('S7: abort reaches stable', () => {
  const abort = { request: { id: 'r1', verb: 'abort' as const } };

  it.each([0, 1, 2, 3, 4, 5, 6])('turns to abort from step %i', (step) => {
    const seen = observed({ ...both, record: recordWith({ step }), route: abort });
    expect(decideOn(seen)).toMatchObject({
      action: { kind: 'write-record', record: { mode: 'abort', handled: 'r1' } },
    });
  });

  it('takes the traffic back in the same write, when every proxy has the stable version in use', () => {
    const record = recordWith({ step: 4, marker: 'split@r1.3' });
    const seen = observed({ ...both, split: { v1: 50, v2: 50 }, record, route: abort });
    expect(decideOn(seen)).toMatchObject({
      action: { kind: 'write-route', split: { v1: 100 }, record: { mode: 'abort', handled: 'r1', serial: 2 } },
      because: [
        { code: 'operator-asked', verb: 'abort' },
        { code: 'ready-everywhere', versions: ['v1'], evidence: 'proxy' },
      ],
    });
  });

  it('records the abort alone, when the traffic cannot return yet', () => {
    const record = recordWith({ step: 4, marker: 'split@r1.3' });
    const proxies = [proxyWith({ subsets: ['v2'], marker: record.marker })];
    const seen = observed({ ...both, split: { v1: 50, v2: 50 }, record, route: abort, proxies });
    expect(decideOn(seen)).toMatchObject({ action: { kind: 'write-record', record: { mode: 'abort' } } });
  });

  it('carries a request out once', () => {
    const record = recordWith({ mode: 'abort', handled: 'r1', marker: 'split@r1.3' });
    const seen = observed({ ...both, split: { v1: 50, v2: 50 }, record, route: abort });
    expect(decideOn(seen)).toMatchObject({ action: { kind: 'write-route', split: { v1: 100 } } });
  });

  it('keeps the new version’s pods, without traffic, for whoever looks into it', () => {
    const record = recordWith({ mode: 'abort', marker: 'split@r1.5' });
    expect(decideOn(observed({ ...both, record }))).toMatchObject({
      action: { kind: 'write-route', marker: 'split', record: undefined },
    });
  });

  it('brings the old version back when its removal has begun', () => {
    const record = recordWith({ mode: 'abort', step: 6, marker: 'split@r1.4' });
    const seen = observed({ record, split: { v2: 100 }, subsets: ['v2'], pods: { v2: 2 } });
    expect(decideOn(seen)).toMatchObject({ action: { kind: 'add-version', version: 'v1' } });
  });

  it('ends as aborted, with the reason', () => {
    const cause = { code: 'operator-asked', verb: 'abort' } as const;
    const ended = endedWith({ v1: 100 }, { mode: 'abort', cause });
    expect(decideOn(observed(both), { ended })).toMatchObject({ kind: 'done', because: { outcome: 'aborted', cause } });
  });
});
