/** The plugin of kubectl as krew would take it: its manifest, and the archive that it names. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { version } from '../../package.json';
import { emptyFolder } from '../support/example';
import { pathWithTools } from '../../e2e/support/tools';
import { runIn, tarball } from './user';

jest.setTimeout(180_000);

const uri = 'https://example.com/handover.tgz';
let manifest: Plugin;
beforeAll(() => {
  manifest = parse(execFileSync('node', ['scripts/krew-manifest.mjs', tarball, uri], { encoding: 'utf8' })) as Plugin;
});

interface Plugin {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly version: string;
    readonly platforms: readonly {
      readonly sha256: string;
      readonly bin: string;
      readonly files: readonly { readonly from: string; readonly to: string }[];
    }[];
  };
}

/** The rules of krew 0.4 (internal/index/validation), and of the index about the length of a description. */
const text = { type: 'string', minLength: 1 };
const object = (required: object, optional: object = {}) => ({
  type: 'object',
  properties: { ...required, ...optional },
  required: Object.keys(required),
  additionalProperties: false,
});
const expression = object({
  key: { enum: ['os', 'arch'] },
  operator: { enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'] },
  values: { type: 'array', items: text },
});
const platform = object({
  selector: object({ matchExpressions: { type: 'array', minItems: 1, items: expression } }),
  uri: { type: 'string', pattern: '^https://[^{}]+$' },
  sha256: { type: 'string', pattern: '^[a-f0-9]{64}$' },
  bin: text,
  files: { type: 'array', minItems: 1, items: object({ from: text, to: text }) },
});
const schema = object({
  apiVersion: { const: 'krew.googlecontainertools.github.com/v1alpha2' },
  kind: { const: 'Plugin' },
  metadata: object({ name: { type: 'string', pattern: '^[a-z][a-z0-9-]*$' } }),
  spec: object({
    version: { type: 'string', pattern: '^v\\d+\\.\\d+\\.\\d+$' },
    shortDescription: { type: 'string', minLength: 1, maxLength: 50 },
    description: text,
    caveats: text,
    platforms: { type: 'array', minItems: 1, items: platform },
  }),
});

it('the manifest keeps the rules of krew, and names this version and this archive', () => {
  const ajv = new Ajv({ allErrors: true });
  expect([ajv.validate(schema, manifest), ajv.errors]).toEqual([true, null]);
  expect(manifest.spec.version).toBe(`v${version}`);
  const digest = createHash('sha256').update(readFileSync(tarball)).digest('hex');
  expect(manifest.spec.platforms.map(({ sha256 }) => sha256)).toEqual([digest]);
});

/** What krew does: unpack the archive, copy the named files, and link the program by the plugin's name. */
it('what krew unpacks is the command kubectl handover, with its licences beside it', () => {
  const [unpacked, store, bin] = [emptyFolder(), emptyFolder(), emptyFolder()];
  execFileSync('tar', ['xzf', tarball, '-C', unpacked]);
  for (const { bin: program, files } of manifest.spec.platforms) {
    for (const { from, to } of files) copyFileSync(join(unpacked, from), join(store, to, basename(from)));
    symlinkSync(join(store, program), join(bin, `kubectl-${manifest.metadata.name}`));
  }
  const ended = runIn(emptyFolder(), 'kubectl handover --version', `${bin}:${pathWithTools()}`);
  expect(ended).toEqual({ code: 0, out: `${version}\n`, err: '' });
});
