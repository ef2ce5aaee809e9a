import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

function codesInSource(): string[] {
  const files = readdirSync('driver', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const sources = files.map((file) => readFileSync(join('driver', file), 'utf8'));
  return sources.flatMap((source) =>
    [...source.matchAll(/new Refusal\(\s*'([a-z-]+)'/g)].map(([, code]) => code ?? ''),
  );
}

function codesInDocs(): string[] {
  return [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `([a-z-]+)`/gm)].map(([, code]) => code ?? '');
}

it('docs/errors.md has a line for each refusal that the driver knows, and for no other', () => {
  expect(codesInDocs()).toEqual([...new Set(codesInSource())].sort());
});
