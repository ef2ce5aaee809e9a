/** What the README shows: an operator edits the weights, synthesizes, applies. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Split } from '../../model';
import type { Outcome } from '../load/outcome';
import { gatewaysSplit } from '../support/proxies';
import type { Scenario } from '../support/scenario';
import { expectSplit } from '../support/split-bound';
import { expectNothingLost } from '../support/verdict';
import { deploymentOf, longTasks, v1, v2 } from './two-versions';

/** 20 + 10 requests per second for this long: enough that a split off by 10 points leaves its bound. */
const holdSeconds = 20;
const splits: readonly Split[] = [{ v1: 90, v2: 10 }, { v1: 50, v2: 50 }, { v2: 100 }];

interface Window {
  readonly split: Split;
  readonly fromMs: number;
  readonly toMs: number;
}

export const editWeights: Scenario = {
  name: 'edit-weights',
  claim:
    'weights 90/10, 50/50, 0/100 by editing the file: every request is answered, and the split is the one in the file',
  limitSeconds: 300,
  async run(trial) {
    const releaseOf = (weights: Split) => trial.release({ versions: { v1, v2 }, weights });
    await trial.applyRelease(releaseOf({ v1: 90, v2: 10 }));
    await trial.kubectl.rolledOut(deploymentOf('v1'), deploymentOf('v2'));
    await gatewaysSplit(trial.host, { v1: 90, v2: 10 });
    const demo = await trial.startLoad({ load: 'demo, 20 qps', path: '/k8s/demo', ratePerSecond: 20, connections: 50 });
    const long = await trial.startLoad({ load: 'long tasks, 10 qps', ...longTasks });
    await long.untilEnded(1, 20);

    const windows: Window[] = [];
    for (const split of splits) {
      await trial.applyRelease(releaseOf(split));
      await gatewaysSplit(trial.host, split);
      const fromMs = Date.now();
      trial.note(`every gateway splits ${JSON.stringify(split)}`);
      await sleep(holdSeconds * 1000);
      windows.push({ split, fromMs, toMs: Date.now() });
    }

    expectNothingLost(...(await trial.finish(demo, long)));
    for (const { split, fromMs, toMs } of windows) {
      const sent = [...demo.outcomes(), ...long.outcomes()].filter(startedWithin(fromMs, toMs));
      const observed = countVersions(sent);
      trial.note(`at ${JSON.stringify(split)} answers came from ${JSON.stringify(observed)}`);
      expectSplit(split, observed);
      expectInFlight(long.outcomes(), toMs);
    }
  },
};

const startedWithin =
  (fromMs: number, toMs: number) =>
  ({ startedMs }: Outcome) =>
    startedMs !== null && startedMs >= fromMs && startedMs < toMs;

function countVersions(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { version } of outcomes) counts[version ?? 'none'] = (counts[version ?? 'none'] ?? 0) + 1;
  return counts;
}

function expectInFlight(outcomes: readonly Outcome[], atMs: number): void {
  const inFlight = outcomes.filter(
    ({ startedMs, endedMs }) => startedMs !== null && startedMs < atMs && endedMs > atMs,
  );
  if (inFlight.length < 90) throw new Error(`expected about 100 long tasks in flight, found ${inFlight.length}`);
}
