import { spawnSync } from 'node:child_process';
import type { Program } from './programs';

export interface Used {
  readonly seconds: number;
  /** Of the program and of all that it started and waited for, such as the app by the CLI. */
  readonly cpuSeconds: number;
}

/** By `times` of the shell, which says for what it ran: user and system time in its second line. Throws when the program fails. */
export function measure({ what, command, env }: Program): Used {
  const shell = ['-c', '"$@" >/dev/null && times', 'sh', ...command];
  const beganMs = performance.now();
  const { status, stdout, stderr } = spawnSync('sh', shell, { env: { ...process.env, ...env }, encoding: 'utf8' });
  const seconds = (performance.now() - beganMs) / 1000;
  if (status !== 0) throw new Error(`expected ${what} to succeed, found exit code ${status}: ${stderr}`);
  return { seconds, cpuSeconds: cpuSecondsOf(stdout) };
}

function cpuSecondsOf(times: string): number {
  const [, ofChildren = ''] = times.split('\n');
  const parts = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  );
  if (parts.length !== 2) throw new Error(`expected user and system time by times, found ${times}`);
  return parts.reduce((sum, part) => sum + part);
}
