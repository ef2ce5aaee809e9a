/** What turns a release from its course, and what does not. */
import { both, decideOn } from '../../support/decisions';
import { observed, recordWith, releaseWith } from '../../support/observations';

const split = { v1: 50, v2: 50 };
const paused = recordWith({ step: 4, marker: 'split@r1.3' });

describe('a request to promote', () => {
  const asked = (verb: 'promote' | 'promote-full', changes: Parameters<typeof recordWith>[0]) => {
    const request = { id: 'q', verb };
    const decision = decideOn(observed({ ...both, split, record: { ...paused, ...changes }, route: { request } }));
    return decision.kind === 'act' && 'record' in decision.action ? decision.action.record : decision;
  };

  it('in full skips the steps that remain', () => {
    expect(asked('promote-full', {})).toMatchObject({ mode: 'promote', step: 0, handled: 'q' });
  });

  it.each(['promote', 'promote-full'] as const)('takes no abort back, also in a pause: %s', (verb) => {
    expect(asked(verb, { mode: 'abort' })).toMatchObject({ mode: 'abort', step: 4, handled: 'q' });
  });

  it.each(['promote', 'promote-full'] as const)('makes no release by steps of an apply: %s', (verb) => {
    const apply = { mode: 'apply', stable: 'v1', canary: 'v1', step: 0 } as const;
    expect(asked(verb, apply)).toMatchObject({ mode: 'apply', step: 0, handled: 'q' });
  });

  it('in full begins no promotion anew that is under way or at its end: it would add what is being removed', () => {
    expect(asked('promote-full', { mode: 'promote', step: 0 })).toMatchObject({ mode: 'promote', step: 0 });
    expect(asked('promote-full', { step: 6 })).toMatchObject({ mode: 'run', step: 6 });
  });
});

describe('a wait that lasts longer than the progress deadline', () => {
  const late = { atMs: 1e9 };
  const autoscaler = { minimum: 3, maximum: 8 };
  const waitingFor = (what: 'pods' | 'gate') => ({ waiting: { for: what, sinceMs: 0 } });

  it('aborts no release when it is for anything but pods', () => {
    const record = recordWith({ step: 3, marker: 'split@r1.3', podsForAll: 4 });
    const pods = { v1: 4, v2: { desired: 4, available: 1 } };
    const seen = observed({ ...both, ...late, split: { v1: 90, v2: 10 }, record, pods });
    expect(decideOn(seen, waitingFor('gate'))).toMatchObject({ wait: { for: 'pods', version: 'v2' } });
    expect(decideOn(seen, waitingFor('pods'))).toMatchObject({ action: { record: { mode: 'abort' } } });
  });

  it('blames the new version for no pods of the stable one', () => {
    const scaled = (available: number) => ({ desired: 6, available, autoscaler: { minimum: 6, maximum: 8 } });
    const record = recordWith({ step: 3, marker: 'split@r1.3', podsForAll: 6 });
    const pods = { v1: scaled(1), v2: scaled(6) };
    // It had lost all pods, so that the new one got everything; now the first of them is back.
    const seen = observed({ ...both, ...late, split: { v2: 100 }, record, pods });
    expect(decideOn(seen, waitingFor('pods'))).toMatchObject({ wait: { for: 'pods', version: 'v1' } });
  });

  it.each([
    ['an autoscaler does not give the new version what its minimum asks for', { desired: 2, available: 2, autoscaler }],
    ['an autoscaler tells what the spec was before', { desired: 6, available: 6, isCurrent: false, autoscaler }],
    ['a Deployment does', { desired: 6, available: 6, isCurrent: false }],
  ])('aborts when %s', (_, v2) => {
    const record = recordWith({ step: 3, marker: 'split@r1.3', podsForAll: 6 });
    const seen = observed({ ...both, ...late, split: { v1: 90, v2: 10 }, record, pods: { v1: 6, v2 } });
    expect(decideOn(seen, waitingFor('pods'))).toMatchObject({ action: { record: { cause: { code: 'not-ready' } } } });
  });

  it('aborts a promotion, too', () => {
    const record = recordWith({ mode: 'promote', step: 0, marker: 'split@r1.3' });
    const seen = observed({ ...both, ...late, split, record, pods: { v1: 2, v2: { desired: 2, available: 1 } } });
    expect(decideOn(seen, waitingFor('pods'))).toMatchObject({ action: { record: { mode: 'abort' } } });
  });

  it('is gone on with by an apply, and by an abort: neither has a version to go back to', () => {
    const file = { ...releaseWith(), split: { v1: 30, v2: 70 } };
    const apply = recordWith({ mode: 'apply', stable: 'v2', canary: 'v2' });
    const begun = observed({ ...late, subsets: ['v1'], record: apply, pods: { v1: 2, v2: { available: 0 } } });
    expect(decideOn(begun, waitingFor('pods'), file, { kind: 'apply' })).toMatchObject({ wait: { for: 'pods' } });
    const pods = { v1: { available: 0 }, v2: { available: 1 } };
    const back = { ...both, ...late, split: { v2: 100 }, record: { ...paused, mode: 'abort' as const }, pods };
    expect(decideOn(observed(back), waitingFor('pods'))).toMatchObject({ wait: { for: 'pods', version: 'v1' } });
  });
});
