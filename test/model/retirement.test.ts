import fc from 'fast-check';
import { retirementSeconds, shutdownSeconds, type ReleaseFileInput } from '../../model';
import { releaseOf } from '../support/release';

const rollingUpdate = (timings: ReleaseFileInput['timings']) => releaseOf({ profile: 'rolling-update', timings });

test('a computed grace period leaves clients of a plain Service the whole keep-alive timeout', () => {
  const release = rollingUpdate({ keepAlive: '72s' });
  expect([retirementSeconds(release), release.timings.gracePeriodSeconds]).toEqual([72, 100]);
});

test('in a mesh connections retire by the proxies, and cost no time', () => {
  const release = releaseOf({ timings: { gracePeriod: '600s' } });
  expect(retirementSeconds(release)).toBe(0);
  expect(releaseOf({}).timings.gracePeriodSeconds).toBe(30);
});

/** The budget of the defaults is 8 + 15 + 3 = 26 seconds, and one second is left for the end of the process. */
test.each([
  [27, 0],
  [28, 1],
  [60, 33],
  [99, 72],
  [600, 72],
])('of a grace period of %d s, clients get the %d s that requests under way do not need', (seconds, left) => {
  expect(retirementSeconds(rollingUpdate({ gracePeriod: `${seconds}s`, keepAlive: '72s' }))).toBe(left);
});

test('a grace period that was given is long enough for the budget and the retirement', () => {
  const seconds = (min: number) => fc.integer({ min, max: 1000 });
  const given = fc.tuple(seconds(5), seconds(1), seconds(1), seconds(31));
  fc.assert(
    fc.property(given, seconds(1), ([delay, longest, margin, keepAlive], spare) => {
      const release = rollingUpdate({
        shutdownDelay: `${delay}s`,
        longestRequest: `${longest}s`,
        exitMargin: `${margin}s`,
        keepAlive: `${keepAlive}s`,
        gracePeriod: `${delay + longest + margin + spare}s`,
      });
      const retirement = retirementSeconds(release);
      expect(retirement).toBeGreaterThanOrEqual(0);
      expect(retirement).toBeLessThanOrEqual(keepAlive);
      expect(shutdownSeconds(release.timings) + retirement).toBeLessThan(release.timings.gracePeriodSeconds);
    }),
  );
});
