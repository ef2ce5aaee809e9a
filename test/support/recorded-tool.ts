/**
 * Plays a program that is not on every machine: it prints what the real one was recorded to print for the same arguments and
 * the same versions in the release file. `npm run test:package` compares the records with the real programs.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { emptyFolder } from './example';

/** Of the folder of records, the one for a release file with this text. */
export function recordFor(example: string, releaseFile: string): string {
  const { versions } = parse(releaseFile) as { versions: object };
  return join('test/examples/recorded', example, `${Object.keys(versions).join('-')}.yaml`);
}

/** A PATH on which the program comes first. It fails for arguments other than these; `$RELEASE_FILE` is replaced. */
export function pathWithRecorded(program: string, args: readonly string[], example: string): string {
  const bin = join(emptyFolder(), 'bin');
  mkdirSync(bin);
  const script = `#!/usr/bin/env node
const { readFileSync } = require('node:fs');
const { parse } = require(${JSON.stringify(require.resolve('yaml'))});
const file = process.env.RELEASE_FILE;
const expected = ${JSON.stringify(args)}.map((each) => (each === '$RELEASE_FILE' ? file : each));
const found = process.argv.slice(2);
if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error('recorded: ' + expected + ', called: ' + found);
const versions = Object.keys(parse(readFileSync(file, 'utf8')).versions);
process.stdout.write(readFileSync(${JSON.stringify(resolve('test/examples/recorded', example))} + '/' + versions.join('-') + '.yaml'));
`;
  writeFileSync(join(bin, program), script);
  chmodSync(join(bin, program), 0o755);
  return `${bin}:${process.env.PATH}`;
}
