/** `handover plan [VERSION]`: every write and wait in order, and why. Nothing is changed. */
import { exitCodes } from '../events';
import { foresee, type Foreseen, type PlanLine } from '../plan';
import { Refusal } from '../../../model';
import type { Io } from '../../io';
import { readRelease, type Options } from '../../options';
import type { Order } from '../stages';
import { connectTo, passPreflight } from './drive-release';

export async function planCommand(io: Io, options: Options, order: Order): Promise<number> {
  const release = readRelease(io, options);
  const cluster = await connectTo(io, options);
  await passPreflight(io, options, release, order, cluster);
  const foreseen = foresee(
    release,
    order,
    await cluster.observe(release, { evidence: options.evidence, inFlightOf: [] }),
  );
  if (foreseen.obstacle) {
    const fix = 'see what stands in the way with handover status';
    throw new Refusal('no-safe-plan', 'a plan that ends', foreseen.obstacle, fix);
  }
  io.out(options.json ? `${JSON.stringify(foreseen.lines)}\n` : render(foreseen));
  return changes(foreseen) ? exitCodes.changes : exitCodes.completed;
}

function changes({ lines }: Foreseen): boolean {
  return lines.some((line) => line.kind === 'write');
}

export function render(foreseen: Foreseen): string {
  if (!changes(foreseen)) return 'nothing to do: the cluster is as the file says\n';
  const width = String(foreseen.lines.length).length;
  return `${foreseen.lines.map((line, index) => `${String(index + 1).padStart(width)}. ${renderLine(line)}`).join('\n')}\n`;
}

function renderLine(line: PlanLine): string {
  switch (line.kind) {
    case 'write':
      return `${line.what} — ${line.because}`;
    case 'wait':
      return `  wait ${line.what}`;
    case 'measure':
      return `  ${line.what}`;
  }
}
