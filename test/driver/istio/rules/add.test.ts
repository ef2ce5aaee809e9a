/** Make before break: what each version gets before traffic, and what its autoscaler gets back. */
import { both, decideOn } from '../../../support/decisions';
import { observed, proxyWith, recordWith, releaseWith } from '../../../support/observations';

const pinning = releaseWith('headerRoutes: [{header: x-user, exact: tester, version: v2}]\nsteps: [{weight: 10}]');
const apply = { kind: 'apply' } as const;
const applying = recordWith({ mode: 'apply', stable: 'v1', canary: 'v1' });
/** Six pods, and an autoscaler that may go down to `minimum`. */
const scaled = (minimum: number, declared?: number) => ({
  desired: 6,
  available: 6,
  autoscaler: { minimum, maximum: 8, ...(declared !== undefined && { declared }) },
});

describe('the pods of a version that a header route names', () => {
  const empty = { v1: 2, v2: { available: 0 } };

  it('are waited for before that route is sent to it, though its subset was there before', () => {
    const seen = { subsets: ['v1', 'v2'], record: recordWith(), route: { pinnedVersions: ['v2'] } };
    expect(decideOn(observed({ ...seen, pods: empty }), {}, pinning)).toMatchObject({
      wait: { for: 'pods', version: 'v2', available: 0, needed: 1 },
    });
    expect(decideOn(observed({ ...seen, pods: { ...empty, v2: { available: 1 } } }), {}, pinning)).toMatchObject({
      action: { kind: 'write-route', split: { v1: 100 }, headerVersions: ['v2'] },
    });
  });

  it('are not waited for again once it is sent there: their loss holds up nothing else', () => {
    const release = releaseWith('steps: [{weight: 100}, {pause: until promoted}]');
    const record = recordWith({ step: 2, marker: 'split@r1.3' });
    const route = { pinnedVersions: ['v1'], headerVersions: ['v1'] };
    const seen = observed({ ...both, split: { v2: 100 }, record, route, pods: { v1: { available: 0 }, v2: 2 } });
    expect(decideOn(seen, {}, release)).toMatchObject({ wait: { for: 'pause' } });
  });

  it('are one when a subset is all that it gets, however many its share will need', () => {
    const seen = { subsets: ['v1'], record: recordWith({ podsForAll: 6 }) };
    const one = { v1: { desired: 6, available: 6 }, v2: { desired: 6, available: 1 } };
    expect(decideOn(observed({ ...seen, pods: one }))).toMatchObject({ action: { versions: ['v1', 'v2'] } });
  });
});

describe('pods that are missing', () => {
  it.each([
    ['its Deployment asks for enough of them, and they come', { desired: 2, available: 1 }],
    ['an autoscaler has its minimum raised', { ...scaled(4), desired: 1, available: 1 }],
    ['it has no Deployment', { isGone: true, desired: 0, available: 0 }],
  ])('are asked of no person while %s', (_, v2) => {
    const pods = { v1: 2, v2: { declaredPods: 4, ...v2 } };
    const seen = observed({ subsets: ['v1', 'v2'], record: recordWith({ step: 1 }), pods });
    const decision = decideOn(seen, {}, releaseWith('steps: [{weight: 50}]'));
    expect(decision).toMatchObject({ wait: { for: 'pods', version: 'v2', needed: 2 } });
    expect(decision).not.toHaveProperty('wait.asked');
  });
});

describe('while two versions share the traffic', () => {
  const underWay = { ...recordWith({ step: 4, marker: 'split@r1.3' }), podsForAll: 6 };
  const half = { ...both, split: { v1: 50, v2: 50 } };

  it.each([
    ['run', { ...half, record: underWay }],
    ['promote', { ...both, split: { v1: 50, v2: 50 }, record: { ...underWay, mode: 'promote' as const, step: 0 } }],
  ])('the autoscaler of the stable one keeps room for all of it (%s)', (_, now) => {
    expect(decideOn(observed({ ...now, pods: { v1: scaled(2), v2: scaled(6) } }))).toMatchObject({
      action: { kind: 'set-minimum', version: 'v1', pods: 6 },
      because: [{ code: 'needs-pods' }],
    });
  });

  it('no minimum is given back that was just raised', () => {
    const proxies = [proxyWith({ ...half, marker: underWay.marker, endpoints: 6 })];
    const seen = observed({ ...half, record: underWay, pods: { v1: scaled(6, 2), v2: scaled(6, 2) }, proxies });
    expect(decideOn(seen)).toMatchObject({ wait: { for: 'pause' } });
  });
});

describe('an autoscaler', () => {
  const file = { ...releaseWith(), split: { v1: 50, v2: 50 } };

  it('is raised for an apply, too, before the weight rises, and for no other version', () => {
    const record = { ...applying, podsForAll: 6 };
    const seen = { ...both, record, pods: { v1: scaled(2), v2: { ...scaled(2), desired: 2, available: 2 } } };
    expect(decideOn(observed(seen), {}, file, apply)).toMatchObject({
      action: { kind: 'set-minimum', version: 'v2', pods: 3 },
    });
  });

  it('has its minimum again after an apply, also that of a version whose weight did not move', () => {
    const seen = observed({ ...both, record: applying, pods: { v1: 2, v2: scaled(4, 2) } });
    expect(decideOn(seen, {}, releaseWith(), apply)).toMatchObject({
      action: { kind: 'set-minimum', version: 'v2', pods: 2 },
      because: [{ code: 'autoscaler-decides' }],
    });
  });

  it('of the stable version has its minimum again after an abort', () => {
    const record = recordWith({ mode: 'abort', step: 2, marker: 'split@r1.3' });
    const seen = observed({ ...both, record, pods: { v1: scaled(6, 2), v2: 2 } });
    expect(decideOn(seen)).toMatchObject({ action: { kind: 'set-minimum', version: 'v1', pods: 2 } });
  });

  it('of which no manifest tells the minimum keeps what it has', () => {
    const record = recordWith({ step: 6, marker: 'split@r1.4' });
    const seen = observed({ record, split: { v2: 100 }, subsets: ['v2'], pods: { v2: scaled(4) } });
    expect(decideOn(seen)).toMatchObject({ action: { kind: 'write-route', record: undefined } });
  });
});
