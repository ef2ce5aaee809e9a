/** A plan as it is printed: a table of its writes, what each waits for, and totals. Both kinds of release have this one. */
import { exitCodes, Refusal } from '../../model';
import { planTable } from './plan-table';
import type { Plan } from './planned';

export interface PlanPaper {
  readonly out: (text: string) => void;
  readonly columns: number;
}

/** Prints the plan, as a table or as JSON, and returns the exit code. Throws a Refusal when the plan has no end. */
export function printPlan({ out, columns }: PlanPaper, { lines, obstacle }: Plan, json: boolean): number {
  if (obstacle !== undefined) {
    const fix = 'see what stands in the way with handover status';
    throw new Refusal('no-safe-plan', 'a plan that ends', obstacle, fix);
  }
  out(json ? `${JSON.stringify(lines)}\n` : planTable(lines, columns));
  return lines.some(({ kind }) => kind === 'write') ? exitCodes.changes : exitCodes.completed;
}
