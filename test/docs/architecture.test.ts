/** The walks in docs/architecture.md lead through code that is there. */
import { existsSync, readFileSync } from 'node:fs';

const page = readFileSync('docs/architecture.md', 'utf8');
const hops = [...page.matchAll(/^\|[^|]*\| `([\w./-]+\.ts)` +\| `(\w+)` +\|/gm)].map(([, file = '', name = '']) => ({
  file,
  name,
}));

it('there are hops', () => {
  expect(hops.length).toBeGreaterThan(40);
});

it('each hop names a file, and a function that is defined in it', () => {
  const isThere = ({ file, name }: (typeof hops)[number]) =>
    existsSync(file) &&
    new RegExp(`(function|const|async|private|^ +) ?${name}\\b.*[(<=]`, 'm').test(readFileSync(file, 'utf8'));
  expect(hops.filter((hop) => !isThere(hop))).toEqual([]);
});

it('both kinds of release have the files that the page lists for them', () => {
  const shared = [
    'commands',
    'decide.ts',
    'decision.ts',
    'observation.ts',
    'memory.ts',
    'drive.ts',
    'plan.ts',
    'ideal-cluster.ts',
  ];
  const others = ['preflight.ts', 'events.ts', 'public-events.ts', 'report.ts', 'cluster.ts', 'kubernetes'];
  const missing = ['istio', 'rolling'].flatMap((kind) =>
    [...shared, ...others].map((name) => `driver/${kind}/${name}`).filter((path) => !existsSync(path)),
  );
  expect(missing).toEqual([]);
});
