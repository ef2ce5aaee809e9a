/** A subset of the new version's name in another DestinationRule: told before the first write, with its cause. */
import { foreignSubset } from '../../../driver/istio/foreign-subset';
import { describeObstacles } from '../../../driver/istio/words/obstacles';
import type { Observation } from '../../../driver/istio/observation';
import { adopted } from '../../support/adopted';
import { decideOn, run } from '../../support/decisions';
import { observed, proxyWith, recordWith, releaseWith } from '../../support/observations';

const release = releaseWith();
const poisoned = (from: readonly string[] | 'unknown', record?: ReturnType<typeof recordWith>): Observation => ({
  ...observed({ record, pods: { v1: 2, v2: 2 }, proxies: [proxyWith({ subsets: ['v1', 'v2'] })] }),
  subsetsElsewhere: { v2: from },
});

test('is refused by the name of that rule, and of the proxies that have it', () => {
  expect(foreignSubset(release, run, poisoned(['shop/colleague']))).toMatchObject({
    code: 'foreign-subset',
    found: 'one in the DestinationRule shop/colleague, which gateway-a has already',
  });
});

test('is refused without its name by an account that may not list DestinationRules', () => {
  expect(foreignSubset(release, run, poisoned('unknown'))?.found).toContain('kubectl get destinationrules -A');
});

test.each([
  ['an earlier one, which no rule has any more, is on its way out', poisoned([]), run],
  ['the release is under way: it waits, and says what for', poisoned(['shop/colleague'], recordWith()), run],
  ['it is of another version', poisoned(['shop/colleague']), { kind: 'run', canary: 'v3' } as const],
])('nothing is refused when %s', (_, seen, order) => {
  expect(foreignSubset(release, order, seen)).toBeUndefined();
});

test('is refused of an adopted version, too, before its routes get its subset', () => {
  const seen = observed({ subsets: [], marker: '', route: { whole: {} } });
  const taken = { ...seen, subsetsElsewhere: { v1: ['shop/colleague'] } };
  expect(foreignSubset(adopted(release), run, taken)).toMatchObject({ code: 'foreign-subset' });
  expect(foreignSubset(release, run, taken)).toBeUndefined();
});

test('in mid-release the wait has the cause and the mend', () => {
  const decision = decideOn(poisoned(['shop/colleague'], recordWith({ marker: 'split' })));
  const obstacles = [{ proxy: 'gateway-a', code: 'old-cluster', version: 'v2', by: ['shop/colleague'] }] as const;
  expect(decision).toMatchObject({ wait: { for: 'propagation', obstacles } });
  expect(describeObstacles(obstacles)).toBe(
    'gateway-a has the cluster of the subset v2 of the DestinationRule shop/colleague; take that subset out',
  );
});
