/** What may come next on a command line. Verbs, options and their values are those of the program, so nothing is listed twice. */
import type { Command, Option } from 'commander';
import { printable } from '../../model';
import { isNamed, optionsOf, readLine, splitWord, verbsOf, type Line } from './line';

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

export interface Answer {
  readonly candidates: readonly Candidate[];
  /** The shell completes the name of a file itself. */
  readonly areFiles: boolean;
}

/** Of the release file that the line names, undefined where it names none. */
export type VersionsOf = (file: string | undefined) => readonly string[];

/** `words` are those after the name of the program; the last is being typed, and may be empty. */
export function answerTo(program: Command, words: readonly string[], versionsOf: VersionsOf): Answer {
  const typed = words.at(-1) ?? '';
  const line = readLine(program, words.slice(0, -1));
  const { candidates, areFiles } = next(program, line, typed, versionsOf);
  return { candidates: candidates.filter(({ value }) => value.startsWith(typed)), areFiles };
}

/**
 * One candidate a line, with its description after a tab, and at the end what the shell adds: `:0` names of files, `:4` nothing.
 * That is how the programs around kubectl answer, so it asks in the same way.
 */
export function render({ candidates, areFiles }: Answer): string {
  const lines = candidates.map(({ value, description }) => [value, description].map(asOneLine).join('\t'));
  return [...lines, areFiles ? ':0' : ':4', ''].join('\n');
}

function next(program: Command, line: Line, typed: string, versionsOf: VersionsOf): Answer {
  const { open, command } = line;
  const isVariadicOver = open?.variadic && typed.startsWith('-');
  if (open && !isVariadicOver) return valuesOf(open, '');
  if (!command) return nothing;
  if (line.isOver || !typed.startsWith('-')) return operands(program, command, line, versionsOf);
  const options = optionsOf(program, command);
  const { flag, value } = splitWord(typed);
  const named = options.find((option) => option.required && isNamed(option, flag));
  if (value !== undefined) return named ? valuesOf(named, `${flag}=`) : nothing;
  return listed(options.map(({ long, short, description }) => ({ value: long ?? short ?? '', description })));
}

/** Which options take a file is said where they are defined, by the word between the brackets. */
function valuesOf({ argChoices = [], flags }: Option, prefix: string): Answer {
  const candidates = argChoices.map((choice) => ({ value: prefix + choice, description: '' }));
  return { candidates, areFiles: /<(file|folder|path)>/.test(flags) };
}

function operands(program: Command, command: Command, line: Line, versionsOf: VersionsOf): Answer {
  const verbs = () => verbsOf(program).map((verb) => ({ value: verb.name(), description: verb.description() }));
  if (command === program) return listed(verbs());
  const argument = command.registeredArguments[line.operands];
  const plain = (values: readonly string[]) => listed(values.map((value) => ({ value, description: '' })));
  if (argument?.argChoices) return plain(argument.argChoices);
  if (argument?.name() === 'version') return plain(versionsOf(line.values.file));
  return argument?.name() === 'command' ? listed(verbs()) : nothing;
}

const listed = (candidates: readonly Candidate[]): Answer => ({ candidates, areFiles: false });
const nothing = listed([]);
const asOneLine = (text: string) => printable(text, 'one line');
