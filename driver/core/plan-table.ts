/** A plan for people: a row for each write or measurement, with what is waited for before it, and below the table the totals. */
import { differenceText } from './plan-differences';
import { planTotals } from './plan-totals';
import type { PlanDifference, PlanLine, PlannedChange } from './planned';
import { plainTable } from './table';
import { wrappedText } from './wrapped';

type Operation = Extract<PlanLine, { kind: 'write' | 'measure' }>;

interface Row {
  /** Undefined: what is waited for at the end. */
  readonly operation: Operation | undefined;
  readonly waits: readonly string[];
}

const marks: Readonly<Record<PlannedChange, string>> = { create: '+', change: '~', remove: '-' };

export function planTable(lines: readonly PlanLine[], columns: number): string {
  const found = lines.filter((line): line is PlanDifference => line.kind === 'difference');
  const rows = rowsOf(lines);
  const parts = [
    ...(rows.length === 0 ? ['nothing to do: the cluster is as the file says'] : [drawn(rows, columns)]),
    ...(lines.some(({ kind }) => kind === 'write') ? wrappedText(planTotals(lines), columns - 1) : []),
    ...found.map(differenceText),
  ];
  return `${parts.join('\n')}\n`;
}

function rowsOf(lines: readonly PlanLine[]): Row[] {
  const rows: Row[] = [];
  let waits: string[] = [];
  for (const line of lines) {
    if (line.kind === 'difference') continue;
    if (line.kind === 'wait') waits.push(line.what);
    else {
      rows.push({ operation: line, waits });
      waits = [];
    }
  }
  return waits.length > 0 ? [...rows, { operation: undefined, waits }] : rows;
}

/** Beside the texts of a row: five borders, and a space on each side of each cell. */
const frame = 13;
const narrowest = 80;
const widest = 140;
const widestTraffic = 18;
const narrowestWhy = 22;

function drawn(rows: readonly Row[], columns: number): string {
  const numbers = String(rows.length).length;
  const traffic = Math.max(7, ...rows.flatMap(({ operation }) => trafficOf(operation).map(({ length }) => length)));
  const left = Math.min(widest, Math.max(narrowest, columns)) - 1 - frame - numbers - traffic;
  const names = Math.max(0, ...rows.flatMap(({ operation }) => objectsOf(operation).map(({ length }) => length)));
  const width = Math.max(narrowestWhy, left - Math.max(names, Math.floor(left / 2)));
  const table = plainTable(['#'.padStart(numbers), 'operation', 'waits, and why', 'traffic'], { isCompact: true });
  rows.forEach((row, index) => {
    const number = row.operation ? String(index + 1).padStart(numbers) : '';
    const cells = [[number], operationOf(row.operation, left - width), whyOf(row, width), trafficOf(row.operation)];
    // Line by line: the time that the table takes for a cell of many lines grows with their square.
    const height = Math.max(...cells.map(({ length }) => length));
    for (let line = 0; line < height; line++) table.push(cells.map((texts) => texts[line] ?? ''));
  });
  return table.toString();
}

function operationOf(operation: Operation | undefined, width: number): string[] {
  if (!operation) return ['the end'];
  return [...fitted(operation.what, width), ...objectsOf(operation).flatMap((object) => cutAt(object, width))];
}

function objectsOf(operation: Operation | undefined): string[] {
  if (operation?.kind !== 'write') return [];
  return (operation.objects ?? []).map((object) => `${marks[operation.change]} ${object}`);
}

/** A reason says what was waited for, where something was: once is enough. */
function whyOf({ operation, waits }: Row, width: number): string[] {
  const because = operation?.kind === 'write' ? [operation.because] : [];
  const texts = waits.length > 0 ? waits.map((wait) => `waits ${wait}`) : because;
  return texts.flatMap((text) => fitted(text, width));
}

function trafficOf(operation: Operation | undefined): string[] {
  if (operation?.kind !== 'write') return [''];
  return operation.traffic?.split(', ').flatMap((text) => fitted(text, widestTraffic)) ?? ['stays'];
}

function fitted(text: string, width: number): string[] {
  return wrappedText(text, width).flatMap((line) => cutAt(line, width));
}

/** Names are shown in full: somebody may want to look for one. */
function cutAt(text: string, width: number): string[] {
  return text.length <= width ? [text] : [text.slice(0, width), ...cutAt(`  ${text.slice(width)}`, width)];
}
