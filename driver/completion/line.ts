/** What the words before the one that is being typed have settled, read as commander reads them. */
import type { Command, Option } from 'commander';

export interface Line {
  /** The verb, or the program itself while there is none; undefined after a word that is no verb. */
  readonly command: Command | undefined;
  /** How many arguments the verb has already. */
  readonly operands: number;
  /** The next word is its value. */
  readonly open: Option | undefined;
  /** After `--` every word is an argument. */
  readonly isOver: boolean;
  /** The value that an option was given last, by its name in code, such as `file`. */
  readonly values: Readonly<Record<string, string>>;
}

export function readLine(program: Command, words: readonly string[]): Line {
  const start: Line = { command: program, operands: 0, open: undefined, isOver: false, values: {} };
  return words.reduce((line, word) => take(program, line, word), start);
}

/** Those of the verb and of the program, as `--help` shows them: a hidden one stays hidden. */
export function optionsOf(program: Command, command: Command): readonly Option[] {
  const both = [command, program].flatMap((each) => each.createHelp().visibleOptions(each));
  return both.filter((option, at) => both.findIndex(({ long }) => long === option.long) === at);
}

export function verbsOf(program: Command): readonly Command[] {
  return program.createHelp().visibleCommands(program);
}

export function isNamed({ short, long }: Option, flag: string): boolean {
  return flag === short || flag === long;
}

/** Of a word such as `--evidence=proxy`. */
export function splitWord(word: string): { readonly flag: string; readonly value: string | undefined } {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at < 0 ? { flag: word, value: undefined } : { flag: word.slice(0, at), value: word.slice(at + 1) };
}

function take(program: Command, line: Line, word: string): Line {
  if (line.open) {
    const { open } = line;
    // A variadic option takes words until the next option; any other takes one, whatever it looks like.
    const isFurther = open.variadic && open.attributeName() in line.values;
    if (!isFurther || !word.startsWith('-')) return withValue(line, open, word, open.variadic ? open : undefined);
  }
  if (line.isOver || !word.startsWith('-') || word === '-')
    return takeOperand(program, { ...line, open: undefined }, word);
  if (word === '--') return { ...line, open: undefined, isOver: true };
  return takeOption(program, { ...line, open: undefined }, word);
}

function takeOperand(program: Command, line: Line, word: string): Line {
  if (line.command !== program) return { ...line, operands: line.operands + 1 };
  return { ...line, command: verbsOf(program).find((verb) => verb.name() === word) };
}

function takeOption(program: Command, line: Line, word: string): Line {
  const options = optionsOf(program, line.command ?? program);
  const { flag, value } = splitWord(word);
  const option = options.find((each) => isNamed(each, flag));
  if (option?.required) return value === undefined ? { ...line, open: option } : withValue(line, option, value);
  // Such as -fapp/release.yaml.
  const short = options.find((each) => each.required && each.short === word.slice(0, 2));
  return short ? withValue(line, short, word.slice(2)) : line;
}

function withValue(line: Line, option: Option, value: string, open?: Option): Line {
  return { ...line, open, values: { ...line.values, [option.attributeName()]: value } };
}
