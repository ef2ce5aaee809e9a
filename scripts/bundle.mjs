// Bundles a program of this repository into one file that plain `node` runs: bundle.mjs app|bench|e2e|explore|handover|load|schema|service
// The bundles go to build/, never to dist/: `cdk8s synth` empties dist/ before it writes.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { build } from 'esbuild';

const programs = {
  // It runs once, and here: bundling the packages takes longer than loading them.
  app: { entryPoints: ['app/main.ts'], outfile: 'build/app.js', packages: 'external' },
  bench: { entryPoints: ['bench/main.ts'], outfile: 'build/bench.js', sourcemap: 'inline' },
  e2e: { entryPoints: ['e2e/main.ts'], outfile: 'build/e2e.js', sourcemap: 'inline' },
  explore: { entryPoints: ['test/support/small-worlds/main.ts'], outfile: 'build/explore.js' },
  handover: { entryPoints: ['driver/cli.ts'], outfile: 'build/handover.js', banner: { js: '#!/usr/bin/env node' } },
  load: { entryPoints: ['e2e/load/main.ts'], outfile: 'build/load.js' },
  schema: { entryPoints: ['scripts/schema.ts'], outfile: 'build/schema.js' },
  service: { entryPoints: ['service/main.ts'], outfile: 'build/service.js' },
};

for (const name of process.argv.slice(2)) {
  if (!programs[name]) throw new Error(`no such program: ${name}; expected one of ${Object.keys(programs).join(', ')}`);
  const { outputFiles } = await build({
    ...programs[name],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
    write: false,
  });
  for (const { path, contents } of outputFiles) await replaceFile(path, contents);
}

/** Renames a finished file into place: tests bundle at the same time as others run what is already there. */
async function replaceFile(path, contents) {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, contents);
  await rename(unfinished, path);
}
