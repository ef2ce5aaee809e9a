/** How the folders and files of the project may depend on each other. */
import { circlesIn, importsIn, modulesOf, valuesIn } from './support/imports';

const folders = ['app', 'bench', 'charts', 'driver', 'e2e', 'manifests', 'model', 'scripts', 'service'];
const imports = importsIn(folders);
const folderOf = (file: string) => file.split('/')[0] ?? '';

describe('files', () => {
  test('import each other in no circle', () => {
    expect(circlesIn(imports)).toEqual([]);
  });

  test('that import each other in a circle are told by their path', () => {
    const inCircle = { 'a.ts': ['b.ts'], 'b.ts': ['c.ts', 'd.ts'], 'c.ts': ['a.ts'], 'd.ts': [], 'e.ts': ['a.ts'] };
    expect(circlesIn(new Map(Object.entries(inCircle)))).toEqual(['a.ts → b.ts → c.ts → a.ts']);
  });
});

describe('imports point one way', () => {
  /** The same as in eslint.config.mjs. There an editor shows it at once; here nothing is passed over. */
  const mayImport: Readonly<Record<string, readonly string[]>> = {
    model: [],
    service: [],
    charts: ['imports', 'manifests', 'model'],
    app: ['charts', 'model'],
    manifests: ['model'],
    driver: ['manifests', 'model'],
  };
  const edges = [...imports].flatMap(([file, imported]) => imported.map((other) => ({ file, other })));

  test.each(Object.entries(mayImport))('from %s only to its own files and %j', (folder, allowed) => {
    const own = edges.filter(({ file }) => folderOf(file) === folder);
    const forbidden = own.filter(({ other }) => ![folder, ...allowed].includes(folderOf(other)));
    expect(own.length).toBeGreaterThan(0);
    expect(forbidden.map(({ file, other }) => `${file} → ${other}`)).toEqual([]);
  });

  test('from app into charts only by its index', () => {
    const inside = edges.filter(({ file, other }) => file.startsWith('app/') && /^charts\/(?!index)/.test(other));
    expect(inside).toEqual([]);
  });

  /** The rooms of driver/: the two kinds of release know nothing of each other, and what they share knows neither. */
  test.each([
    ['core', ['core']],
    ['completion', ['completion']],
    ['kubernetes', ['core', 'kubernetes']],
    ['synth', ['synth']],
    ['import', ['core', 'import', 'kubernetes', 'synth']],
    ['rolling', ['core', 'kubernetes', 'rolling']],
    ['istio', ['core', 'kubernetes', 'istio']],
  ])('in driver/ from %s only to %j', (room, allowed) => {
    const roomOf = (file: string) => /^driver\/(\w+)\//.exec(file)?.[1];
    const own = edges.filter(({ file, other }) => roomOf(file) === room && roomOf(other) !== undefined);
    const forbidden = own.filter(({ other }) => !allowed.includes(roomOf(other) ?? ''));
    expect(own.length).toBeGreaterThan(0);
    expect(forbidden.map(({ file, other }) => `${file} → ${other}`)).toEqual([]);
  });

  /** It asks again what the rules asked (docs/decisions/0003): a function of theirs would bring their mistake along. */
  test('the guard imports nothing of the driver but types', () => {
    const parts = ['pods', 'rollout'].map((part) => `guard-${part}`);
    const own = ['driver/istio/guard.ts', ...parts.map((part) => `driver/istio/${part}.ts`)];
    const values = own.flatMap((file) => valuesIn(file).map((module) => `${file} → ${module}`));
    expect(values).toEqual(parts.map((part) => `driver/istio/guard.ts → ./${part}`));
  });

  test('only driver/kubernetes speaks to the Kubernetes API', () => {
    const callers = [...imports.keys()].filter((file) => modulesOf(file).includes('@kubernetes/client-node'));
    expect(callers.length).toBeGreaterThan(0);
    expect(callers.filter((file) => !file.startsWith('driver/kubernetes/'))).toEqual([]);
  });
});
