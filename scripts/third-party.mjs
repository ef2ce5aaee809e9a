// The packages of other people that are inside the programs which leave this repository, and their licences:
//   third-party.mjs texts     writes build/THIRD-PARTY-LICENSES, which goes with the programs: most licences ask for their text
//   third-party.mjs notice    writes the list of them at the end of NOTICE
//   third-party.mjs check     fails when that list is not what is bundled
// Each of them fails when a licence is not one of those below.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, shippedPrograms } from './programs.mjs';
import { replaceFile } from './replace-file.mjs';

/** May be part of a work under the Apache License 2.0, and ask for no more than their notices. */
const compatible = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'Unlicense'];

const listBegins =
  '\nThe programs that are built from this repository contain these packages, with their licences beside';

const [mode] = process.argv.slice(2);
const packages = await packagesInside();
refuse(packages.filter(({ licence }) => !compatible.includes(licence)));
if (mode === 'texts')
  await replaceFile('build/THIRD-PARTY-LICENSES', packages.map(textOf).join(`\n${'-'.repeat(80)}\n\n`));
else if (mode === 'notice') await replaceFile('NOTICE', notice());
else if (mode !== 'check') throw new Error(`expected texts, notice or check, found ${mode}`);
else if (readFileSync('NOTICE', 'utf8') !== notice())
  throw new Error('NOTICE does not list what is bundled: run npm run notice');

/** Of all programs, once each, sorted by name. */
async function packagesInside() {
  const folders = new Set();
  for (const program of shippedPrograms) {
    const { metafile } = await bundle(program);
    for (const file of Object.keys(metafile.inputs)) {
      const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [];
      if (folder) folders.add(folder);
    }
  }
  const found = new Map([...folders].map(packageAt).map((each) => [`${each.name} ${each.version}`, each]));
  return [...found.values()].sort((a, b) => (a.name + a.version < b.name + b.version ? -1 : 1));
}

function packageAt(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  return {
    name,
    version,
    licence: license,
    author: author?.name ?? author ?? '',
    texts: texts.map((file) => readFileSync(join(folder, file), 'utf8').trim()),
  };
}

function refuse(others) {
  if (others.length === 0) return;
  const found = others.map(({ name, licence }) => `${name} (${licence})`).join(', ');
  throw new Error(`expected licences out of ${compatible.join(', ')}, found ${found}`);
}

/** Some packages have no text of their own: then the name of the licence and of the author is all that there is. */
function textOf({ name, version, licence, author, texts }) {
  return `${name} ${version}, ${licence} ${author}\n\n${texts.join('\n\n')}\n`;
}

function notice() {
  const [own] = readFileSync('NOTICE', 'utf8').split(listBegins);
  const names = (licence) => packages.filter((each) => each.licence === licence).map(({ name }) => name);
  const lines = compatible
    .map((licence) => [licence, [...new Set(names(licence))]])
    .filter(([, of]) => of.length > 0)
    .map(([licence, of]) => `  ${licence}: ${of.join(', ')}\n`);
  return `${own}${listBegins}\nthem in THIRD-PARTY-LICENSES:\n${lines.join('')}`;
}
