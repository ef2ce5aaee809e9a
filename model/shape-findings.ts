/** Turns what zod says about the shape of a field into the words of all other problems. */
import type { z } from 'zod';
import type { Finding, Path } from './finding';
import { didYouMean, nearest } from './nearest';

type Issue = z.core.$ZodIssue;

export function findingOf(issue: Issue, prefix: Path): Finding[] {
  const path = [...prefix, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownField(path, key, knownFields(issue.message)));
  if (issue.code === 'invalid_union') return unionFindings(issue, path);
  return [{ path, expected: issue.message, found: describe(issue.input), fix: fixOf(issue) }];
}

export function unknownField(parent: Path, key: string, known: readonly string[]): Finding {
  const guess = nearest(key, known);
  return {
    path: [...parent, key],
    expected: guess === undefined ? `one of the fields ${known.join(', ')}` : 'a known field',
    found: key,
    fix: guess === undefined ? 'correct the spelling, or remove it' : `did you mean ${guess}?`,
    ...(guess !== undefined && { meant: [...parent, guess] }),
  };
}

function fixOf(issue: Issue): string {
  if (issue.code === 'invalid_value')
    return didYouMean(String(issue.input), issue.values.map(String), 'change the value');
  if (issue.code !== 'invalid_type') return 'change the value';
  if (issue.input === undefined) return 'add this field';
  if (issue.input === null) return 'give it a value, or remove it';
  return issue.message === text && typeof issue.input !== 'object' ? 'write it in quotes' : 'change the value';
}

/** Of several allowed shapes, the one that fits the value best is taken as the one that was meant. */
function unionFindings(issue: Issue & { code: 'invalid_union' }, path: Path): Finding[] {
  const [best = [], second = []] = [...issue.errors].sort((a, b) => misfit(a) - misfit(b) || a.length - b.length);
  if (issue.errors.every(isOfAnotherType)) return [noneOf(issue, path)];
  const isTold = misfit(best) < misfit(second) || fieldsOf(best).length === 0;
  return isTold ? best.flatMap((error) => findingOf(error, path)) : anyOf(issue, path);
}

/** Such as a list, where a word or a mapping is expected. */
function isOfAnotherType([first, ...others]: readonly Issue[]): boolean {
  return first?.code === 'invalid_type' && first.path.length === 0 && others.length === 0;
}

function noneOf({ errors, input }: Issue & { code: 'invalid_union' }, path: Path): Finding {
  const expected = [...new Set(errors.flat().map(({ message }) => message))].join(' or ');
  return { path, expected, found: describe(input), fix: input === undefined ? 'add this field' : 'change the value' };
}

/** How many fields it has too many or too few; the most for a mapping where a word is expected, or the other way round. */
function misfit(errors: readonly Issue[]): number {
  const ofIssue = (issue: Issue) => {
    if (issue.code === 'unrecognized_keys') return issue.path.length === 0 ? issue.keys.length : 0;
    if (issue.path.length === 0) return Infinity;
    return issue.path.length === 1 && issue.code === 'invalid_type' && issue.input === undefined ? 1 : 0;
  };
  return errors.reduce((sum, issue) => sum + ofIssue(issue), 0);
}

function anyOf({ errors, input }: Issue & { code: 'invalid_union' }, path: Path): Finding[] {
  const known = [...new Set(errors.flatMap(fieldsOf))];
  const written = Object.keys(input as object);
  const unknown = written.filter((key) => !known.includes(key));
  if (unknown.length > 0) return unknown.map((key) => unknownField(path, key, known));
  const fix = 'make each of them an entry of its own';
  return [{ path, expected: `one of the fields ${known.join(', ')}`, found: written.join(' and '), fix }];
}

/** Those that a shape knows, when it was given another. */
function fieldsOf(errors: readonly Issue[]): string[] {
  const unknown = errors.filter(({ code, path }) => code === 'unrecognized_keys' && path.length === 0);
  return unknown.flatMap(({ message }) => knownFields(message));
}

/** Of an unknown key the message is the list of the known ones: zod hands nothing else on. */
function knownFields(message: string): string[] {
  return message.split(', ');
}

/** What zod asks for the words of an issue, unless the field itself says what it expects. */
export function expectation(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'unrecognized_keys':
      return Object.keys((issue.inst as z.ZodObject | undefined)?.shape ?? {}).join(', ');
    case 'invalid_type':
      return article(issue.expected);
    case 'too_small':
    case 'too_big':
      return boundOf(issue);
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'another name';
    default:
      return undefined;
  }
}

function boundOf(issue: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig>): string {
  const isText = issue.origin === 'string';
  if (issue.code === 'too_big') return `at most ${issue.maximum}${isText ? ' characters' : ''}`;
  return `${isText || issue.origin === 'array' ? 'a length of ' : ''}at least ${issue.minimum}`;
}

const text = 'a string';

const articles: Readonly<Record<string, string>> = {
  string: text,
  int: 'a whole number',
  number: 'a number',
  object: 'a mapping of fields',
  record: 'a mapping',
  array: 'a list',
};

function article(type: string): string {
  return articles[type] ?? `a ${type}`;
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
