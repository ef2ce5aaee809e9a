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
      expect(budget.shutdownDelaySeconds + hardStopSeconds(budget)).toBe(shutdownSeconds(budget));
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

test('for the example that is 8 + 15 + 3 seconds of 30', () => {
  const budget = {
    shutdownDelaySeconds: 8,
    longestRequestSeconds: 15,
    exitMarginSeconds: 3,
    endpointPropagationSeconds: 5,
  };
  expect([shutdownSeconds(budget), defaultGracePeriodSeconds(budget), hardStopSeconds(budget)]).toEqual([26, 30, 18]);
});
