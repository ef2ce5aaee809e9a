/** Pauses, what an operator asks for, and what turns a release by itself. */
import { both, decideOn } from '../../support/decisions';
import { nothingRemembered, rememberLook, verdictKey } from '../../../driver/istio/memory';
import { observed, proxyWith, recordWith, releaseWith } from '../../support/observations';

const shift = { step: 1, marker: 'split@r1.1' };

describe('pauses and requests', () => {
  const paused = recordWith({ step: 2, marker: 'split@r1.2', since: new Date(5_000).toISOString() });
  const now = { ...both, split: { v1: 90, v2: 10 }, record: paused };

  const watchedFor = (ms: number) => ({ watched: { since: paused.since, ms, atMs: 0 } });

  it('measures a pause by how long it has been watched', () => {
    expect(decideOn(observed(now), watchedFor(9_000))).toMatchObject({
      kind: 'wait',
      wait: { for: 'pause', remainingSeconds: 1 },
    });
    expect(decideOn(observed(now), watchedFor(10_000))).toMatchObject({
      action: { kind: 'write-route', split: { v1: 50, v2: 50 }, record: { step: 3 } },
    });
  });

  it('has waited for nothing of a pause that it has not watched, whatever the clock says', () => {
    const hourAhead = observed({ ...now, atMs: 3_600_000 });
    expect(decideOn(hourAhead, rememberLook(nothingRemembered, hourAhead))).toMatchObject({
      wait: { for: 'pause', remainingSeconds: 10 },
    });
  });

  it('ends a pause on request', () => {
    const seen = observed({ ...now, route: { request: { id: 'r1', verb: 'promote' } } });
    expect(decideOn(seen)).toMatchObject({ action: { record: { step: 3, handled: 'r1' } } });
  });

  it('takes a request to promote for nothing outside a pause', () => {
    const record = recordWith({ ...shift });
    const seen = observed({ ...both, record, route: { request: { id: 'r1', verb: 'promote' } } });
    expect(decideOn(seen)).toMatchObject({ action: { record: { step: 1, handled: 'r1' } } });
  });

  it('takes a request to abort an apply for nothing: the command line refuses it, and there is no way back', () => {
    const record = recordWith({ mode: 'apply', stable: 'v2', canary: 'v2' });
    const seen = observed({ ...both, record, route: { request: { id: 'r1', verb: 'abort' } } });
    expect(decideOn(seen)).toMatchObject({ action: { record: { mode: 'apply', handled: 'r1' } } });
  });

  describe('when the steps in the file are edited under a release', () => {
    const steps = ['add the new version', 'weight 10', 'pause 10 s', 'weight 50', 'pause until promoted', 'weight 100'];
    const record = { ...paused, steps };
    const edited = (text: string) => releaseWith(`steps: [${text}]`);

    it('goes on when only those change that are still to come', () => {
      const release = edited('{weight: 10}, {pause: 10s}, {weight: 20}, {weight: 80}');
      expect(decideOn(observed({ ...now, record }), watchedFor(10_000), release)).toMatchObject({ kind: 'act' });
    });

    it.each(['{weight: 10}, {weight: 20}, {pause: 10s}', '{weight: 10}', '{weight: 1}, {pause: 10s}'])(
      'holds when this step or one before it is another now: %s',
      (text) => {
        const decision = decideOn(observed({ ...now, record, atMs: 15_000 }), {}, edited(text));
        expect(decision).toMatchObject({
          kind: 'hold',
          because: { code: 'steps-changed', began: ['add the new version', 'weight 10', 'pause 10 s'] },
        });
      },
    );

    it('still obeys a request to abort', () => {
      const seen = observed({ ...now, record, route: { request: { id: 'r1', verb: 'abort' } } });
      expect(decideOn(seen, {}, edited('{weight: 99}'))).toMatchObject({ action: { record: { mode: 'abort' } } });
    });
  });

  it('promotes through the same gate', () => {
    const record = { ...paused, mode: 'promote' as const, step: 0 };
    expect(decideOn(observed({ ...now, record }))).toMatchObject({
      action: { kind: 'write-route', split: { v2: 100 } },
    });
    const behind = proxyWith({ subsets: ['v1'], split: { v1: 90, v2: 10 } });
    expect(decideOn(observed({ ...now, record, proxies: [behind] }))).toMatchObject({
      kind: 'wait',
      wait: { for: 'gate' },
    });
  });

  it('aborts by itself when an analysis failed', () => {
    const release = releaseWith('steps: [{analyse: errors}]\nanalyses: {errors: {requests: {path: /}}}');
    const record = recordWith(shift);
    const verdicts = { [verdictKey(record)]: { verdict: 'failed' as const, reason: '7 of 100 answered 500' } };
    const seen = observed({ ...both, record });
    expect(decideOn(seen, { verdicts }, release)).toMatchObject({ action: { record: { mode: 'abort' } } });
  });

  it('a stale verdict aborts no promotion: it belongs to one visit of one step of one release', () => {
    const release = releaseWith('steps: [{analyse: errors}]\nanalyses: {errors: {requests: {path: /}}}');
    const measured = recordWith(shift);
    const verdicts = { [verdictKey(measured)]: { verdict: 'failed' as const, reason: 'an old one' } };
    const since = new Date(1).toISOString();
    for (const other of [{ mode: 'promote' as const }, { id: 'r2' }, { step: 2 }, { since }]) {
      const seen = observed({ ...both, record: { ...measured, ...other } });
      expect(decideOn(seen, { verdicts }, release)).not.toMatchObject({ action: { record: { mode: 'abort' } } });
    }
  });

  it('waits for a version until the progress deadline, and aborts none for what no pods were asked for', () => {
    const late = (atMs: number, v2: object) =>
      observed({ record: recordWith(), subsets: ['v1'], pods: { v1: 2, v2 }, atMs });
    const memory = { waiting: { for: 'pods', sinceMs: 0 } } as const;
    expect(decideOn(late(119_000, { available: 0 }), memory)).toMatchObject({ wait: { for: 'pods' } });
    expect(decideOn(late(120_000, { available: 0 }), memory)).toMatchObject({ action: { record: { mode: 'abort' } } });
    expect(decideOn(late(120_000, { desired: 0, available: 0 }), memory)).toMatchObject({ wait: { for: 'pods' } });
  });

  it('aborts a version that is not ready within the progress deadline', () => {
    const seen = observed({
      record: recordWith(),
      subsets: ['v1'],
      pods: { v1: 2, v2: { available: 0, trouble: 'ImagePullBackOff' } },
      atMs: 120_000,
    });
    const decision = decideOn(seen, { waiting: { for: 'pods', sinceMs: 0 } });
    expect(decision).toMatchObject({
      action: {
        record: {
          mode: 'abort',
          cause: { code: 'not-ready', version: 'v2', seconds: 120, trouble: 'ImagePullBackOff' },
        },
      },
    });
  });
});
