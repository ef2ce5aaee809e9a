/** Tables as all commands print them: borders of one kind only, as readable in a log as on a terminal. */
import Table from 'cli-table3';

interface TableLook {
  /** In characters; with them texts are wrapped. */
  readonly colWidths?: number[];
  /** No line between two rows. */
  readonly isCompact?: boolean;
}

export function plainTable(head: string[], { colWidths = [], isCompact = false }: TableLook = {}): Table.Table {
  return new Table({ head, colWidths, wordWrap: true, style: { head: [], border: [], compact: isCompact } });
}
