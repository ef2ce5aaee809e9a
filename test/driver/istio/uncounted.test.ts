/** S3 needs a count from each pod: whoever gives none is told before the first write, and not after the drain's limit. */
import { uncounted } from '../../../driver/istio/uncounted';
import { exitCodes } from '../../../model';
import { observed, recordWith } from '../../support/observations';
import { releaseText, bothVersions } from '../../support/release';
import { simulatedIo } from '../../support/simulated-io';

const gauge = { port: 8080, path: '/metrics', gauge: 'in_hand' };
const silent = { inFlight: { v1: 'unknown' as const } };

test('a pod of the stable version that does not count is refused, with the metric that is missing', () => {
  const problem = uncounted(gauge, observed(silent));
  expect(problem?.code).toBe('in-flight-unknown');
  expect(problem?.expected).toBe('the number in_hand at /metrics on port 8080 of each pod of v1');
});

test.each([
  ['it counts', gauge, observed({ inFlight: { v1: 3 } })],
  [
    'a version without traffic does not, whose pods may never come up',
    gauge,
    observed({ inFlight: { v2: 'unknown' } }),
  ],
  ['nobody asks the pods', 'proxies' as const, observed(silent)],
  ['the release is under way: the drain waits for it', gauge, observed({ ...silent, record: recordWith() })],
])('nothing is refused when %s', (_, source, seen) => {
  expect(uncounted(source, seen)).toBeUndefined();
});

test('run asks for it before its first write', async () => {
  const io = simulatedIo({
    file: releaseText({ versions: bothVersions, weights: { v1: 100 } }),
    installed: releaseText(),
    scenario: { accidents: [{ kind: 'pods-unreachable', version: 'v1', forMs: 1e9, when: { afterWrites: 0, ms: 0 } }] },
  });
  expect(await io.run(['run', 'v2'])).toBe(exitCodes.refused);
  expect(io.printed.err).toContain('check failed: requests in flight can be counted');
  expect(io.world.result().timeline.filter(({ text }) => text.includes('written'))).toEqual([]);
});
