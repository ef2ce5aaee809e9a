/**
 * The last lines of a terminal, drawn anew in their place. What is said in between stands above them. Everything that came
 * from elsewhere is shown without control characters: a message of a pod must not move the cursor.
 */
import { stripVTControlCharacters } from 'node:util';
import widthOf from 'string-width';

export interface Terminal {
  readonly err: (text: string) => void;
  /** Of now: a window may be resized at any time. */
  readonly columns: number;
  readonly rows: number;
}

export class LiveBlock {
  /** Widths of the lines that are drawn, in cells. A narrower window has wrapped them since. */
  private drawn: readonly number[] = [];

  constructor(private readonly terminal: Terminal) {}

  /** The footer is drawn in a low window, too. */
  draw(lines: readonly string[], footer: readonly string[] = []): void {
    const { err, columns, rows } = this.terminal;
    const most = rows - 1 - footer.length;
    const drawn = most > footer.length ? [...fitting(lines, most), ...footer] : fitting(lines, rows - 1);
    const cut = drawn.map((line) => cutTo(columns - 1, line));
    err(`${this.eraser()}${cut.map((line) => `${line}\n`).join('')}`);
    this.drawn = cut.map((line) => widthOf(line));
  }

  /** A line that stays. What was drawn goes, until it is drawn again. */
  say(line: string): void {
    this.terminal.err(`${this.eraser()}${printable(line)}\n`);
    this.drawn = [];
  }

  /** Others have written below it: it stays where it is. */
  forget(): void {
    this.drawn = [];
  }

  private eraser(): string {
    const { columns } = this.terminal;
    const rows = this.drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return rows === 0 ? '' : `\x1b[${rows}A\r\x1b[J`;
  }
}

/** The cursor goes no higher than the window: what is above could not be drawn anew. */
function fitting(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const left = lines.length - Math.max(1, rows - 1);
  return [...lines.slice(0, -left), `  … ${left} more lines: enlarge the window`];
}

/** Many characters, such as Chinese ones, take two cells: a line that is wrapped unseen would not be erased. */
function cutTo(columns: number, line: string): string {
  const text = printable(line);
  if (widthOf(text) <= columns) return text;
  let width = 0;
  const left = [...text].filter((character) => (width += widthOf(character)) < columns);
  return `${left.join('')}…`;
}

/** On one line, without escape sequences. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ');
}
