/** `handover plan [VERSION]`: every write and wait in order, and why. Nothing is changed. */
import { exitCodes, Refusal } from '../../../model';
import type { Io } from '../../io';
import { readRelease, type Options } from '../../options';
import { planOf } from '../plan';
import type { Order } from '../stages';
import { describeHold } from '../words';
import { describePlanStep } from '../words/plan';
import { connectTo, passPreflight } from './drive-release';

export async function planCommand(io: Io, options: Options, order: Order): Promise<number> {
  const release = readRelease(io, options);
  const cluster = await connectTo(io, options);
  await passPreflight(io, options, release, order, cluster);
  const seen = await cluster.observe(release, { evidence: options.evidence, inFlightOf: [] });
  const { steps, obstacle } = planOf(release, order, seen);
  if (obstacle) {
    const fix = 'see what stands in the way with handover status';
    throw new Refusal('no-safe-plan', 'a plan that ends', describeHold(obstacle), fix);
  }
  const lines = steps.map((step) => ({ kind: step.kind, ...describePlanStep(step, release.timings) }));
  const changes = lines.some(({ kind }) => kind === 'write');
  if (options.json) io.out(`${JSON.stringify(lines)}\n`);
  else io.out(changes ? render(lines) : 'nothing to do: the cluster is as the file says\n');
  return changes ? exitCodes.changes : exitCodes.completed;
}

interface Line {
  readonly kind: string;
  readonly what: string;
  readonly because?: string;
}

function render(lines: readonly Line[]): string {
  const width = String(lines.length).length;
  const texts = lines.map(({ kind, what, because }, index) => {
    const text = kind === 'write' ? `${what} — ${because}` : kind === 'wait' ? `  wait ${what}` : `  ${what}`;
    return `${String(index + 1).padStart(width)}. ${text}`;
  });
  return `${texts.join('\n')}\n`;
}
