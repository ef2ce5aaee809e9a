/** A plan as it is printed: numbered writes, each with its reason, and indented waits. Both kinds of release have this one. */
import { exitCodes, Refusal } from '../../model';

export type PlanLine =
  | { readonly kind: 'write'; readonly what: string; readonly because: string }
  | { readonly kind: 'wait'; readonly what: string }
  | { readonly kind: 'measure'; readonly what: string };

export interface Plan {
  readonly lines: readonly PlanLine[];
  /** Why it cannot be carried out to its end; undefined when it can. */
  readonly obstacle: string | undefined;
}

/** Prints the plan, as lines or as JSON, and returns the exit code. Throws a Refusal when the plan has no end. */
export function printPlan(out: (text: string) => void, { lines, obstacle }: Plan, json: boolean): number {
  if (obstacle !== undefined) {
    const fix = 'see what stands in the way with handover status';
    throw new Refusal('no-safe-plan', 'a plan that ends', obstacle, fix);
  }
  out(json ? `${JSON.stringify(lines)}\n` : renderPlan(lines));
  return lines.some(({ kind }) => kind === 'write') ? exitCodes.changes : exitCodes.completed;
}

function renderPlan(lines: readonly PlanLine[]): string {
  if (lines.length === 0) return 'nothing to do: the cluster is as the file says\n';
  const width = String(lines.length).length;
  const texts = lines.map((line, index) => `${String(index + 1).padStart(width)}. ${renderLine(line)}`);
  return `${texts.join('\n')}\n`;
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
