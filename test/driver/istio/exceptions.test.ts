/** A proxy that a person has left out: on record, known to the guard, told in the outcome. */
import { decide, type Question } from '../../../driver/istio/decide';
import { describeDone } from '../../../driver/istio/words';
import { violationOf } from '../../../driver/istio/guard';
import { withoutLeftOut } from '../../../driver/istio/left-out';
import type { Proxy } from '../../../driver/istio/observation';
import { nothingRemembered } from '../../../driver/istio/memory';
import { both, run, stepped } from '../../support/decisions';
import { endedWith, observed, proxyWith, recordWith } from '../../support/observations';

const exception = {
  code: 'without-proxy',
  invariant: 'S9',
  proxy: 'old.edge',
  count: 1,
  by: 'alice',
  at: '2026-11-27T10:00:00Z',
} as const;
const silent: Proxy = { name: 'old.edge', kind: 'gateway', unreadable: 'connect ECONNREFUSED' };
const question = (changes: Partial<Question>): Question => ({
  release: stepped,
  order: run,
  seen: observed(),
  memory: nothingRemembered,
  gateLimitMs: 1,
  releaseId: 'r1',
  ...changes,
});
const others = { leftOut: [silent] };

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
      because: [{ code: 'left-out', proxies: ['old.edge'] }],
    });
  });

  const asking = (verb: 'grant' | 'promote', handled?: string) => {
    const request = { id: 'q', verb, release: 'r1', exceptions: [exception] };
    const record = recordWith({ step: 3, ...(handled && { handled }) });
    return decide(question({ seen: observed({ ...both, record, others, route: { request } }) }));
  };

  it('is on record by the request of another process, which is taken by the same write', () => {
    expect(asking('grant')).toMatchObject({
      action: { kind: 'write-record', record: { exceptions: [exception], handled: 'q' } },
      because: [{ code: 'left-out', proxies: ['old.edge'] }],
    });
    expect(asking('grant', 'q')).not.toMatchObject({ because: [{ code: 'left-out' }] });
  });

  it('is taken from whoever asks for it again, too: nothing is new, and he waits for an answer', () => {
    const request = { id: 'q', verb: 'grant' as const, release: 'r1', exceptions: [exception] };
    const record = recordWith({ step: 3, exceptions: [exception] });
    expect(decide(question({ seen: observed({ ...both, record, others, route: { request } }) }))).toMatchObject({
      action: { kind: 'write-record', record: { exceptions: [exception], handled: 'q' } },
      because: [{ code: 'left-out', proxies: ['old.edge'] }],
    });
  });

  it('is on record before the promotion that it came with, which is still to be carried out', () => {
    const decided = asking('promote');
    expect(decided).toMatchObject({ because: [{ code: 'left-out' }], action: { record: { exceptions: [exception] } } });
    expect(decided).not.toMatchObject({ action: { record: { handled: 'q' } } });
  });

  it('of a request for another release is not taken', () => {
    const request = { id: 'q', verb: 'grant' as const, release: 'r0', exceptions: [exception] };
    const seen = observed({ ...both, record: recordWith({ step: 1 }), others, route: { request } });
    expect(decide(question({ seen }))).not.toMatchObject({ because: [{ code: 'left-out' }] });
  });

  it('is told in the outcome, with the name of the person', () => {
    const memory = {
      ...nothingRemembered,
      record: recordWith({ exceptions: [exception] }),
      ended: endedWith({ v2: 100 }),
    };
    const done = decide(question({ seen: observed({ split: { v2: 100 }, others }), memory }));
    if (done.kind !== 'done') throw new Error(`expected an end, found ${JSON.stringify(done)}`);
    expect(describeDone(done.because)).toBe('every proxy but old.edge, which alice left out, routes by v2-100');
  });
});

describe('the guard', () => {
  const split = { v1: 90, v2: 10 };
  const write = (left: Proxy, exceptions: (typeof exception)[]) => {
    const record = recordWith({ step: 1, exceptions });
    const action = {
      kind: 'write-route',
      split,
      headerVersions: [],
      probes: [],
      marker: 'split@r1.2',
      record,
    } as const;
    const seen = observed({ ...both, record, others: { leftOut: [left] } });
    return violationOf(action, question({ seen }), exceptions);
  };

  it('refuses a write while a proxy is left out, and no person on record answers for it', () => {
    expect(write(silent, [])).toMatchObject({ invariant: 'S1', code: 'not-ready-at', proxy: 'old.edge' });
    expect(write(silent, [exception])).toBeUndefined();
  });

  it('counts a proxy that shows something of the route, whatever a person said', () => {
    const shows = { ...proxyWith({ subsets: [] }), name: 'old.edge' };
    expect(write(shows, [exception])).toMatchObject({ invariant: 'S1', proxy: 'old.edge' });
    expect(write({ ...shows, routes: [], namedVersions: [] }, [exception])).toBeUndefined();
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

describe('of the proxies that a person has judged', () => {
  const without = (...proxies: Proxy[]) => {
    const found = withoutLeftOut(observed({ proxies }), [exception]);
    return { counted: found.proxies.map(({ name }) => name), leftOut: found.leftOut?.map(({ name }) => name) };
  };

  it('one that cannot be asked, or has nothing of the route, is not waited for', () => {
    const empty: Proxy = { ...proxyWith(), name: 'old.edge', routes: [], namedVersions: [] };
    for (const judged of [silent, empty])
      expect(without(proxyWith(), judged)).toEqual({ counted: ['gateway-a'], leftOut: ['old.edge'] });
  });

  it('one that shows something of the route counts again, and others always do', () => {
    const shows: Proxy = { ...proxyWith(), name: 'old.edge' };
    const other: Proxy = { ...silent, name: 'new.edge' };
    expect(without(shows, other)).toEqual({ counted: ['old.edge', 'new.edge'], leftOut: [] });
  });
});
