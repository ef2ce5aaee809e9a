/** What docs/runbook.md quotes is what the driver says: an operator looks for the words of the terminal. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = readFileSync('docs/runbook.md', 'utf8').replaceAll(/^```[^]*?^```/gm, '');
const driver = readdirSync('driver', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join('driver', name), 'utf8'))
  .join('\n');

/** Every quotation with a place for names and numbers (…), and all that the tables of messages have. */
const inText = [...page.matchAll(/`([^`]*…[^`]*)`/g)].map((match) => match[1] ?? '');
const section = page.slice(page.indexOf('\n## What it says'), page.indexOf('\n## Killed'));
const inTables = [...section.matchAll(/^\| (`.*?`) +\|/gm)].flatMap((row) => (row[1] ?? '').split(/`,? ?`?/));
const quoted = [...inText, ...inTables].filter((message) => !message.includes('='));

/** The words between two names. What comes before them, such as "waiting for the drain: ", the code has elsewhere. */
function unsaid(message: string): string[] {
  const parts = message
    .replaceAll(/\s+/g, ' ')
    .replace(/^waiting for [^:]*: /, '')
    .split('…');
  return parts.map((part) => part.trim()).filter((part) => !driver.includes(part));
}

it('quotes messages', () => {
  expect(quoted.length).toBeGreaterThan(25);
});

it.each([...new Set(quoted)])('quotes what the driver says: %s', (message) => {
  expect(unsaid(message)).toEqual([]);
});
