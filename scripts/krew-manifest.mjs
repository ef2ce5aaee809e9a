// Prints the manifest of the plugin for an index of krew, of a tarball that `npm pack` made and that is published at an address:
//   krew-manifest.mjs handover-0.1.0.tgz https://HOST/handover-0.1.0.tgz
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [tarball, uri] = process.argv.slice(2);
if (!tarball || !/^https:\/\//.test(uri ?? '')) throw new Error('expected: krew-manifest.mjs TARBALL https://ADDRESS');

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const fields = {
  VERSION: JSON.parse(read('../package.json')).version,
  URI: uri,
  SHA256: createHash('sha256').update(readFileSync(tarball)).digest('hex'),
};
process.stdout.write(read('../packaging/krew.yaml').replaceAll(/\{\{(\w+)\}\}/g, (_, name) => fields[name]));
