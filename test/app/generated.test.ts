/** What is generated and committed has to be what its generator makes of what it was generated from. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import { parse } from 'yaml';
import { pageText, schemaText } from '../../scripts/schema-text';
import { bothVersions, releaseText } from '../support/release';

describe('imports/networking.istio.io.ts', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'handover-imports-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is what cdk8s makes of the CRDs; else run `npm run imports`', () => {
    const crds = 'crds/istio-networking-v1.yaml';
    execFileSync('node_modules/.bin/cdk8s', ['import', crds, '--output', folder, '--no-save'], {
      env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false' },
      stdio: 'pipe',
    });
    const file = 'networking.istio.io.ts';
    expect(readFileSync(join(folder, file)).equals(readFileSync(join('imports', file)))).toBe(true);
  }, 30_000);
});

describe('the bundled app', () => {
  const versionIn = (folder: string) =>
    (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;

  test('has one yaml for itself and for cdk8s, as cdk8s brings the same; else take alias out of scripts/programs.mjs', () => {
    expect(versionIn('node_modules/cdk8s/node_modules/yaml')).toBe(versionIn('node_modules/yaml'));
  });
});

describe('NOTICE', () => {
  test('lists the packages that are bundled, all under compatible licences; else run `npm run notice`', () => {
    execFileSync('node', ['scripts/third-party.mjs', 'check'], { stdio: 'pipe' });
  }, 30_000);
});

describe('app/release.schema.json', () => {
  const schema = JSON.parse(readFileSync('app/release.schema.json', 'utf8')) as object;
  // Formats are for people's editors; a URL is checked by the parser.
  const validate = new Ajv2020({ validateFormats: false, strictTypes: false }).compile(schema);

  test('is what the release file is parsed by; else run `npm run schema`', () => {
    expect(readFileSync('app/release.schema.json', 'utf8')).toBe(schemaText());
  });

  test('is named in app/release.yaml, which keeps to it', () => {
    const text = readFileSync('app/release.yaml', 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/release\.schema\.json\n/);
    expect(validate(parse(text))).toBe(true);
  });

  test('lets fields with a default be left out, and refuses misspelt ones', () => {
    expect(validate(parse(releaseText({ versions: bothVersions })))).toBe(true);
    const file = parse(releaseText()) as object;
    expect(validate({ ...file, 'x-anchors': {} })).toBe(true);
    expect(validate({ ...file, wieghts: {} })).toBe(false);
  });
});

describe('docs/release-file.md', () => {
  test('says what the schema says; else run `npm run schema`', () => {
    expect(readFileSync('docs/release-file.md', 'utf8')).toBe(pageText());
  });
});
