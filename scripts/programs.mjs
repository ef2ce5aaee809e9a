// The programs of this repository, each bundled into one file that plain `node` runs.
// The bundles go to build/, never to dist/: `cdk8s synth` empties dist/ before it writes.
import { build } from 'esbuild';

const command = { js: '#!/usr/bin/env node' };

/** What somebody who installs the package has anyway: whoever writes an app of one's own must have the same cdk8s. */
const installed = ['cdk8s', 'constructs', 'yaml', 'zod'];

const programs = {
  // It runs once, and here: bundling the packages takes longer than loading them.
  app: { entryPoints: ['app/main.ts'], outfile: 'build/app.js', packages: 'external' },
  bench: { entryPoints: ['bench/main.ts'], outfile: 'build/bench.js', sourcemap: 'inline' },
  constructs: { entryPoints: ['charts/index.ts'], outfile: 'build/constructs.js', external: installed },
  e2e: { entryPoints: ['e2e/main.ts'], outfile: 'build/e2e.js', sourcemap: 'inline' },
  explore: { entryPoints: ['test/support/small-worlds/main.ts'], outfile: 'build/explore.js' },
  handover: { entryPoints: ['driver/cli.ts'], outfile: 'build/handover.js', banner: command },
  'handover-app': {
    entryPoints: ['app/main.ts'],
    outfile: 'build/handover-app.js',
    // It shares no object with anybody's app. One file is loaded in half the time of the packages, and short in less.
    // cdk8s brings a yaml of its own, of the same version (test/app/generated.test.ts).
    alias: { yaml: './node_modules/yaml' },
    minifyWhitespace: true,
    minifySyntax: true,
    banner: command,
  },
  load: { entryPoints: ['e2e/load/main.ts'], outfile: 'build/load.js' },
  'record-envoys': { entryPoints: ['e2e/envoys/main.ts'], outfile: 'build/record-envoys.js' },
  schema: { entryPoints: ['scripts/schema.ts'], outfile: 'build/schema.js' },
  worlds: { entryPoints: ['test/support/random-worlds/main.ts'], outfile: 'build/worlds.js', sourcemap: 'inline' },
  service: { entryPoints: ['service/main.ts'], outfile: 'build/service.js' },
};

/** Those that leave this repository: in the package, and in the two images. */
export const shippedPrograms = ['constructs', 'handover', 'handover-app', 'service'];

/** Somebody starts it by its name, and not by `node`. */
export function isCommand(name) {
  return programs[name]?.banner === command;
}

/** Nothing is written. The result has the files as `outputFiles`, and what is in them as `metafile`. */
export async function bundle(name) {
  if (!programs[name]) throw new Error(`no such program: ${name}; expected one of ${Object.keys(programs).join(', ')}`);
  return build({
    ...programs[name],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
    write: false,
    metafile: true,
  });
}
