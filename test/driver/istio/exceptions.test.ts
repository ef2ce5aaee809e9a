/** A proxy that a person has left out: on record, known to the guard, told in the outcome. */
import { decide, type Question } from '../../../driver/istio/decide';
import { describeDone } from '../../../driver/istio/words';
import { violationOf } from '../../../driver/istio/guard';
import { nothingRemembered } from '../../../driver/istio/memory';
import { both, run, stepped } from '../../support/decisions';
import { endedWith, observed, recordWith } from '../../support/observations';

const exception = { code: 'without-proxy', proxy: 'old.edge', by: 'alice' } as const;
const question = (changes: Partial<Question>): Question => ({
  release: stepped,
  order: run,
  seen: observed(),
  memory: nothingRemembered,
  gateLimitMs: 1,
  releaseId: 'r1',
  ...changes,
});
const leftOut = ['old.edge'];
const others = { leftOut };

describe('a proxy that a person has left out', () => {
  it('is on record from the first write of a release on', () => {
    expect(decide(question({ exceptions: [exception] }))).toMatchObject({
      action: { kind: 'write-route', record: { exceptions: [exception] } },
    });
  });

  it('is on record before anything rests on it, when a release is under way', () => {
    const seen = observed({ ...both, record: recordWith({ step: 1 }), others });
    expect(decide(question({ seen, exceptions: [exception] }))).toMatchObject({
      action: { kind: 'write-record', record: { exceptions: [exception] } },
      because: [{ code: 'left-out', proxies: leftOut }],
    });
  });

  it('is told in the outcome, with the name of the person', () => {
    const memory = { ...nothingRemembered, ended: endedWith({ v2: 100 }, { exceptions: [exception] }) };
    const done = decide(question({ seen: observed({ split: { v2: 100 }, others }), memory }));
    if (done.kind !== 'done') throw new Error(`expected an end, found ${JSON.stringify(done)}`);
    expect(describeDone(done.because)).toBe('every proxy but old.edge, which alice left out, routes by v2-100');
  });
});

describe('the guard', () => {
  const split = { v1: 90, v2: 10 };
  const write = (exceptions: (typeof exception)[]) => {
    const record = recordWith({ step: 1, exceptions });
    const action = {
      kind: 'write-route',
      split,
      headerVersions: [],
      probes: [],
      marker: 'split@r1.2',
      record,
    } as const;
    return violationOf(action, question({ seen: observed({ ...both, record, others }) }));
  };

  it('refuses a write while a proxy was not asked, and no person on record answers for it', () => {
    expect(write([])).toMatchObject({ invariant: 'S1', code: 'not-asked', proxy: 'old.edge' });
  });

  it('lets it pass when one does', () => {
    expect(write([exception])).toBeUndefined();
  });

  it('asks the same of the removal of a subset', () => {
    const record = recordWith({ step: 1 });
    const action = { kind: 'write-subsets', versions: ['v2'] } as const;
    const seen = observed({ ...both, split: { v2: 100 }, record, others });
    expect(violationOf(action, question({ seen }))).toMatchObject({ invariant: 'S2', code: 'not-asked' });
  });

  it('refuses to remove a subset that another VirtualService names', () => {
    const seen = observed({
      ...both,
      split: { v2: 100 },
      record: recordWith(),
      others: { namedElsewhere: { v1: ['team/batch'] } },
    });
    expect(violationOf({ kind: 'write-subsets', versions: ['v2'] }, question({ seen }))).toMatchObject({
      invariant: 'S2',
      code: 'named-elsewhere',
      by: ['team/batch'],
    });
  });
});
