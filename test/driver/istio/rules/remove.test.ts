/** What a version that leaves still waits for, which versions leave, and what is said of them. */
import { recordedRelease } from '../../../../driver/istio/recorded-release';
import { both, decideOn, stepped } from '../../../support/decisions';
import { observed, proxyWith, recordWith, releaseWith } from '../../../support/observations';

const offSince = { v1: new Date(0).toISOString() };
const record = recordWith({ step: 6, marker: 'split@r1.4', unrouted: offSince });
/** v1 is drained. */
const now = { ...both, record, split: { v2: 100 }, atMs: 60_000, inFlight: { v1: 0 } };
const quiet = { quietSinceMs: { v1: 0, v0: 0 }, connections: { begun: {}, settledSinceMs: { v1: 0, v0: 0 } } };

describe('a version that is drained stays while a route that no proxy shows', () => {
  it('of another VirtualService names it: its proxies may be asked by nobody', () => {
    const others = { namedElsewhere: { v1: ['shop/preview'] } };
    expect(decideOn(observed({ ...now, others }), quiet)).toMatchObject({
      wait: { for: 'drain', version: 'v1', until: { code: 'unnamed', by: ['shop/preview'] } },
    });
    expect(decideOn(observed({ ...now, others: { namedElsewhere: { v1: [] } } }), quiet)).toMatchObject({
      action: { kind: 'write-subsets', versions: ['v2'] },
    });
  });

  it('of its own VirtualService names it, such as one behind a catch-all', () => {
    expect(decideOn(observed({ ...now, route: { otherVersions: ['v1'] } }), quiet)).toMatchObject({
      wait: { for: 'drain', version: 'v1', until: { code: 'own-route', route: 'shop/demo' } },
    });
    expect(decideOn(observed({ ...now, route: { otherVersions: ['v2'] } }), quiet)).toMatchObject({
      action: { kind: 'write-subsets', versions: ['v2'] },
    });
  });
});

it('the version that a release replaces leaves with its subset, when neither the file nor a pod tells of it any more', () => {
  const release = { ...stepped, versions: stepped.versions.slice(1) } as typeof stepped;
  expect(decideOn(observed({ ...now, pods: { v2: 2 } }), quiet, release)).toMatchObject({
    action: { kind: 'write-subsets', versions: ['v2'] },
  });
});

it('a version whose request a filter may hold stays to the last millisecond of its time', () => {
  const held = { ...record, unrouted: { v1: new Date(45_001).toISOString() } };
  expect(decideOn(observed({ ...now, record: held }), quiet)).toMatchObject({
    wait: { until: { code: 'held', remainingSeconds: 1 } },
  });
});

describe('of what leaves is said', () => {
  it('that it was drained, and nothing of proxies that counted alone', () => {
    expect(decideOn(observed(now), quiet)).toHaveProperty('because', [{ code: 'drained', versions: ['v1'] }]);
  });

  it('that it was cut off, and then not that it was drained; a loss of another version is none of it', () => {
    const loss = { code: 'accept-loss', inFlight: 2, accepted: 3, by: 'ann' } as const;
    const accepted = [
      { ...loss, version: 'v0' },
      { ...loss, version: 'v1' },
    ];
    const { code: _, ...told } = loss;
    expect(decideOn(observed({ ...now, record: { ...record, accepted } }), quiet)).toHaveProperty('because', [
      { code: 'cut-off', version: 'v1', ...told },
    ]);
  });
});

describe('an apply', () => {
  const apply = { kind: 'apply' } as const;
  const one = { ...stepped, versions: stepped.versions.slice(1), split: { v2: 100 } } as typeof stepped;
  const applying = (changes: object = {}) =>
    recordWith({ mode: 'apply', stable: 'v2', canary: 'v2', marker: 'split@r1.4', unrouted: offSince, ...changes });
  const decideApply = (differences: Parameters<typeof observed>[0], release = one) =>
    decideOn(observed({ ...now, ...differences }), quiet, release, apply);

  it('removes what the file does not list, when an older handover has begun it and named nothing', () => {
    expect(decideApply({ record: applying() })).toMatchObject({ action: { kind: 'write-subsets', versions: ['v2'] } });
    // It was named by nobody: it appeared after the plan, and is somebody's who prepares it.
    expect(decideApply({ record: applying({ leaving: [] }) })).toMatchObject({
      action: { kind: 'write-route', record: undefined },
    });
  });

  it('leaves a subset alone that never was one of a version', () => {
    const pods = { v2: 2 };
    expect(decideApply({ record: applying(), subsets: ['all', 'v2'], pods })).toMatchObject({
      action: { kind: 'write-route', record: undefined },
    });
  });

  it('removes the subset without pods of a version that the file had when it began', () => {
    const begun = applying({ release: recordedRelease(stepped) });
    expect(decideApply({ record: begun, pods: { v2: 2 } })).toMatchObject({
      action: { kind: 'write-subsets', versions: ['v2'] },
    });
  });

  it('finds nothing to do beside a subset that never was one of a version', () => {
    const proxies = [proxyWith({ subsets: ['all', 'v1', 'v2'] })];
    const seen = observed({ ...both, subsets: ['all', 'v1', 'v2'], proxies });
    expect(decideOn(seen, {}, releaseWith(), apply)).toMatchObject({ because: { outcome: 'completed' } });
  });
});
