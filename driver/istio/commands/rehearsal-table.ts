/** What a rehearsal prints at its end: a table of what each order of writes lost in each world, and its legend. */
import { spanText } from '../../core/span';
import { plainTable } from '../../core/table';
import { wrappedText } from '../../core/wrapped';
import { consequencesMs, naiveOrders } from '../simulation/naive-orders';
import { worlds, type Rehearsal, type Rehearsed } from '../simulation/rehearsal';

const head = ['in simulation', 'requests', 'lost', 'by cause', 'seconds', 'pauses'];

/** In 80 columns texts are wrapped; in more, nothing is. */
const narrow = [23, 10, 6, 16, 9, 9];
const widestTable = 118;

export function rehearsalTable(rehearsal: Rehearsal, rows: readonly Rehearsed[], columns: number): string {
  const table = plainTable(head, columns < widestTable ? { colWidths: narrow } : {});
  for (const { name } of worlds) {
    const inWorld = rows.filter(({ world }) => world === name);
    const seconds = inWorld[0]?.windowSeconds.toFixed(0);
    const content = `${name}; ${rehearsal.stable} to ${rehearsal.canary}, ${seconds} s`;
    table.push([{ colSpan: head.length, content }]);
    inWorld.forEach((row, index) => table.push(cellsOf(row, index === 0 ? pausesOf(rehearsal) : '-')));
  }
  return `${table.toString()}\n${legend(columns)}`;
}

function cellsOf(row: Rehearsed, pauses: string): (string | number)[] {
  const order = row.outcome === undefined || row.outcome === 'completed' ? row.order : `${row.order}: ${row.outcome}`;
  return [order, row.requests, row.lost.length, causesOf(row), row.seconds.toFixed(1), pauses];
}

function causesOf({ lost }: Rehearsed): string {
  const counts = new Map<string, number>();
  for (const { cause } of lost) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  return [...counts].map(([cause, count]) => `${count} ${cause}`).join(', ');
}

function pausesOf({ pauses }: Rehearsal): string {
  const ms = pauses.reduce<number>((sum, pause) => sum + (pause === 'until promoted' ? 0 : pause), 0);
  const texts = [...(ms > 0 ? [spanText(ms)] : []), ...(pauses.includes('until promoted') ? ['a person'] : [])];
  return texts.join(' and ') || 'none';
}

const widestLegend = 118;

/** Lines of at most as many characters as the terminal is wide, but never narrower than the table. */
function legend(columns: number): string {
  const width = Math.min(widestLegend, Math.max(79, columns - 1));
  const lines = [...terms, 'orders:', ...orders].flatMap((term) => termLines(term, width));
  return `\n${lines.join('\n')}\n`;
}

/** What is explained stands out at the left. */
function termLines(term: string | Term, width: number): string[] {
  if (typeof term === 'string') return [term];
  const [first = '', ...more] = wrappedText(term.text, width - term.indent);
  return [`${term.name}${first}`, ...more.map((line) => ' '.repeat(term.indent) + line)];
}

interface Term {
  readonly name: string;
  readonly text: string;
  readonly indent: number;
}

/** Envoy's flags as in its access log; the last is a request in hand, which Envoy may also finish. */
const terms: readonly Term[] = [
  [
    'requests:',
    `100 a second, none sent twice, in each world over the same time for all: until ${consequencesMs / 1000} s after the last write of the slowest`,
  ],
  ['seconds:', 'from the first write to the last, the sleeps of an order included'],
  ['pauses:', 'of the file; left out of the simulation, and to be added to the seconds'],
  [
    'causes:',
    'NC no cluster of that name yet or any more; UH a cluster without healthy endpoint; UF the pod refuses; UC the pod ended with the request in hand; cluster removed: with the request in hand',
  ],
].map(([name = '', text = '']) => ({ name: name.padEnd(10), text, indent: 10 }));

const handover = {
  name: 'handover',
  what: 'each write waits until every proxy was seen to act on the one before, or as --evidence says',
};
const orders: readonly Term[] = [handover, ...naiveOrders].map(({ name, what }) => ({
  name: '  ',
  text: `${name}: ${what}`,
  indent: 4,
}));
