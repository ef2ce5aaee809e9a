/** Records of other versions of handover. */
import { decide } from '../../../driver/istio/decide';
import { nothingRemembered } from '../../../driver/istio/memory';
import { isNewer, parseRecord, recordSchema } from '../../../driver/istio/record';
import { both, decideOn, run, stepped } from '../../support/decisions';
import { observed, recordWith } from '../../support/observations';

const written = (over: object) => parseRecord(JSON.stringify({ ...recordWith({ step: 1 }), ...over }));

describe('a record', () => {
  it('of an older handover has no schema; unknown keys of any are left out', () => {
    expect(written({ extra: { deep: true } })).toEqual(recordWith({ step: 1 }));
    expect(isNewer(recordWith())).toBe(false);
    expect(isNewer(recordWith({ schema: recordSchema }))).toBe(false);
  });

  it('of a newer handover is read as far as it lasts, whatever became of the rest', () => {
    const newer = written({ schema: 9, mode: 'shadow', step: 'third', evidence: ['seance'] });
    expect(newer).toMatchObject({ schema: 9, stable: 'v1', canary: 'v2', marker: 'split@r1.1', mode: 'run' });
    expect(() => written({ mode: 'shadow' })).toThrow('expected what handover wrote');
    expect(() => written({ schema: 9, stable: 7 })).toThrow('expected what handover wrote');
  });
});

describe('a release that a newer handover began', () => {
  const newer = recordWith({ step: 1, schema: 9 });
  const now = { ...both, split: { v1: 90, v2: 10 }, record: newer };

  it.each(['promote', 'promote-full', undefined] as const)('is held for everything but an abort: %s', (verb) => {
    const request = verb && { id: 'q', verb };
    const seen = observed({ ...now, route: { request } });
    expect(decideOn(seen)).toEqual({ kind: 'hold', because: { code: 'newer-record', schema: 9, known: recordSchema } });
  });

  it('is held when the abort was asked of an earlier release', () => {
    const request = { id: 'q', verb: 'abort', release: 'r0' } as const;
    expect(decideOn(observed({ ...now, route: { request } }))).toMatchObject({ because: { code: 'newer-record' } });
  });

  it('is aborted by this one, and that abort is carried on', () => {
    const asked = observed({ ...now, route: { request: { id: 'q', verb: 'abort' } } });
    expect(decideOn(asked)).toMatchObject({ action: { split: { v1: 100 }, record: { mode: 'abort' } } });
    const aborting = observed({ ...now, record: { ...newer, mode: 'abort' } });
    const question = { release: stepped, order: run, seen: aborting, memory: nothingRemembered };
    expect(decide({ ...question, gateLimitMs: 1, releaseId: 'r2' })).toMatchObject({ action: { split: { v1: 100 } } });
  });
});
