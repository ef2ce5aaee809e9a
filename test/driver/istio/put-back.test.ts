/** Somebody deletes the VirtualService or the DestinationRule while a release is under way. */
import { violationOf } from '../../../driver/istio/guard';
import { nothingRemembered, rememberLook, rememberWrite, type Memory } from '../../../driver/istio/memory';
import type { Observation, ObservedState } from '../../../driver/istio/observation';
import type { CurrentRelease } from '../../../driver/istio/state';
import { both, decideOn, run, stepped } from '../../support/decisions';
import { observed, proxyWith, recordWith } from '../../support/observations';

const record = recordWith({ step: 2, serial: 4, marker: 'split@r1.4' });
const halves = { ...both, split: { v1: 50, v2: 50 }, record };
const seen = observed(halves);

interface Change {
  readonly current?: Partial<CurrentRelease>;
  readonly kept?: Partial<ObservedState['kept']>;
}

/** All is as it was, and the copies are of it. */
function withState(now: Observation, { current, kept }: Change = {}): Observation {
  const { route, subsets } = seen;
  const state = { current: { record, of: {}, restored: [], ...current }, history: [], resourceVersion: '1' };
  return { ...now, state: { ...state, kept: { ...(route && { route }), ...(subsets && { subsets }), ...kept } } };
}

const withoutRoute = { ...seen, route: undefined };
const withoutSubsets = { ...seen, subsets: undefined };
const decision = (now: Observation, memory: Partial<Memory> = {}) => decideOn(now, memory);

describe('a VirtualService that somebody deletes in mid-release', () => {
  it('is put back as it was, under a name that no write since the copy can have had', () => {
    expect(decision(withState(withoutRoute))).toMatchObject({
      kind: 'act',
      action: { kind: 'restore', what: 'route', record: { step: 2, marker: 'split@r1.104', serial: 104 } },
      because: [{ code: 'deleted', what: 'route' }],
    });
  });

  it('is put back although a version that it names has lost its pods, or a proxy cannot be asked', () => {
    const sick = { ...withoutRoute, workloads: observed({ pods: { v1: 2, v2: { available: 0 } } }).workloads };
    expect(decision(withState(sick))).toMatchObject({ action: { kind: 'restore' } });
    const unreadable = { name: 'gateway-b', kind: 'gateway', unreadable: 'connection refused' } as const;
    const proxies = [proxyWith({ subsets: ['v1', 'v2'], endpoints: 0 }), unreadable];
    expect(decision(withState({ ...withoutRoute, proxies }))).toMatchObject({ action: { kind: 'restore' } });
  });

  it('waits for a proxy that does not have its subsets (S1)', () => {
    const proxies = [proxyWith({ subsets: ['v1'] })];
    expect(decision(withState({ ...withoutRoute, proxies }))).toMatchObject({
      wait: { for: 'gate', obstacles: [{ code: 'no-cluster', version: 'v2' }] },
    });
  });

  it('is left to a person when a version that it names has no subset any more; the guard would refuse it, too', () => {
    const now = withState({ ...withoutRoute, subsets: seen.subsets && { ...seen.subsets, versions: ['v2'] } });
    expect(decision(now)).toMatchObject({ because: { code: 'object-deleted', why: 'no-subset', missing: ['v1'] } });
    const limits = { release: stepped, order: run, memory: nothingRemembered, gateLimitMs: 1, releaseId: 'r1' };
    const violation = violationOf({ kind: 'restore', what: 'route', record }, { ...limits, seen: now });
    expect(violation).toMatchObject({ invariant: 'S1', version: 'v1' });
    expect(
      violationOf({ kind: 'restore', what: 'route', record }, { ...limits, seen: withState(seen) }),
    ).toBeUndefined();
  });

  it('is put back once: whoever deletes it again means it', () => {
    const why = { because: { code: 'object-deleted', what: 'route', why: 'again' } };
    expect(decision(withState(withoutRoute, { current: { restored: ['route'] } }))).toMatchObject(why);
    const asked = rememberWrite(nothingRemembered, { kind: 'restore', what: 'route', record }, undefined);
    // The write had no effect: then it is made again.
    expect(decision(withState(withoutRoute), rememberLook(asked, withoutRoute))).toMatchObject({ kind: 'act' });
    expect(decision(withState(withoutRoute), rememberLook(asked, seen))).toMatchObject(why);
  });
});

describe('a DestinationRule that somebody deletes in mid-release', () => {
  it('comes back with the subset that was written since the copy: a proxy may have its cluster, and would lose it (S1)', () => {
    const kept = { subsets: seen.subsets && { ...seen.subsets, versions: ['v1'] } };
    const before = { split: { v1: 100 }, proxies: [proxyWith({ subsets: ['v1', 'v2'] })] };
    const now = (pods: Parameters<typeof observed>[0]) => {
      const looked = observed({ ...before, record: recordWith({ step: 1 }), ...pods });
      return withState({ ...looked, subsets: undefined }, { kept });
    };
    const restored = (versions: string[]) => ({ action: { kind: 'restore', what: 'subsets', versions } });
    expect(decision(now({ pods: { v1: 2, v2: 2 } }))).toMatchObject(restored(['v1', 'v2']));
    // Without pods it had none: such a cluster may keep warming.
    expect(decision(now({ pods: { v1: 2, v2: { available: 0 } } }))).toMatchObject(restored(['v1']));
  });

  it('is put back at once: nothing is worse than a route to subsets that are not there', () => {
    expect(decision(withState({ ...withoutSubsets, proxies: [proxyWith({ subsets: [] })] }))).toMatchObject({
      action: { kind: 'restore', what: 'subsets', versions: ['v1', 'v2'] },
    });
  });

  it('comes back with what the route names since the copy was made', () => {
    const kept = { subsets: seen.subsets && { ...seen.subsets, versions: ['v1'] } };
    expect(decision(withState(withoutSubsets, { kept }))).toMatchObject({
      action: { versions: ['v1', 'v2'] },
    });
  });

  it('comes before the VirtualService, when both are gone', () => {
    const now = { ...withoutSubsets, route: undefined };
    expect(decision(withState(now))).toMatchObject({ action: { kind: 'restore', what: 'subsets' } });
  });
});

describe('without a copy', () => {
  it('a person is told what to do', () => {
    const now = withState(withoutRoute);
    const lost = { ...now, state: now.state && { ...now.state, kept: {} } };
    expect(decision(lost)).toMatchObject({ because: { code: 'object-deleted', why: 'no-copy' } });
  });

  it('and without a release nothing tells that the object should be there', () => {
    expect(decision(withoutRoute)).toMatchObject({ because: { code: 'not-installed' } });
  });
});
