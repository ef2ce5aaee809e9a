// Run by `npm ci` and `npm install` (script "prepare"): makes the command `cdk8s` the program scripts/cdk8s.mjs.
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const command = 'node_modules/.bin/cdk8s';

// On Windows npm writes other files, and the command stays the CLI's own.
if (existsSync(command) && process.platform !== 'win32') {
  rmSync(command); // It is a link: writing through it would change the package.
  writeFileSync(command, "#!/usr/bin/env node\nimport('../../scripts/cdk8s.mjs');\n", { mode: 0o755 });
}
