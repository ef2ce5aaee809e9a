// Run by `npm ci` and `npm install` (script "prepare"). The cdk8s CLI asks the network for its newest version in every
// run, and prints a warning when it gets no answer. Only an environment variable switches that off, no file does; so the
// command `cdk8s` becomes a program that sets the variable. CDK8S_CHECK_UPGRADE=true brings the question back.
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const command = 'node_modules/.bin/cdk8s';
const program = `#!/usr/bin/env node
process.env.CDK8S_CHECK_UPGRADE ??= 'false';
require('../cdk8s-cli/bin/cdk8s');
`;

// On Windows npm writes other files; there the variable has to be set by hand.
if (existsSync(command) && process.platform !== 'win32') {
  rmSync(command); // It is a link: writing through it would change the package.
  writeFileSync(command, program, { mode: 0o755 });
}
