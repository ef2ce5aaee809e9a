/** A release whose last write was made by a driver that is gone, as the state tells. */
import { decide, type Question } from '../../../driver/istio/decide';
import { nothingRemembered } from '../../../driver/istio/memory';
import type { ObservedState } from '../../../driver/istio/observation';
import { both, run, stepped } from '../../support/decisions';
import { observed, proxyWith, recordWith } from '../../support/observations';

const cause = { code: 'analysis-failed', detail: '7 of 100' } as const;
const ending = { marker: 'split', split: { v1: 100 } };
const stateWith = (differences: Partial<ObservedState>): ObservedState => ({
  resourceVersion: '1',
  history: [],
  kept: {},
  ...differences,
});
const endingAs = (mode: 'abort' | 'run' | 'apply', split: Record<string, number> = ending.split) => {
  const record = recordWith({ mode, step: 3, ...(mode === 'abort' && { cause }) });
  return stateWith({ current: { record, ending: { ...ending, split }, of: {}, restored: [] } });
};
const asked = (
  state: ObservedState,
  changes: Partial<Question> = {},
  differences: Parameters<typeof observed>[0] = {},
) => {
  const seen = { ...observed({ ...both, ...differences }), state };
  const question = { release: stepped, order: run, seen, memory: nothingRemembered, gateLimitMs: 1, releaseId: 'r2' };
  return decide({ ...question, ...changes });
};
const begins = { because: [{ code: 'release-begins' }] };

describe('a release that was aborted', () => {
  it('is not begun again by the same command: it ends as aborted, for its own reason', () => {
    expect(asked(endingAs('abort'))).toMatchObject({ kind: 'done', because: { outcome: 'aborted', cause } });
    expect(asked(endingAs('abort'), { order: { kind: 'resume' } })).toMatchObject({ because: { outcome: 'aborted' } });
  });

  it('asks a person first when somebody has gone on from there, and begins when one has looked', () => {
    const changed = { split: { v1: 80, v2: 20 } };
    expect(asked(endingAs('abort'), {}, changed)).toMatchObject({ because: { code: 'changed-by-other' } });
    expect(asked(endingAs('abort'), { adopt: true }, changed)).toMatchObject(begins);
    expect(asked(endingAs('abort'), {}, { marker: 'by-hand' })).toMatchObject({
      because: { code: 'changed-by-other' },
    });
    // What completed, or is another command's, stands in nobody's way.
    expect(asked(endingAs('abort'), { order: { kind: 'run', canary: 'v3' } }, changed)).toMatchObject(begins);
    expect(asked(endingAs('run'), {}, changed)).toMatchObject(begins);
  });

  it('is over for another command as soon as every proxy has its last write', () => {
    const other = { order: { kind: 'run', canary: 'v3' } } as const;
    expect(asked(endingAs('abort'), other)).toMatchObject(begins);
    const behind = { proxies: [proxyWith({ marker: 'split@r1.3' })] };
    expect(asked(endingAs('abort'), other, behind)).toMatchObject({ wait: { for: 'propagation' } });
  });
});

it('an apply is no end of a run, nor a run one of an apply', () => {
  const apply = { order: { kind: 'apply' } } as const;
  expect(asked(endingAs('apply'))).toMatchObject(begins);
  expect(asked(endingAs('apply'), apply)).toMatchObject({ because: { outcome: 'completed' } });
  // Only what a release has just written can be told by probes.
  const probed = { name: 'gateway-a', kind: 'gateway', markers: { 'demo.example.com': '' }, answers: {} } as const;
  expect(asked(endingAs('apply'), apply, { evidence: 'probe', proxies: [probed] })).toMatchObject({
    because: { outcome: 'completed' },
  });
  const halves = { ...stepped, split: { v1: 50, v2: 50 } };
  expect(asked(endingAs('run'), { ...apply, release: halves })).toMatchObject(begins);
  expect(asked(endingAs('apply'), { ...apply, release: halves })).toMatchObject(begins);
});

describe('a command whose release the history calls aborted', () => {
  const past = {
    id: 'r1',
    mode: 'abort',
    from: 'v1',
    to: 'v2',
    ended: '2026-11-27T10:00:00Z',
    command: 'job/one',
  } as const;
  const history = (changes: object = {}) =>
    stateWith({ history: [{ ...past, outcome: 'aborted', cause, evidence: [], accepted: [], ...changes }] });
  const started = (state: ObservedState, command?: string) => asked(state, { begun: command ? { command } : {} });

  it('says so when its process is started again', () => {
    expect(started(history(), 'job/one')).toMatchObject({ because: { outcome: 'aborted', cause } });
  });

  it('begins when it is another command, when that release completed, or was of another version', () => {
    expect(started(history(), 'job/two')).toMatchObject(begins);
    expect(started(history({ command: undefined }))).toMatchObject(begins);
    expect(started(history({ outcome: 'superseded' }), 'job/one')).toMatchObject(begins);
    expect(started(history({ to: 'v3' }), 'job/one')).toMatchObject(begins);
  });
});
