/** An adopted version that is kept, and that all traffic has left: whoever takes the record away has a release begin anew beside the other one. */
import type { Action } from '../../../driver/istio/action';
import { violationOf } from '../../../driver/istio/guard';
import { nothingRemembered } from '../../../driver/istio/memory';
import type { ObservedRoute } from '../../../driver/istio/observation';
import { adopted } from '../../support/adopted';
import { paused, world, type World } from '../../support/adopted-rollouts';
import { decideOn, stepped } from '../../support/decisions';
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
