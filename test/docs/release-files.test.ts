/** Whoever copies a piece of a release file from a page gets one that is read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseRelease } from '../../model';

const inDocs = readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name));
const pages = ['README.md', 'CONTRIBUTING.md', ...inDocs].filter((name) => name.endsWith('.md'));

/** What a page leaves out because it shows something else. */
const rest = {
  name: 'demo',
  namespace: 'demo',
  hosts: ['demo.example.com'],
  versions: { v1: { image: 'demo:1' } },
};

const snippets = pages.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/^```ya?ml\n([^]*?)^```/gm)].map(([, text = '']) => ({ page, text })),
);

it('pages show pieces of release files', () => {
  expect(snippets.length).toBeGreaterThan(1);
});

it.each(snippets)('piece %# of the pages, in $page, is read without a problem', ({ text }) => {
  const file = { ...rest, ...(parse(text) as object) };
  expect(parseRelease(JSON.stringify(file))).not.toHaveProperty('problems');
});
