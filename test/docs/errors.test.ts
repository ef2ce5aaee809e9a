import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

function codesInSource(): string[] {
  return ['driver', 'manifests', 'model']
    .flatMap(sourcesIn)
    .flatMap((source) => [...source.matchAll(/new Refusal\(\s*'([a-z-]+)'/g)].map(([, code]) => code ?? ''));
}

function sourcesIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.map((file) => readFileSync(join(folder, file), 'utf8'));
}

function codesInDocs(): string[] {
  return [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `([a-z-]+)`/gm)].map(([, code]) => code ?? '');
}

it('docs/errors.md has a line for each refusal that the driver knows, and for no other', () => {
  expect(codesInDocs()).toEqual([...new Set(codesInSource())].sort());
});
