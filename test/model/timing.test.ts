import fc from 'fast-check';
import { defaultGracePeriodSeconds, hardStopSeconds, minimumDrainSeconds, shutdownSeconds } from '../../model';

const seconds = (min = 0) => fc.integer({ min, max: 43_200 });
const budgets = fc.record({
  shutdownDelaySeconds: seconds(),
  longestRequestSeconds: seconds(),
  exitMarginSeconds: seconds(1),
  endpointPropagationSeconds: seconds(),
});

test('the computed grace period is longer than the budget, by at most ten seconds', () => {
  fc.assert(
    fc.property(budgets, (budget) => {
      const spare = defaultGracePeriodSeconds(budget) - shutdownSeconds(budget);
      expect(spare).toBeGreaterThan(0);
      expect(spare).toBeLessThanOrEqual(10);
    }),
  );
});

test('the process has stopped by itself before the kubelet would kill it, and after its longest request', () => {
  fc.assert(
    fc.property(budgets, (budget) => {
      const endsAfter = budget.shutdownDelaySeconds + hardStopSeconds(budget);
      expect(endsAfter).toBeLessThan(defaultGracePeriodSeconds(budget));
      expect(hardStopSeconds(budget)).toBeGreaterThan(budget.longestRequestSeconds);
    }),
  );
});

test('the minimum drain costs no budget', () => {
  fc.assert(
    fc.property(budgets, (budget) => {
      expect(minimumDrainSeconds(budget)).toBeLessThanOrEqual(budget.longestRequestSeconds);
      expect(minimumDrainSeconds(budget)).toBeLessThan(hardStopSeconds(budget));
    }),
  );
});

test.each([
  ['the example', [8, 15, 3], { budget: 26, gracePeriod: 30, hardStop: 18, minimumDrain: 2 }],
  [
    'a budget of whole tens, which needs ten more',
    [8, 10, 2],
    { budget: 20, gracePeriod: 30, hardStop: 12, minimumDrain: 2 },
  ],
  ['requests of a second', [5, 1, 1], { budget: 7, gracePeriod: 10, hardStop: 2, minimumDrain: 1 }],
  ['long requests', [20, 600, 3], { budget: 623, gracePeriod: 630, hardStop: 603, minimumDrain: 2 }],
])('of %s: %j seconds of delay, request and margin make %j', (_, [delay = 0, longest = 0, margin = 0], seconds) => {
  const budget = {
    shutdownDelaySeconds: delay,
    longestRequestSeconds: longest,
    exitMarginSeconds: margin,
    endpointPropagationSeconds: 5,
  };
  expect({
    budget: shutdownSeconds(budget),
    gracePeriod: defaultGracePeriodSeconds(budget),
    hardStop: hardStopSeconds(budget),
    minimumDrain: minimumDrainSeconds(budget),
  }).toEqual(seconds);
});
