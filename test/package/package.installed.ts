/** The package as others get it: packed, and installed in an empty folder. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bin, version } from '../../package.json';
import { exitCodes, type Manifest } from '../../model';
import { copyOfExample, emptyFolder, manifestsBelow, releaseInSimulation, withSecondVersion } from '../support/example';
import { expectVersionReleased } from '../support/expect-released';
import { theOnly, type Deployment } from '../support/objects';
import { pathWithTools } from '../../e2e/support/tools';
import { install, runIn, tarball, write } from './user';

jest.setTimeout(180_000);

const releaseFile = `name: shop
namespace: shop
hosts: [shop.example.com]
versions:
  v1: { image: 'registry.example.com/shop:1.4.0' }
weights: { v1: 100 }
steps:
  - weight: 50
`;

let folder: string;
beforeAll(() => {
  folder = emptyFolder();
  install(folder, tarball);
});

const inPackage = (...path: readonly string[]) => join(folder, 'node_modules/handover', ...path);

describe('the installed package', () => {
  it('brings no compiler, no bundler, and nothing of Kubernetes that is in its program already', () => {
    const installed = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(installed).toEqual(['cdk8s', 'constructs', 'handover', 'yaml', 'zod']);
  });

  it('runs nothing when it is installed', () => {
    const { scripts } = JSON.parse(readFileSync(inPackage('package.json'), 'utf8')) as { scripts: object };
    const atInstallation = ['preinstall', 'install', 'postinstall'];
    expect(Object.keys(scripts).filter((name) => atInstallation.includes(name))).toEqual([]);
  });

  it('has the licence, the notice, and the licences of what is bundled', () => {
    const [licence, notice, others] = ['LICENSE', 'NOTICE', 'build/THIRD-PARTY-LICENSES'].map((name) =>
      readFileSync(inPackage(name), 'utf8'),
    );
    expect(licence).toMatch(/^Apache License\r?\n/);
    const bundled = [...(notice ?? '').matchAll(/^ {2}[-\w.]+: (.*)$/gm)].flatMap(([, names = '']) =>
      names.split(', '),
    );
    expect(bundled).toContain('@kubernetes/client-node');
    expect(bundled.filter((name) => !others?.includes(`\n${name} `) && !others?.startsWith(`${name} `))).toEqual([]);
  });

  it.each(['handover', 'kubectl-handover'])('says its version as %s', (program) => {
    expect(Object.keys(bin)).toContain(program);
    expect(runIn(folder, `npx ${program} --version`)).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  it('is a plugin that kubectl finds', () => {
    const path = `${join(folder, 'node_modules/.bin')}:${pathWithTools()}`;
    expect(runIn(folder, 'kubectl handover --version', path)).toEqual({ code: 0, out: `${version}\n`, err: '' });
    expect(runIn(folder, 'kubectl __complete handover vers', path).out).toBe('version\tprint the version\n:4\n');
  });

  it('rehearses a release, and loses nothing in simulation', () => {
    write(folder, { 'app/release.yaml': withSecondVersion(releaseFile) });
    const { code, out, err } = runIn(folder, 'npx handover rehearse v2');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const own = out.split('\n').filter((line) => /^│ handover +│/.test(line));
    expect(
      own.map(
        (line) =>
          line
            .trim()
            .split(/[│\s]+/)
            .filter(Boolean)[2],
      ),
    ).toEqual(['0', '0', '0']);
  });
});

describe('the default app', () => {
  const app = 'node_modules/.bin/handover-app';

  it('writes the manifests of app/release.yaml to dist/', () => {
    write(folder, { 'app/release.yaml': withSecondVersion(releaseFile) });
    expect(runIn(folder, app)).toEqual({ code: 0, out: '', err: '' });
    expect(deploymentsIn(manifestsBelow(join(folder, 'dist')))).toEqual(['shop-v1', 'shop-v2']);
  });

  it("is run by the driver in the user's folder, as cdk8s.yaml says", async () => {
    write(folder, { 'app/release.yaml': releaseFile, 'cdk8s.yaml': `app: ${app}\n` });
    expectVersionReleased(await releaseInSimulation(folder, 'app/release.yaml'));
  });

  it('is found by the installed driver, which then looks for a cluster', () => {
    write(folder, {
      'app/release.yaml': withSecondVersion(releaseFile),
      'cdk8s.yaml': `app: ${app} && touch was-here\n`,
    });
    const { code, err } = runIn(folder, 'npx handover plan v2');
    expect(err).toContain('handover: no-cluster: ');
    expect(code).toBe(exitCodes.refused);
    expect(statSync(join(folder, 'was-here')).isFile()).toBe(true);
  });

  it('that fails is named by the installed driver', () => {
    write(folder, { 'app/release.yaml': withSecondVersion(releaseFile), 'cdk8s.yaml': 'app: node no-such.js\n' });
    const { code, err } = runIn(folder, 'npx handover plan v2');
    expect(err).toContain('handover: synth: expected success from node no-such.js (app: in cdk8s.yaml)');
    expect(code).toBe(exitCodes.refused);
  });
});

describe("somebody's own app", () => {
  it('in JavaScript imports the constructs as an ES module and by require', () => {
    const use = `const charts = new ReleaseCharts(new App({ outdir: 'own' }), readRelease('app/release.yaml'));
console.log(charts.object('Deployment', 'v1').name);`;
    write(folder, {
      'app/release.yaml': releaseFile,
      'own.mjs': `import { App } from 'cdk8s';\nimport { readRelease, ReleaseCharts } from 'handover';\n${use}`,
      'own.cjs': `const { App } = require('cdk8s');\nconst { readRelease, ReleaseCharts } = require('handover');\n${use}`,
    });
    expect(runIn(folder, 'node own.mjs && node own.cjs')).toEqual({ code: 0, out: 'shop-v1\nshop-v1\n', err: '' });
  });
});

describe("somebody's own app in TypeScript, examples/typescript", () => {
  let own: string;
  beforeAll(() => {
    own = copyOfExample('typescript');
    install(own, tarball);
  });

  it('is released with what it adds to each version, in simulation', async () => {
    const released = await releaseInSimulation(own, 'app/release.yaml');
    expectVersionReleased(released);
    const pods = theOnly<Deployment>(released.manifests, 'Deployment').spec.template.spec;
    expect(pods).toMatchObject({
      initContainers: [{ name: 'log-shipper', restartPolicy: 'Always' }],
      volumes: [{ name: 'settings', configMap: { name: 'shop-v2-settings' } }],
    });
    const [container] = pods.containers;
    expect(container).toMatchObject({
      volumeMounts: [{ name: 'settings' }],
      lifecycle: { preStop: { sleep: { seconds: 8 } } },
    });
    const added = released.manifests.filter(({ kind }) => ['ConfigMap', 'ServiceMonitor'].includes(kind));
    expect(added.map(({ metadata }) => metadata.name).sort()).toEqual(['shop-v2', 'shop-v2', 'shop-v2-settings']);
  });

  it('is right by the types, the declarations themselves included', () => {
    expect(runIn(own, 'npm run --silent check -- --skipLibCheck false')).toEqual({ code: 0, out: '', err: '' });
  });

  it.each([
    ['node16', 'node16'],
    ['bundler', 'esnext'],
    ['node10', 'commonjs'],
  ])('would be refused for a wrong use, with moduleResolution %s', (moduleResolution, module) => {
    const compilerOptions = {
      target: 'es2023',
      module,
      moduleResolution,
      strict: true,
      noEmit: true,
      skipLibCheck: true,
    };
    write(own, {
      'tsconfig.wrong.json': JSON.stringify({ compilerOptions, files: ['wrong.ts'] }),
      'wrong.ts': `import { readRelease, ReleaseCharts } from 'handover';
readRelease(1);
new ReleaseCharts({}, readRelease());
readRelease().weigths;
`,
    });
    const { out } = runIn(own, 'node_modules/.bin/tsc --project tsconfig.wrong.json --pretty false');
    const errors = out.split('\n').filter((line) => line.includes('error TS'));
    expect(errors.map((line) => line.replace(/,\d+\): error (TS\d+):.*/, ' $1'))).toEqual([
      'wrong.ts(2 TS2345',
      'wrong.ts(3 TS2345',
      'wrong.ts(4 TS2339',
    ]);
  });
});

function deploymentsIn(manifests: readonly Manifest[]): string[] {
  return manifests.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.name);
}
