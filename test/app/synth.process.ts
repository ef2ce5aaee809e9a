/** `cdk8s synth` as users run it, and the program that it runs. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { releaseText } from '../support/release';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'handover-synth-'));
  execFileSync('node', ['scripts/bundle.mjs', 'app']);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the app on a release file with this text. */
function runApp(name: string, text: string) {
  const file = join(folder, `${name}.yaml`);
  const output = join(folder, name);
  writeFileSync(file, text);
  const env = { ...process.env, RELEASE_FILE: file, CDK8S_OUTDIR: output };
  return { ...spawnSync('node', ['build/app.js'], { env, encoding: 'utf8' }), file, output };
}

function filesIn(output: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(output)
      .sort()
      .map((file) => [file, readFileSync(join(output, file), 'utf8')]),
  );
}

test('dist/ is what cdk8s synth makes of app/release.yaml; else run `npm run synth`', () => {
  const output = join(folder, 'dist');
  const run = spawnSync('node_modules/.bin/cdk8s', ['synth', '--output', output], { encoding: 'utf8' });
  expect([run.status, run.stderr]).toEqual([0, '']);
  expect(filesIn(output)).toEqual(filesIn('dist'));
}, 30_000);

test('the same file makes the same bytes', () => {
  const text = releaseText({ highTraffic: true });
  expect(filesIn(runApp('first', text).output)).toEqual(filesIn(runApp('second', text).output));
});

test('the files sort in the order in which kubectl has to apply them, and hold nothing but objects', () => {
  const files = filesIn(runApp('order', releaseText()).output);
  expect(Object.keys(files)).toEqual(['0000-namespace.k8s.yaml', '0001-workload.k8s.yaml', '0002-traffic.k8s.yaml']);
  const kinds = Object.values(files).flatMap((text) =>
    parseAllDocuments(text).map((document) => (document.toJS() as { kind: string }).kind),
  );
  expect(kinds[0]).toBe('Namespace');
  expect(kinds.every((kind) => typeof kind === 'string')).toBe(true);
});

describe('several release files', () => {
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  function runOn(...files: string[]) {
    const output = join(folder, 'several');
    const env = { ...process.env, RELEASE_FILE: files.join(':'), CDK8S_OUTDIR: output };
    return { ...spawnSync('node', ['build/app.js'], { env, encoding: 'utf8' }), output };
  }

  test('make files for each service, which sort in the order in which kubectl has to apply them', () => {
    const { output, stderr } = runOn(
      write('shop', releaseText({ name: 'shop' })),
      write('cart', releaseText({ name: 'cart' })),
    );
    expect(stderr).toBe('');
    const files = Object.keys(filesIn(output));
    for (const service of ['shop', 'cart'])
      expect(files.filter((file) => file.includes(service)).map((file) => file.replace(/^\d+-/, ''))).toEqual(
        ['namespace', 'workload', 'traffic'].map((chart) => `${service}-${chart}.k8s.yaml`),
      );
    expect(files).toHaveLength(6);
  });

  test('are refused with the mistakes of all of them', () => {
    const files = [write('one', 'name: One'), write('two', 'name: Two')];
    const { status, stderr } = runOn(...files);
    expect(status).toBe(1);
    for (const file of files) expect(stderr).toContain(`${file}:1:1 name: expected a DNS label`);
  });
});

describe('a release file with mistakes', () => {
  const text =
    'name: demo\nnamespace: demo\nhosts: [demo.example.com]\nversions:\n  v1: {image: demo}\nweights: {v1: 90}\n';

  test('is refused with all of them, one a line, with place, expectation, finding and fix', () => {
    const { status, stderr, file, output } = runApp('mistakes', text);
    expect(status).toBe(1);
    expect(stderr.split('\n')).toEqual([
      `${file}:5:8 versions.v1.image: expected an image with a tag other than latest, or a digest, found demo; name the build, such as demo:1.0.0, or list v1 under allowUnpinned`,
      `${file}:6:1 weights: expected weights that sum to 100, found a sum of 90; change the weights so that nothing is left over or missing`,
      '',
    ]);
    expect(existsSync(output)).toBe(false);
  });

  test('that does not exist is named', () => {
    const env = { ...process.env, RELEASE_FILE: 'no/such.yaml', CDK8S_OUTDIR: join(folder, 'none') };
    const { status, stderr } = spawnSync('node', ['build/app.js'], { env, encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, "ENOENT: no such file or directory, open 'no/such.yaml'\n"]);
  });
});

describe('the command cdk8s', () => {
  const oldManifests = { '0000-old.k8s.yaml': 'kind: Old\n' };

  function synth(name: string, program: string) {
    const cwd = join(folder, name);
    mkdirSync(join(cwd, 'dist'), { recursive: true });
    writeFileSync(join(cwd, 'dist', '0000-old.k8s.yaml'), oldManifests['0000-old.k8s.yaml']);
    const command = [resolve('node_modules/.bin/cdk8s'), 'synth', '--app', program];
    const { status, stderr } = spawnSync('node', command, { cwd, encoding: 'utf8' });
    return { status, stderr, files: filesIn(join(cwd, 'dist')) };
  }

  test('keeps the manifests in dist/ when the app refuses the release file', () => {
    expect(synth('failure', 'false')).toMatchObject({ status: 1, files: oldManifests });
  }, 30_000);

  test('ends with what the app said of wrong weights, and without a stack trace of its own', () => {
    const lines = synth('trace', 'echo release.yaml:6:1 weights: ... >&2; exit 1').stderr.trimEnd().split('\n');
    expect(lines).toEqual([
      'release.yaml:6:1 weights: ...',
      expect.stringMatching(/^Error: command .* returned a non-zero exit code 1$/) as string,
    ]);
  }, 30_000);

  test('leaves nothing of an earlier release in dist/ when it succeeds', () => {
    const app = `node -e "fs.mkdirSync('dist'); fs.writeFileSync('dist/new.k8s.yaml', 'kind: New')"`;
    expect(synth('success', app)).toMatchObject({ status: 0, files: { 'new.k8s.yaml': 'kind: New' } });
  }, 30_000);

  test('loads late what a plain synth does not use: the version of a helm chart is still checked', () => {
    const cwd = join(folder, 'helm');
    mkdirSync(cwd);
    const args = [
      'synth',
      '--app',
      'true',
      '--format',
      'helm',
      '--chart-api-version',
      'v2',
      '--chart-version',
      'first',
    ];
    const { status, stderr } = spawnSync(resolve('node_modules/.bin/cdk8s'), args, { cwd, encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/'--chart-version': first does not follow SemVer/)]);
  }, 30_000);
});
