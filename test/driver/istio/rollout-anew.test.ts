/** An adopted version that is kept, and that all traffic has left: somebody takes the record away, or the VirtualService. */
import type { Action } from '../../../driver/istio/action';
import { decide } from '../../../driver/istio/decide';
import { violationOf } from '../../../driver/istio/guard';
import { nothingRemembered } from '../../../driver/istio/memory';
import { noteOf } from '../../../driver/istio/notes';
import { noState, type Observation, type ObservedRoute } from '../../../driver/istio/observation';
import { adopted } from '../../support/adopted';
import { afterWrites, paused, world, type World } from '../../support/adopted-rollouts';
import { decideOn, run, stepped } from '../../support/decisions';
import { routeTo } from '../../support/guarded';
import { recordWith } from '../../support/observations';

const kept = adopted(stepped, { isKept: true });

/** Its pinned route follows the split until the release that begins gives it back. */
const anew = (chosenBy: string, route: Partial<ObservedRoute> = { pinnedVersions: ['v1'] }): World => ({
  record: { mode: 'promote', step: 0, serial: 1, marker: 'split@r1.1', chosen: { hash: chosenBy, serial: 1 } },
  rollout: paused,
  hasCanary: true,
  chosenBy,
  differences: { split: { v2: 100 }, route },
});

test('it is chosen by its template again before a release that begins anew gives it its pinned route back', () => {
  const goes = decideOn(world(anew('')), {}, kept);
  expect(goes).toMatchObject({ action: { kind: 'write-subsets', choose: { version: 'v1', hash: 'abc' } } });
  const resumed = { ...anew(''), rollout: { isNoted: false } };
  expect(decideOn(world(resumed), {}, kept)).toMatchObject({ action: { kind: 'set-paused', isPaused: true } });
  expect(decideOn(world(anew('abc')), {}, kept)).toMatchObject({
    action: { kind: 'write-route', headerVersions: ['v1'] },
  });
  expect(decideOn(world(anew('', {})), {}, kept)).not.toMatchObject({ action: { kind: 'write-subsets' } });
});

test('it gets no requests anew by a subset that chooses all, says the guard', () => {
  const judge = (action: Action, seen: World) =>
    violationOf(action, { release: kept, seen: world(seen), memory: nothingRemembered });
  const found = { invariant: 'S1', code: 'chooses-all', version: 'v1', beside: 'v2' };
  const pin = routeTo({ v2: 100 }, { headerVersions: ['v1'] });
  const back = (mode: 'run' | 'abort') => routeTo({ v1: 100 }, { record: recordWith({ mode }) });
  expect(judge(pin, anew(''))).toEqual(found);
  expect(judge(back('run'), anew(''))).toEqual(found);
  for (const [action, seen] of [
    [pin, anew('abc')],
    [back('abort'), anew('')],
    [pin, { ...anew(''), hasCanary: false }],
    [pin, anew('', { otherVersions: ['v1'] })],
    [pin, anew('', { whole: {} })],
  ] as const)
    expect(judge(action, seen)?.code).not.toBe('chooses-all');
});

describe('before its subset chooses all pods beside the other version', () => {
  const record = { mode: 'promote', ...afterWrites(6) } as const;
  const last = (rollout: World['rollout']) => world({ ...anew('abc', {}), record, ...(rollout && { rollout }) });
  const noteAt = (seen: Observation) => {
    const question = { release: kept, order: run, seen, memory: nothingRemembered, gateLimitMs: 1, releaseId: 'r1' };
    const decision = decide(question);
    expect(decision).toMatchObject({ action: { kind: 'write-subsets', choose: { hash: '' } } });
    return noteOf(question, decision);
  };

  test('the copy is of the route that does not name it, or it would come back when somebody deletes that', () => {
    const seen = last(paused);
    const note = noteAt(seen);
    expect(note).toMatchObject({ copies: 'live', isNeeded: true, current: { record: { serial: 6 } } });
    const current = note?.current && { ...note.current, of: { route: '1', subsets: '1' } };
    expect(noteAt({ ...seen, state: { ...noState, ...(current && { current }) } })).toBeUndefined();
  });

  test('no copy is waited for where its pods are in no subset until then', () => {
    const rolling = last({ hashes: ['abc', 'def'], isRolling: true, isNoted: true });
    const split = { v1: 50, v2: 50 };
    const { route } = rolling;
    expect(noteAt({ ...rolling, ...(route && { route: { ...route, split } }) })).toBeUndefined();
  });
});
