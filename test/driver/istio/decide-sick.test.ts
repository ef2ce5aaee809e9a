/** What a version without pods, and an old status, decide. */
import { both, decideOn } from '../../support/decisions';
import { observed, proxyWith, recordWith } from '../../support/observations';

describe('S8: a sick version loses its traffic to a healthy one', () => {
  const split = { v1: 50, v2: 50 };
  const marker = 'split@r1.3';

  it('aborts when the new version has no pod left', () => {
    const seen = observed({
      ...both,
      split,
      record: recordWith({ step: 3, marker }),
      pods: { v1: 2, v2: { available: 0 } },
    });
    expect(decideOn(seen)).toMatchObject({
      action: { record: { mode: 'abort', cause: { code: 'no-available-pod', version: 'v2' } } },
    });
  });

  it.each(['run', 'abort'] as const)('moves all traffic to the new version when the stable one dies (%s)', (mode) => {
    const record = recordWith({ mode, step: 3, marker });
    const seen = observed({ ...both, split, record, pods: { v1: { available: 0 }, v2: 2 } });
    expect(decideOn(seen)).toMatchObject({ action: { kind: 'write-route', split: { v2: 100 } } });
  });

  it('never to a version without a pod, though that gets no traffic and so looks well', () => {
    const pods = { v1: { available: 0 }, v2: { available: 0 }, v3: 2 };
    const record = recordWith({ mode: 'abort', step: 3, marker });
    const proxy = proxyWith({ split: { v1: 50, v3: 50 }, marker, subsets: ['v1', 'v2', 'v3'] });
    const seen = observed({ subsets: ['v1', 'v2', 'v3'], split: { v1: 50, v3: 50 }, record, pods, proxies: [proxy] });
    expect(decideOn(seen)).toMatchObject({ action: { kind: 'write-route', split: { v3: 100 } } });
  });

  it('leaves the traffic where it is when no version is healthy, and says so', () => {
    const pods = { v1: { available: 0 }, v2: { available: 0 } };
    const seen = observed({ ...both, split, record: recordWith({ step: 3, marker }), pods });
    expect(decideOn(seen)).toMatchObject({ kind: 'wait', wait: { for: 'health' } });
  });
});

describe('S9: a stale observation only waits', () => {
  it('does not take an old status for ready pods', () => {
    const pods = { v1: 2, v2: { available: 2, isCurrent: false } };
    const seen = observed({ record: recordWith(), subsets: ['v1'], pods });
    expect(decideOn(seen)).toMatchObject({ kind: 'wait', wait: { for: 'pods' } });
  });

  it('does not take an old status for a dead version', () => {
    const pods = { v1: 2, v2: { available: 0, isCurrent: false } };
    const record = recordWith({ step: 4, marker: 'split@r1.3' });
    const seen = observed({ ...both, split: { v1: 50, v2: 50 }, record, pods });
    expect(decideOn(seen)).toMatchObject({ kind: 'wait', wait: { for: 'pause' } });
  });
});
