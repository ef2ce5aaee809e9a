/** Tables as all commands print them: borders of one kind only, as readable in a log as on a terminal. */
import Table from 'cli-table3';

export function plainTable(head: string[]): Table.Table {
  return new Table({ head, style: { head: [], border: [] } });
}
