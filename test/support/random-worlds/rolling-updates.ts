/**
 * Rolling updates in any world: whoever kills the driver, writes besides it, scales, pauses, or sets a clock. No request is
 * lost by what the driver does, nobody's change is overwritten, what it says at its end is so, and every command ends.
 */
import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { carriedOut, runs, type Result, type Run } from '../rolling/random-run';
import type { RandomWorlds } from './random-worlds';

export function rollingUpdates(): RandomWorlds {
  const endings: Record<string, number> = {};
  let last: { readonly run: Run; readonly result: Result } | undefined;

  const property = fc.asyncProperty(runs, async (run) => {
    const result = await carriedOut(run);
    last = { run, result };
    for (const ending of result.endings) endings[ending] = (endings[ending] ?? 0) + 1;
    deepStrictEqual(result.faults, []);
  });

  return { property, endings, lastWorld: () => (last ? toldOf(last) : []) };
}

function toldOf({ run, result }: { readonly run: Run; readonly result: Result }): string[] {
  return [...result.endings.map((ending) => `ended: ${ending}`), ...result.faults, `scenario ${JSON.stringify(run)}`];
}
