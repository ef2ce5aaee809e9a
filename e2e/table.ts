/** The closing table: what was sent, what was lost, and to what. */
import Table from 'cli-table3';
import type { Counts } from './load/tally';
import type { Count } from './support/trial';

export interface Result {
  readonly scenario: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly counts: readonly Count[];
}

export function renderTable(results: readonly Result[]): string {
  const table = new Table({
    head: ['scenario', 'result', 'seconds', 'load', 'requests', 'lost', 'by cause'],
    colAligns: ['left', 'left', 'right', 'left', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { scenario, passed, seconds, counts } of results) {
    const first = [scenario, passed ? 'passed' : 'FAILED', String(Math.round(seconds))];
    if (counts.length === 0) table.push([...first, '', '', '', '']);
    counts.forEach(({ load, requests, lost, byCause, pace }, index) =>
      table.push([
        ...(index === 0 ? first : ['', '', '']),
        load,
        String(requests),
        String(lost),
        renderCauses(byCause, pace?.unsent),
      ]),
    );
  }
  return table.toString();
}

function renderCauses(byCause: Counts, unsent = 0): string {
  const lines = Object.entries(byCause)
    .sort(([, a], [, b]) => b - a)
    .map(([cause, count]) => `${count} × ${cause}`);
  return [...lines, ...(unsent > 0 ? [`(${unsent} never sent)`] : [])].join('\n');
}
