/** Turns what zod says about the shape of a field into the words of all other problems. */
import type { z } from 'zod';
import type { Finding, Path } from './finding';

type Issue = z.core.$ZodIssue;

export function findingOf(issue: Issue, prefix: Path): Finding[] {
  const path = [...prefix, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], key));
  if (issue.code === 'invalid_union') return unionFindings(issue, path);
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  return [
    {
      path,
      expected: issue.message,
      found: missing ? 'nothing' : describe(issue.input),
      fix: missing ? 'add this field' : 'change the value',
    },
  ];
}

/** Of several allowed shapes, the one that fits the value best is taken as the one that was meant. */
function unionFindings(issue: Issue & { code: 'invalid_union' }, path: Path): Finding[] {
  const candidates = issue.errors.map((errors) => errors.flatMap((error) => findingOf(error, path)));
  const deepest = (findings: Finding[]) =>
    Math.min(...findings.map((finding) => (finding.found === 'nothing' ? 0 : 1)));
  const best = [...candidates].sort((a, b) => a.length - b.length || deepest(b) - deepest(a))[0];
  return best ?? [{ path, expected: 'another shape', found: describe(issue.input), fix: 'change the value' }];
}

function unknownKey(path: Path, key: string): Finding {
  return { path, expected: 'only known fields here', found: key, fix: 'correct the spelling, or remove it' };
}

/** What zod asks for the words of an issue, unless the field itself says what it expects. */
export function expectation(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return article(issue.expected);
    case 'too_small':
      return issue.origin === 'array' || issue.origin === 'string'
        ? `a length of at least ${issue.minimum}`
        : `at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string' ? `at most ${issue.maximum} characters` : `at most ${issue.maximum}`;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'another name';
    default:
      return undefined;
  }
}

const articles: Readonly<Record<string, string>> = {
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
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
