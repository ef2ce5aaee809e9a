import fc from 'fast-check';
import { stringify } from 'yaml';
import { releaseManifests } from '../../charts';
import { parseRelease, releaseFile, shutdownSeconds, sumOf, type Parsed } from '../../model';
import { containerOf, environmentOf, ofKind, type Deployment } from '../support/objects';
import { anyText } from '../support/any-text';
import { releaseFiles } from '../support/arbitrary-release';

function parsed(result: Parsed) {
  if ('release' in result) return result.release;
  throw new Error(JSON.stringify(result.problems, null, 2));
}

test('every accepted release has a split of 100 without zeros and a budget that adds up', () => {
  fc.assert(
    fc.property(releaseFiles, (file) => {
      const { split, timings } = parsed(parseRelease(stringify(file)));
      expect(sumOf(split)).toBe(100);
      expect(Object.values(split)).not.toContain(0);
      expect(shutdownSeconds(timings)).toBeLessThan(timings.gracePeriodSeconds);
      expect(timings.shutdownDelaySeconds).toBeGreaterThanOrEqual(timings.endpointPropagationSeconds);
    }),
    { numRuns: 50 },
  );
});

test('S10 holds in the manifest of every accepted release, in the numbers that reach the cluster', () => {
  fc.assert(
    fc.property(releaseFiles, (file) => {
      const release = parsed(parseRelease(stringify({ ...file, preStop: 'sleep' })));
      for (const deployment of ofKind<Deployment>(releaseManifests(release), 'Deployment')) {
        const delaySeconds = Number(containerOf(deployment).lifecycle?.preStop?.sleep?.seconds);
        const stopSeconds = Number(environmentOf(deployment).HARD_STOP_MS) / 1000;
        expect(delaySeconds).toBeGreaterThanOrEqual(release.timings.endpointPropagationSeconds);
        expect(delaySeconds + stopSeconds).toBeLessThan(deployment.spec.template.spec.terminationGracePeriodSeconds);
      }
    }),
    { numRuns: 20 },
  );
});

test('text of any kind is either a release or a list of problems, each with a place', () => {
  const fields = fc.constantFrom(...Object.keys(releaseFile.shape), '__proto__', 'constructor', '<<');
  const anyFile = fc.dictionary(fields, fc.anything({ withNullPrototype: true, maxDepth: 3 }));
  const texts = fc.oneof(
    anyText,
    fc.string({ unit: fc.constantFrom(...'ab:-?[]{}&*!|>\'"%@#, \n\t'), maxLength: 40 }),
    anyFile.map((file) => JSON.stringify(file, (_, value: unknown) => (typeof value === 'bigint' ? '1' : value))),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const result = parseRelease(text);
      if ('release' in result) return;
      expect(result.problems.length).toBeGreaterThan(0);
      for (const { line, column } of result.problems) {
        expect(line).toBeGreaterThan(0);
        expect(column).toBeGreaterThan(0);
      }
    }),
    { numRuns: 200 },
  );
});
