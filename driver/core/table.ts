/** Tables as all commands print them: borders of one kind only, as readable in a log as on a terminal. */
import Table from 'cli-table3';

/** `isCompact`: no line between two rows. */
export function plainTable(head: string[], isCompact = false): Table.Table {
  return new Table({ head, style: { head: [], border: [], compact: isCompact } });
}
