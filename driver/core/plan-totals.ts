/** A plan in one line: what is created and removed, how often traffic moves, and how long it takes at least. */
import type { PlanLine, PlannedChange } from './planned';
import { spanText } from './span';

type Write = Extract<PlanLine, { kind: 'write' }>;

export function planTotals(lines: readonly PlanLine[]): string {
  const writes = lines.filter((line): line is Write => line.kind === 'write');
  const moves = writes.filter(({ traffic }) => traffic !== undefined).length;
  const parts = [
    ...objectsTo('create', writes),
    ...(moves > 0 ? [counted(moves, 'move of traffic', 'moves of traffic')] : []),
    ...objectsTo('remove', writes),
    counted(writes.length, 'write in all', 'writes in all'),
  ];
  return [parts.join(', '), ...timeOf(lines)].join('; ');
}

function objectsTo(change: PlannedChange, all: readonly Write[]): string[] {
  const writes = all.filter((write) => write.change === change);
  const count = writes.reduce((sum, { objects = [] }) => sum + objects.length, 0);
  const isKnown = writes.every(({ objects }) => objects !== undefined);
  if (writes.length === 0) return [];
  return [
    isKnown
      ? counted(count, `object to ${change}`, `objects to ${change}`)
      : `objects to ${change} whose number is not known here`,
  ];
}

/** Pods and proxies take what they take: of them nothing is promised. */
function timeOf(lines: readonly PlanLine[]): string[] {
  const seconds = lines.reduce((sum, line) => sum + ('seconds' in line ? (line.seconds ?? 0) : 0), 0);
  const people = lines.filter((line) => line.kind === 'wait' && line.until === 'promoted').length;
  const pauses =
    people === 0 ? '' : `, and ${people === 1 ? 'a pause that waits' : `${people} pauses that wait`} for you`;
  return seconds > 0 || people > 0 ? [`at least ${spanText(seconds * 1000)}${pauses}`] : [];
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
