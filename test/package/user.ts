/** What somebody does who has only the package: folders, and programs that are run in them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { version } from '../../package.json';

const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];

/** What `npm run test:package` packs first, once for all files of tests. */
export const tarball = resolve(`build/handover-${version}.tgz`);

export function install(folder: string, ...packages: readonly string[]): void {
  execFileSync('npm', ['install', ...quiet, ...packages], { cwd: folder, encoding: 'utf8' });
}

export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Without a kubeconfig, and without the variables that npm and this test runner set. */
export function runIn(folder: string, command: string, path = process.env.PATH): Ended {
  const environment = { PATH: path, HOME: folder, npm_config_cache: process.env.npm_config_cache, CI: 'true' };
  const { status, stdout, stderr } = spawnSync(command, {
    shell: true,
    cwd: folder,
    env: environment,
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}
