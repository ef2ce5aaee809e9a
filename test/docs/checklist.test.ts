import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const checklist = readFileSync('docs/checklist.md', 'utf8');
/** The rows of its tables, as cells: item, what and why, field, shown by, since. */
const rows = checklist
  .split('\n')
  .map((line) => line.split(' | ').map((cell) => cell.trim()))
  .filter((cells) => cells.length === 5 && !cells[0]?.startsWith('| item') && !/^\| -+$/.test(cells[0] ?? ''));
const shownBy = rows.map((cells) => ({ item: cells[0]?.replace('| ', '') ?? '', proof: cells[3] ?? '' }));

function sources(folder: string, ending: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ending));
  return files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
}

describe('the checklist', () => {
  it('has rows, each with something that shows it', () => {
    expect(rows.length).toBeGreaterThan(25);
    expect(shownBy.filter(({ proof }) => proof === '')).toEqual([]);
  });

  it('quotes tests by the names that they have', () => {
    const tests = sources('test', '.test.ts') + sources('test', '.process.ts');
    const quoted = shownBy.flatMap(({ proof }) => [...proof.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? ''));
    expect(quoted.length).toBeGreaterThan(20);
    expect(quoted.filter((name) => !tests.includes(name))).toEqual([]);
  });

  it('names scenarios that exist', () => {
    const scenarios = sources('e2e/scenarios', '.ts');
    const named = shownBy.flatMap(({ proof }) =>
      [...proof.matchAll(/`([a-z-]+[a-z])`/g)].map((match) => match[1] ?? ''),
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !scenarios.includes(`name: '${name}'`))).toEqual([]);
  });
});
