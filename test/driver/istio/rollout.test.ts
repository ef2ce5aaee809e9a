/** An adopted Deployment may be rolled by its owner at any time: alone it is chosen by the Service, beside another version it is paused. */
import type { Action } from '../../../driver/istio/action';
import { violationOf } from '../../../driver/istio/guard';
import { nothingRemembered } from '../../../driver/istio/memory';
import type { ObservedRollout } from '../../../driver/istio/observation';
import { planOf } from '../../../driver/istio/plan';
import { preflight } from '../../../driver/istio/preflight';
import { recordedRelease, withRecordedAdoption } from '../../../driver/istio/recorded-release';
import { adopted } from '../../support/adopted';
import { afterWrites, paused, rolls, world, type World } from '../../support/adopted-rollouts';
import { decideOn, stepped } from '../../support/decisions';
import { proxyWith, recordWith } from '../../support/observations';

const release = adopted(stepped);
const apply = { kind: 'apply' } as const;
const run = { kind: 'run', canary: 'v2' } as const;

const decideOf = (seen: World) => decideOn(world(seen), {}, release);

describe('before another version gets a pod', () => {
  const begun = { serial: 1 };

  it('the rollout of the adopted one is paused', () => {
    expect(decideOf({ record: begun })).toMatchObject({
      action: { kind: 'set-paused', version: 'v1', isPaused: true },
      because: [{ code: 'rollout-pauses', deployment: 'storefront' }],
    });
  });

  it('a rollout that is under way is waited for, with a limit: paused half way it would stay so', () => {
    const half = { hashes: ['abc', 'def'], isRolling: true };
    expect(decideOf({ record: begun, rollout: half })).toMatchObject({
      kind: 'wait',
      wait: { for: 'rollout', deployment: 'storefront', paused: 'no', hashes: ['abc', 'def'] },
      limitMs: 120_000,
    });
    const byOthers = { ...half, paused: 'by others' } as const;
    expect(decideOf({ record: begun, rollout: byOthers })).toMatchObject({ wait: { paused: 'by others' } });
  });

  it('one that was paused half way after all is resumed', () => {
    const half = { ...paused, hashes: ['abc', 'def'], isRolling: true };
    expect(decideOf({ record: begun, rollout: half })).toMatchObject({
      action: { kind: 'set-paused', isPaused: false },
      because: [{ code: 'rollout-needed' }],
    });
  });

  it('its subset chooses by the template of its pods, also where their owner has paused it', () => {
    for (const how of [paused, { paused: 'by others' } as const])
      expect(decideOf({ record: begun, rollout: how })).toMatchObject({
        action: { kind: 'write-subsets', versions: ['v1'], choose: { version: 'v1', hash: 'abc' } },
      });
  });

  it('a route of a new name is written, which no proxy has before the subset', () => {
    expect(decideOf({ record: begun, rollout: paused, chosenBy: 'abc' })).toMatchObject({
      action: {
        kind: 'write-route',
        split: { v1: 100 },
        marker: 'split@r1.2',
        record: { chosen: { hash: 'abc', serial: 2 } },
      },
      because: [{ code: 'choice-marked' }],
    });
  });

  it('every proxy is seen to have that', () => {
    const record = { serial: 2, marker: 'split@r1.2', chosen: { hash: 'abc', serial: 2 } };
    const behind = { ...proxyWith({ marker: 'split@r1.1' }), name: 'behind' };
    const seen = { record, rollout: paused, chosenBy: 'abc' };
    const proxies = [proxyWith({ marker: 'split@r1.2' }), behind];
    expect(decideOf({ ...seen, differences: { proxies } })).toMatchObject({
      wait: { for: 'propagation', obstacles: [{ proxy: 'behind' }] },
    });
    expect(decideOf(seen)).toMatchObject({ action: { kind: 'add-version', version: 'v2' } });
  });
});

describe('in mid-release', () => {
  const record = afterWrites(3);
  const half = { split: { v1: 90, v2: 10 } };
  const standing = { record, rollout: paused, chosenBy: 'abc', hasCanary: true };

  it('a change of the template waits, and the release goes on', () => {
    const pending = { ...standing, rollout: { ...paused, isPending: true } };
    expect(decideOf(pending)).toMatchObject({ action: { kind: 'write-route', split: { v1: 90, v2: 10 } } });
  });

  it('the subset chooses all pods at once, when somebody has resumed it and it rolls', () => {
    const rolling = {
      rollout: { isNoted: true, hashes: ['abc', 'def'], isRolling: true },
      hasCanary: true,
      chosenBy: 'abc',
    };
    for (const mode of ['run', 'abort'] as const)
      expect(decideOf({ record: { ...record, mode }, ...rolling, differences: half })).toMatchObject({
        action: { kind: 'write-subsets', versions: ['v1', 'v2'], choose: { version: 'v1', hash: '' } },
        because: [{ code: 'rolled-meanwhile' }],
      });
  });

  it('no weight rises until it has rolled, is paused again, and chosen by the new template', () => {
    const wide = {
      record: afterWrites(4, { hash: '', serial: 4 }),
      hasCanary: true,
    };
    const rolling = { isNoted: true, hashes: ['abc', 'def'], isRolling: true };
    expect(decideOf({ ...wide, rollout: rolling })).toMatchObject({ wait: { for: 'rollout' } });
    const rolled = { isNoted: true, hashes: ['def'] };
    expect(decideOf({ ...wide, rollout: rolled })).toMatchObject({ action: { kind: 'set-paused', isPaused: true } });
    expect(decideOf({ ...wide, rollout: { ...rolled, ...paused } })).toMatchObject({
      action: { choose: { hash: 'def' } },
    });
  });

  it('its share leaves it before anything else, when it has no pod: a rollout would be waited for in vain', () => {
    const none = { hasCanary: true, differences: { ...half, pods: { v1: { desired: 0, available: 0 }, v2: 2 } } };
    const seen = (rollout: Partial<ObservedRollout>, chosenBy: string) => {
      const pods = { ...none.differences.pods, v1: { ...none.differences.pods.v1, rollout: rolls(rollout) } };
      const chosen = { hash: chosenBy, serial: 2 };
      return { ...none, record: { ...record, chosen }, chosenBy, differences: { ...none.differences, pods } };
    };
    const scaledToZero = seen({ ...paused, hashes: [], isRolling: true }, 'abc');
    const recreated = seen({ isNoted: true, hashes: ['def'] }, '');
    for (const each of [scaledToZero, recreated])
      expect(decideOf(each)).toMatchObject({ action: { kind: 'write-route', split: { v2: 100 } } });
  });

  it('an abort returns the traffic before it waits for a rollout', () => {
    const wide = { ...record, mode: 'abort', chosen: { hash: '', serial: 3 } } as const;
    const rolling = { isNoted: true, hashes: ['abc', 'def'], isRolling: true };
    const seen = { record: wide, rollout: rolling, hasCanary: true };
    expect(decideOf({ ...seen, differences: half })).toMatchObject({
      action: { kind: 'write-route', split: { v1: 100 } },
    });
    expect(decideOf(seen)).toMatchObject({ wait: { for: 'rollout' } });
  });

  it('paused it gets no pod when its ReplicaSet is gone: it is resumed where its pods are waited for', () => {
    const gone = { rollout: rolls({ ...paused, hashes: [], isRolling: true }), desired: 2, available: 0 };
    const differences = { split: { v2: 100 }, pods: { v1: gone, v2: 2 } };
    const seen = { record: { ...record, mode: 'abort' as const }, chosenBy: 'abc', hasCanary: true, differences };
    const decision = decideOf(seen);
    expect(decision).toMatchObject({
      action: { kind: 'set-paused', isPaused: false },
      because: [{ code: 'rollout-needed', deployment: 'storefront' }],
    });
    if (decision.kind !== 'act') throw new Error('expected a write');
    const known = { release, seen: world(seen), memory: nothingRemembered };
    expect(violationOf(decision.action, known)).toBeUndefined();
    const served = { ...seen, record, differences: { ...differences, split: { v1: 90, v2: 10 } } };
    expect(decideOf(served)).toMatchObject({ action: { kind: 'write-route', split: { v2: 100 } } });
    const alone = { ...served, hasCanary: false, differences: { pods: { v1: gone } } };
    expect(decideOf(alone)).toMatchObject({ action: { kind: 'set-paused', isPaused: false } });
    const byOthers = { ...gone, rollout: rolls({ ...gone.rollout, isNoted: false, paused: 'by others' }) };
    const theirs = { ...seen, differences: { ...differences, pods: { v1: byOthers, v2: 2 } } };
    expect(decideOf(theirs)).toMatchObject({ wait: { for: 'pods', version: 'v1' } });
  });

  it('a DestinationRule that somebody deleted comes back with the choice of now: its copy may be older', () => {
    const current = { record: recordWith(record), of: {}, restored: [] };
    const state = { current, history: [], resourceVersion: '1', kept: { subsets: world(standing).subsets } };
    const deletedIn = (seen: World) => decideOn({ ...world(seen), subsets: undefined, state }, {}, release);
    for (const how of [paused, { paused: 'by others' } as const])
      expect(deletedIn({ ...standing, rollout: how })).toMatchObject({
        action: { kind: 'restore', what: 'subsets', versions: ['v1', 'v2'], choose: { version: 'v1', hash: 'abc' } },
      });
    const rolled = { isNoted: true, hashes: ['def'] };
    expect(deletedIn({ ...standing, rollout: rolled })).toMatchObject({ action: { choose: { hash: '' } } });
  });

  it('a subset that somebody removed comes back as it was, also where its owner has paused the Deployment', () => {
    const byOthers = { ...standing, rollout: { paused: 'by others' as const } };
    expect(decideOf({ ...byOthers, differences: { subsets: ['v2'], rule: { chosenBy: {} } } })).toMatchObject({
      action: { kind: 'write-subsets', restores: true, choose: { version: 'v1', hash: 'abc' } },
    });
  });

  it('a subset that somebody removed comes back as it was', () => {
    const lost = { subsets: ['v2'], rule: { chosenBy: {} } };
    expect(decideOf({ ...standing, differences: lost })).toMatchObject({
      action: { kind: 'write-subsets', restores: true, choose: { version: 'v1', hash: 'abc' } },
    });
  });
});

describe('at the end of an abort', () => {
  const record = { mode: 'abort', ...afterWrites(4) } as const;
  const seen = { record, rollout: paused, chosenBy: 'abc' };
  const wide = { ...seen, chosenBy: '' };
  const marked = { ...record, ...afterWrites(5, { hash: '', serial: 5 }) };

  it('the new version is drained, and goes: its pods are behind the same Service', () => {
    expect(decideOf({ ...seen, hasCanary: true })).toMatchObject({
      action: { kind: 'write-record', record: { unrouted: {} } },
    });
    const other = { ...stepped, versions: release.versions.map(({ adopted: _, ...version }) => version) };
    expect(decideOn(world({ ...seen, hasCanary: true }), {}, other)).toMatchObject({
      because: [{ code: 'back-on-stable' }],
    });
  });

  it('it goes also where others were to remove the former version: nobody may take that for drained', () => {
    const connections = { ...nothingRemembered.connections, settledSinceMs: { v2: 0 } };
    const quiet = { quietSinceMs: { v2: 0 }, connections };
    const until = { ...record, until: 'drained' as const, unrouted: { v2: new Date(0).toISOString() } };
    const later = { atMs: 900_000, serverMs: 900_000, inFlight: { v2: 0 } };
    const seen = world({ record: until, rollout: paused, chosenBy: 'abc', hasCanary: true, differences: later });
    expect(decideOn(seen, quiet, release)).toMatchObject({
      action: { kind: 'write-subsets', versions: ['v1'] },
      because: [{ code: 'drained', versions: ['v2'] }],
    });
  });

  it('the subset chooses all pods of the Service again, and a route of a new name says when every proxy has that', () => {
    expect(decideOf(seen)).toMatchObject({
      action: { choose: { version: 'v1', hash: '' } },
      because: [{ code: 'chosen-by-service' }],
    });
    expect(decideOf(wide)).toMatchObject({
      action: { kind: 'write-route', record: { chosen: { hash: '', serial: 5 } } },
    });
    const behind = [proxyWith({ marker: 'split@r1.5' }), { ...proxyWith({ marker: 'split@r1.4' }), name: 'behind' }];
    expect(decideOf({ ...wide, record: marked, differences: { proxies: behind } })).toMatchObject({
      wait: { for: 'propagation' },
    });
  });

  it('a choice that no route has marked yet is marked first: it is the one that a proxy may have', () => {
    const unmarked = { ...seen, record: { ...record, chosen: { hash: '', serial: 2 } } };
    const rolled = { isNoted: true, hashes: ['def'] };
    for (const how of [{}, { rollout: rolled }])
      expect(decideOf({ ...unmarked, ...how })).toMatchObject({
        action: { kind: 'write-route', split: { v1: 100 }, record: { chosen: { hash: 'abc', serial: 5 } } },
        because: [{ code: 'choice-marked' }],
      });
  });

  it('only then it is resumed, and a change of its template is told', () => {
    expect(decideOf({ ...wide, record: marked, rollout: { ...paused, isPending: true } })).toMatchObject({
      action: { kind: 'set-paused', version: 'v1', isPaused: false },
      because: [{ code: 'rollout-resumes', isPending: true }],
    });
    expect(decideOf({ ...wide, record: marked, rollout: {} })).toMatchObject({ because: [{ code: 'back-on-stable' }] });
  });

  it('where somebody has led the routes back to the whole Service, no proxy sends to the subset before it is resumed', () => {
    const route = { whole: {}, base: '', marker: '' };
    const atAll = proxyWith({ marker: '', split: { 'outbound|80||demo.shop.svc.cluster.local': 100 } });
    // A person has gone on from that edit.
    const adoptedRoute = { ...marked, marker: '' };
    const at = (proxy: typeof atAll) => ({ ...wide, record: adoptedRoute, differences: { route, proxies: [proxy] } });
    expect(decideOf(at(proxyWith({ marker: 'split@r1.5' })))).toMatchObject({
      wait: { for: 'propagation', obstacles: [{ code: 'names-version', version: 'v1' }] },
    });
    const decision = decideOf(at({ ...atAll, namedVersions: [] }));
    expect(decision).toMatchObject({ action: { kind: 'set-paused', isPaused: false } });
    const { action } = decision as { action: Action };
    const judge = (seen: World) => violationOf(action, { release, seen: world(seen), memory: nothingRemembered });
    expect(judge(at({ ...atAll, namedVersions: [] }))).toBeUndefined();
    expect(judge(at(proxyWith({ marker: 'split@r1.5' })))).toMatchObject({ code: 'chosen-by-template' });
  });

  it('what its owner has paused stays paused', () => {
    const theirs = { ...wide, record: marked, rollout: { paused: 'by others' as const } };
    expect(decideOf(theirs)).toMatchObject({ because: [{ code: 'back-on-stable' }] });
  });

  it('it stays paused beside pods of others, which the message names', () => {
    const v1 = { rollout: rolls(paused) };
    expect(decideOf({ ...seen, differences: { pods: { v1, v9: 1 } } })).toEqual({
      kind: 'hold',
      because: { code: 'not-alone', version: 'v1', deployment: 'storefront', others: ['v9'] },
    });
  });
});

describe('an adopted version that is kept', () => {
  const kept = adopted(stepped, { isKept: true });
  const record = { mode: 'promote', ...afterWrites(6) } as const;
  const last = { record, rollout: paused, hasCanary: true, differences: { split: { v2: 100 } } };

  it('is resumed when no route and no subset of it tells pods of one template from others', () => {
    expect(decideOn(world({ ...last, chosenBy: 'abc' }), {}, kept)).toMatchObject({ action: { choose: { hash: '' } } });
    expect(decideOn(world(last), {}, kept)).toMatchObject({ action: { kind: 'set-paused', isPaused: false } });
    expect(decideOn(world({ ...last, rollout: {} }), {}, kept)).toMatchObject({ because: [{ code: 'as-in-file' }] });
  });

  it('is not left paused for good where a route still names it, also when the release ends at drained', () => {
    const route = { otherVersions: ['v1'] };
    const differences = { ...last.differences, route };
    const seen = (until?: 'drained') =>
      world({ ...last, chosenBy: 'abc', record: { ...record, ...(until && { until }) }, differences });
    const expected = { kind: 'hold', because: { code: 'not-alone', others: ['v2'] } };
    expect(decideOn(seen(), {}, kept)).toMatchObject(expected);
    expect(decideOn(seen('drained'), {}, kept, { ...run, until: 'drained' })).toMatchObject(expected);
  });

  it('stays as it is while it leaves, where it is not kept', () => {
    const until = { ...last, record: { ...record, until: 'drained' as const }, chosenBy: 'abc' };
    expect(decideOn(world(until), {}, release)).not.toMatchObject({ action: { kind: 'set-paused', isPaused: false } });
  });
});

describe('without a record', () => {
  it('what somebody left paused by taking a record away is resumed by the next command', () => {
    const left = { rollout: paused, chosenBy: 'abc' };
    const alone = { ...release, versions: release.versions.slice(0, 1) };
    const decision = decideOn(world(left), {}, alone, apply);
    expect(decision).toMatchObject({
      because: [{ code: 'release-begins' }],
      action: { record: { chosen: { hash: 'abc' } } },
    });
    const plan = planOf(alone, apply, world(left));
    expect(plan.obstacle).toBeUndefined();
    expect(kinds(plan.steps)).toEqual([
      'write-route',
      'choose all',
      'write-route',
      'resume',
      'write-route',
      'disown',
      'disown',
    ]);
  });

  it('a driver whose record is taken away says what stays paused', () => {
    const memory = { record: recordWith() };
    expect(decideOn(world({ rollout: paused, chosenBy: 'abc', hasCanary: true }), memory, release)).toMatchObject({
      // Who takes a field away is named nowhere: the last writer is this driver itself.
      because: { code: 'record-removed', by: 'somebody', deployment: 'storefront' },
    });
    const written = { record: undefined, route: { changedBy: 'kubectl' } };
    expect(decideOn(world({ differences: written }), memory, release)).toMatchObject({ because: { by: 'kubectl' } });
    const resumed = { rollout: { isNoted: true }, chosenBy: 'abc', hasCanary: true };
    expect(decideOn(world(resumed), memory, release)).not.toMatchObject({ because: { deployment: 'storefront' } });
  });
});

describe('the plan', () => {
  it('of a release pauses before the new version is made', () => {
    const plan = planOf(release, run, world({}));
    expect(plan.obstacle).toBeUndefined();
    expect(kinds(plan.steps).slice(0, 5)).toEqual(['write-route', 'pause', 'choose abc', 'write-route', 'add-version']);
    expect(kinds(plan.steps)).not.toContain('resume');
  });

  it('of a release that keeps it resumes it', () => {
    const plan = planOf(adopted(stepped, { isKept: true }), run, world({}));
    expect(plan.obstacle).toBeUndefined();
    expect(kinds(plan.steps).slice(-5)).toEqual(['choose all', 'resume', 'write-route', 'disown', 'disown']);
  });

  it('of a return to it pauses before it gets a request, and resumes when it is alone', () => {
    const back = adopted({ ...stepped, split: { v2: 100 } }, { isKept: true });
    const plan = planOf(
      back,
      { kind: 'run', canary: 'v1' },
      world({ hasCanary: true, differences: { split: { v2: 100 } } }),
    );
    expect(plan.obstacle).toBeUndefined();
    const found = kinds(plan.steps);
    expect(found.indexOf('pause')).toBeGreaterThan(-1);
    expect(found.indexOf('resume')).toBeGreaterThan(found.lastIndexOf('remove-version'));
  });
});

describe('the guard', () => {
  const judge = (action: Action, seen: World) =>
    violationOf(action, { release, seen: world(seen), memory: nothingRemembered });
  const choose = (hash: string): Action => ({
    kind: 'write-subsets',
    versions: ['v1'],
    choose: { version: 'v1', hash },
  });
  const add: Action = { kind: 'add-version', version: 'v2' };
  const narrow = { record: { chosen: { hash: 'abc', serial: 1 } }, rollout: paused, chosenBy: 'abc' };
  const behind = { proxies: [proxyWith({ marker: 'split@r1.0' })] };

  it('lets no version be made while the adopted one is chosen by the Service, or may be at a proxy', () => {
    expect(judge(add, { record: {}, rollout: paused })).toMatchObject({
      code: 'chooses-all',
      version: 'v1',
      beside: 'v2',
    });
    expect(judge(add, { ...narrow, record: {} })).toMatchObject({ code: 'chooses-all' });
    expect(judge(add, { ...narrow, differences: behind })).toMatchObject({ code: 'chooses-all' });
    expect(judge(add, narrow)).toBeUndefined();
  });

  it('lets no subset choose by a template while a rollout is under way, or may begin', () => {
    expect(judge(choose('abc'), { record: {}, rollout: { ...paused, isRolling: true } })).toMatchObject({
      code: 'rolling',
    });
    expect(judge(choose('abc'), { record: {} })).toMatchObject({ code: 'rolling' });
    expect(judge(choose('def'), { record: {}, rollout: paused })).toMatchObject({ code: 'rolling' });
    expect(judge(choose('abc'), { record: {}, rollout: paused })).toBeUndefined();
    expect(judge(choose(''), { record: {}, rollout: { isRolling: true } })).toBeUndefined();
  });

  it('lets no DestinationRule come back that chooses by a template which rolls', () => {
    const restore: Action = {
      kind: 'restore',
      what: 'subsets',
      versions: ['v1'],
      choose: { version: 'v1', hash: 'abc' },
    };
    expect(judge(restore, { record: {} })).toMatchObject({ code: 'rolling' });
    expect(judge(restore, { record: {}, rollout: paused })).toBeUndefined();
  });

  it('lets nothing be paused half way', () => {
    const pause: Action = { kind: 'set-paused', version: 'v1', isPaused: true };
    expect(judge(pause, { record: {}, rollout: { isRolling: true } })).toMatchObject({ code: 'rolling' });
    expect(judge(pause, { record: {} })).toBeUndefined();
  });

  it('lets nothing be resumed while a subset chooses by its template, or may do so at a proxy', () => {
    const resume: Action = { kind: 'set-paused', version: 'v1', isPaused: false };
    expect(judge(resume, narrow)).toMatchObject({ code: 'chosen-by-template', proxy: undefined });
    expect(judge(resume, { ...narrow, chosenBy: '' })).toMatchObject({ code: 'chosen-by-template', proxy: undefined });
    expect(judge(resume, { record: {}, differences: behind })).toMatchObject({ proxy: 'gateway-a' });
    expect(judge(resume, { record: {} })).toBeUndefined();
    const unrouted = { split: { v2: 100 }, proxies: [proxyWith({ split: { v1: 100 } })] };
    expect(judge(resume, { record: {}, hasCanary: true, differences: unrouted })).toMatchObject({ proxy: 'gateway-a' });
  });
});

describe('before the first write', () => {
  const refused = (order: Parameters<typeof preflight>[1], file = release, differences = {}) =>
    preflight(file, order, world({ differences })).flatMap(({ problem }) => (problem ? [problem.code] : []));

  it('an apply that would leave another version beside it is refused', () => {
    expect(refused(apply)).toContain('adopted-beside');
    expect(refused(apply, { ...release, versions: release.versions.slice(0, 1) })).not.toContain('adopted-beside');
    expect(refused(apply, { ...release, split: { v2: 100 } })).not.toContain('adopted-beside');
    expect(refused(run)).not.toContain('adopted-beside');
  });

  it('a file that no longer adopts what the release began with is refused: that would be left paused', () => {
    const begun = { record: recordWith({ stable: 'v1', canary: 'v2', release: recordedRelease(release) }) };
    const other = adopted(stepped, { deployment: 'another' });
    const renamed = { ...release, versions: release.versions.map((each) => ({ ...each, name: `${each.name}-b` })) };
    for (const file of [stepped, other, renamed]) expect(refused(run, file, begun)).toContain('adoption-changed');
    for (const file of [release, adopted(stepped, { isKept: true })])
      expect(refused(run, file, begun)).not.toContain('adoption-changed');
    // Its end has been written into the file: the record adds what is left of it.
    const written = { ...stepped, versions: stepped.versions.slice(1) };
    expect(refused(run, withRecordedAdoption(written, begun.record), begun)).not.toContain('adoption-changed');
    const withoutAdoption = { record: recordWith({ release: recordedRelease(stepped) }) };
    expect(refused(run, release, withoutAdoption)).toContain('adoption-changed');
    expect(refused({ kind: 'resume' }, stepped, begun)).toContain('adoption-changed');
    expect(refused(run, stepped, {})).not.toContain('adoption-changed');
  });

  it('a route that is pinned to one that is kept is refused: beside the new version it would reach both', () => {
    const pinned = { route: { pinnedVersions: ['v1'] } };
    expect(refused(run, adopted(stepped, { isKept: true }), pinned)).toContain('adopted-beside');
    expect(refused(run, release, pinned)).not.toContain('adopted-beside');
  });
});

/** In few words. */
function kinds(steps: ReturnType<typeof planOf>['steps']): string[] {
  return steps.flatMap((step) => {
    if (step.kind !== 'write') return [];
    const { action } = step;
    if (action.kind === 'set-paused') return [action.isPaused ? 'pause' : 'resume'];
    return [action.kind === 'write-subsets' && action.choose ? `choose ${action.choose.hash || 'all'}` : action.kind];
  });
}
