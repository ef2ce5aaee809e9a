// Bundles a program of this repository into one file that plain `node` runs: bundle.mjs app|handover|service
// The bundles go to build/, never to dist/: `cdk8s synth` empties dist/ before it writes.
import { build } from 'esbuild';

const programs = {
  app: { entryPoints: ['app/main.ts'], outfile: 'build/app.js' },
  handover: { entryPoints: ['driver/cli.ts'], outfile: 'build/handover.js', banner: { js: '#!/usr/bin/env node' } },
  service: { entryPoints: ['service/main.ts'], outfile: 'build/service.js' },
};

for (const name of process.argv.slice(2)) {
  if (!programs[name]) throw new Error(`no such program: ${name}; expected one of ${Object.keys(programs).join(', ')}`);
  await build({
    ...programs[name],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
  });
}
