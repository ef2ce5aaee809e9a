import fc from 'fast-check';
import { judgeRequests, type Counted, type Tally } from '../../../../driver/istio/analysis/judge-requests';
import type { Answer } from '../../../../driver/istio/analysis/send-request';

const limits = { canary: 'v2', maxFailures: 0 };
const by = (version: string | undefined, status = 200): Answer => ({ kind: 'answered', status, version });
const cut: Answer = { kind: 'reset', hadConnected: true };

function tally(answers: [number, Answer][], given: Partial<Tally> = {}): Tally {
  const wanted = answers.reduce((sum, [count]) => sum + count, 0);
  return {
    answers: answers.map(([count, answer]) => ({ count, answer })),
    wanted,
    heldRate: true,
    isInterrupted: false,
    ...given,
  };
}

test('answers of 2xx, some of them by the canary, are a success', () => {
  expect(
    judgeRequests(
      tally([
        [90, by('v1')],
        [10, by('v2')],
      ]),
      limits,
    ),
  ).toEqual({
    verdict: 'successful',
    reason: '100 requests: 90 × 200 by v1, 10 × 200 by v2',
    numbers: { wanted: 100, sent: 100, failed: 0, unclear: 0, byCanary: 10 },
  });
});

test.each<[string, Answer]>([
  ['status 500 by the canary', by('v2', 500)],
  ["a proxy's 503", by(undefined, 503)],
  ['a connection that breaks off', cut],
  ['no answer in time', { kind: 'timeout', hadConnected: true }],
  ['a connection that is refused', { kind: 'refused', hadConnected: false }],
])('%s is a failure beyond maxFailures, and none within', (_, answer) => {
  const taken = tally([
    [2, answer],
    [8, by('v2')],
  ]);
  expect(judgeRequests(taken, { ...limits, maxFailures: 1 }).verdict).toBe('failed');
  expect(judgeRequests(taken, { ...limits, maxFailures: 2 }).verdict).toBe('successful');
});

test("the reason tells the canary's own failures from those that no version answered for", () => {
  const { reason } = judgeRequests(
    tally([
      [3, by('v2', 500)],
      [2, by(undefined, 503)],
      [5, by('v1')],
    ]),
    limits,
  );
  expect(reason).toMatch(/^5 failed \(allowed: 0\), 3 by v2 and 2 that no version answered for; 10 requests: /);
});

test('S8: failures of another version hold instead of sending traffic back to it', () => {
  const verdict = judgeRequests(
    tally([
      [3, by('v1', 500)],
      [7, by('v2')],
    ]),
    limits,
  );
  expect(verdict).toMatchObject({ verdict: 'inconclusive', numbers: { failed: 0, unclear: 3 } });
});

test.each<[string, Tally]>([
  ['nothing could connect', tally([[10, { kind: 'refused', hadConnected: false }]])],
  ['the analysis was interrupted', tally([[10, by('v2')]], { isInterrupted: true })],
  ['the driver could not send at the wanted rate', tally([[10, by('v2')]], { heldRate: false })],
  ['2 of 12 requests were not sent', tally([[10, by('v2')]], { wanted: 12 })],
  [
    '1 answers say nothing about v2',
    tally([
      [9, by('v2')],
      [1, by(undefined, 404)],
    ]),
  ],
  [
    '1 answers say nothing about v2',
    tally([
      [9, by('v2')],
      [1, by(undefined, 301)],
    ]),
  ],
  [
    '1 answers say nothing about v2',
    tally([
      [9, by('v2')],
      [1, { kind: 'not sent', cause: 'EMFILE' }],
    ]),
  ],
  ['no answer came from v2', tally([[10, by('v1')]])],
  ['10 of 10 requests were not sent', tally([], { wanted: 10 })],
])('inconclusive when %s', (reason, taken) => {
  const verdict = judgeRequests(taken, limits);
  expect(verdict.verdict).toBe('inconclusive');
  expect(verdict.reason).toContain(reason);
});

test('a service whose answers do not name a version is judged as a whole', () => {
  expect(judgeRequests(tally([[10, by(undefined)]]), limits).verdict).toBe('successful');
});

test('a driver that fell behind does not blame timeouts on the service, but believes a status', () => {
  const behind = { heldRate: false };
  const late: Answer = { kind: 'timeout', hadConnected: true };
  expect(
    judgeRequests(
      tally(
        [
          [5, late],
          [5, by('v2')],
        ],
        behind,
      ),
      limits,
    ).verdict,
  ).toBe('inconclusive');
  expect(
    judgeRequests(
      tally(
        [
          [5, by('v2', 500)],
          [5, by('v2')],
        ],
        behind,
      ),
      limits,
    ).verdict,
  ).toBe('failed');
});

const answer: fc.Arbitrary<Answer> = fc.oneof(
  fc.record({
    kind: fc.constant('answered' as const),
    status: fc.constantFrom(200, 204, 301, 404, 500, 503),
    version: fc.constantFrom('v1', 'v2', undefined),
  }),
  fc.record({
    kind: fc.constantFrom('reset' as const, 'timeout' as const, 'refused' as const),
    hadConnected: fc.boolean(),
  }),
  fc.constant<Answer>({ kind: 'not sent', cause: 'EMFILE' }),
);
const tallies = fc.record({
  answers: fc.array(fc.record<Counted>({ answer, count: fc.integer({ min: 1, max: 5 }) }), { maxLength: 8 }),
  wanted: fc.integer({ min: 1, max: 30 }),
  heldRate: fc.boolean(),
  isInterrupted: fc.boolean(),
});

test('a success means that every wanted request but maxFailures was served, at the wanted rate, to the end', () => {
  fc.assert(
    fc.property(tallies, fc.nat(5), (taken, maxFailures) => {
      if (judgeRequests(taken, { canary: 'v2', maxFailures }).verdict !== 'successful') return;
      const served = taken.answers.filter((one) => one.answer.kind === 'answered' && one.answer.status < 300);
      const count = served.reduce((sum, one) => sum + one.count, 0);
      expect(count).toBeGreaterThanOrEqual(taken.wanted - maxFailures);
      expect([taken.heldRate, taken.isInterrupted]).toEqual([true, false]);
    }),
  );
});

test('a failed verdict stays failed, whatever else is answered', () => {
  fc.assert(
    fc.property(tallies, answer, fc.nat(5), (taken, more, maxFailures) => {
      const given = { canary: 'v2', maxFailures };
      if (judgeRequests(taken, given).verdict !== 'failed') return;
      const after = { ...taken, answers: [...taken.answers, { answer: more, count: 1 }] };
      expect(judgeRequests(after, given).verdict).toBe('failed');
    }),
  );
});
