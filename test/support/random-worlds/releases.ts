/**
 * The safety argument as a property: whatever the delays, whoever dies, wherever the driver is killed, whatever anybody
 * else does: no request is lost by an order of writes, and S1–S4 held at every write by what the driver had seen.
 */
import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import type { World } from '../../../driver/istio/simulation';
import { changedOfOwner } from '../owner-objects';
import {
  atFault,
  installed,
  releaseIn,
  removedOfOthers,
  rollAfterwards,
  runs,
  streamsCutOff,
  type Run,
} from '../release-runs';
import type { RandomWorlds } from './random-worlds';

export function releases(): RandomWorlds {
  const endings: Record<string, number> = {};
  const count = (ending: string, number = 1) => (endings[ending] = (endings[ending] ?? 0) + number);
  let last: { readonly run: Run; readonly world: World } | undefined;

  const property = fc.asyncProperty(runs, async (run) => {
    const world = installed(run);
    last = { run, world };
    const ended = await releaseIn(world, run);
    const outcome = ended?.ending.outcome ?? 'none';
    count(outcome);
    if (world.simulation.timeline.some(({ text }) => text === 'Git prunes v1')) count('pruned');
    deepStrictEqual(ended?.wrong ?? [], []);
    // Damage may show only when the slowest proxy has the last write.
    await world.runOn(60_000);
    await rollAfterwards(world);
    count('streams cut off', streamsCutOff(world.result()).length);
    deepStrictEqual(removedOfOthers(world, run), []);
    deepStrictEqual(changedOfOwner(world, run, outcome), []);
    deepStrictEqual(atFault(world.result(), run), { lost: [], strayed: [], violations: [] });
  });

  return { property, endings, lastWorld: () => (last ? toldOf(last.world, last.run) : []) };
}

function toldOf({ simulation: { timeline } }: World, run: Run): string[] {
  return [...timeline.map(({ atMs, text }) => `${atMs} ms ${text}`), `scenario ${JSON.stringify(run)}`];
}
