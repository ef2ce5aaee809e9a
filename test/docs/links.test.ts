/** A reader who follows a link, or looks for a file that a page names, finds it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const inDocs = readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name));
const inExamples = readdirSync('examples', { recursive: true, encoding: 'utf8' }).map((name) => join('examples', name));
const others = ['README.md', 'CONTRIBUTING.md', 'service/README.md', 'e2e/cluster/README.md'];
const pages = [...others, ...inDocs, ...inExamples].filter((name) => name.endsWith('.md'));

/** Without blocks of code: what is in there is an example. */
const textOf = (page: string) => readFileSync(page, 'utf8').replaceAll(/^```[^]*?^```/gm, '');

/** As GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  const headings = [...textOf(page).matchAll(/^#+ (.*)$/gm)].map((match) => match[1] ?? '');
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function brokenLinks(page: string): string[] {
  const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
  });
}

/** Paths from the root of the repository, such as `driver/main.ts`. */
function missingFiles(page: string): string[] {
  const root = 'app|bench|charts|docs|driver|e2e|examples|manifests|model|packaging|scripts|service|test';
  const named = [...textOf(page).matchAll(new RegExp(`\`((?:${root})/[\\w./-]+)\``, 'g'))].map(
    (match) => match[1] ?? '',
  );
  return named.filter((path) => !existsSync(path));
}

it.each(pages)('%s links only to what there is', (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

it.each(pages)('%s names only files that there are', (page) => {
  expect(missingFiles(page)).toEqual([]);
});
