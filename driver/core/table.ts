/** Tables as all commands print them: borders of one kind only, as readable in a log as on a terminal. */
import Table from 'cli-table3';

/** With widths texts are wrapped. */
export function plainTable(head: string[], colWidths: number[] = []): Table.Table {
  return new Table({ head, colWidths, wordWrap: true, style: { head: [], border: [] } });
}
