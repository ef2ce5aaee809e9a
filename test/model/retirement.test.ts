import fc from 'fast-check';
import { retirementSeconds, shutdownSeconds, type ReleaseFileInput } from '../../model';
import { releaseOf } from '../support/release';

const rollingUpdate = (timings: ReleaseFileInput['timings']) => releaseOf({ profile: 'rolling-update', timings });

test('a computed grace period leaves clients of a plain Service the whole keep-alive timeout', () => {
  const release = rollingUpdate({ keepAliveSeconds: 72 });
  expect([retirementSeconds(release), release.timings.gracePeriodSeconds]).toEqual([72, 100]);
});

test('in a mesh connections retire by the proxies, and cost no time', () => {
  const release = releaseOf({ timings: { gracePeriodSeconds: 600 } });
  expect(retirementSeconds(release)).toBe(0);
  expect(releaseOf({}).timings.gracePeriodSeconds).toBe(30);
});

test('a grace period that was given leaves what the requests under way do not need, and no more', () => {
  const seconds = (min = 0) => fc.integer({ min, max: 1000 });
  const given = fc.record({
    shutdownDelaySeconds: seconds(5),
    longestRequestSeconds: seconds(),
    exitMarginSeconds: seconds(1),
    keepAliveSeconds: seconds(31),
  });
  fc.assert(
    fc.property(given, seconds(1), (timings, spare) => {
      const gracePeriodSeconds =
        timings.shutdownDelaySeconds + timings.longestRequestSeconds + timings.exitMarginSeconds + spare;
      const release = rollingUpdate({ ...timings, gracePeriodSeconds });
      const retirement = retirementSeconds(release);
      expect(retirement).toBe(Math.min(timings.keepAliveSeconds, spare - 1));
      expect(shutdownSeconds(release.timings) + retirement).toBeLessThan(gracePeriodSeconds);
    }),
  );
});
