/**
 * npm run bench -- synth-speed: how long the app alone takes for the shipped release file, beside Node's own start. It needs no
 * cluster.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainTable } from '../driver/core/table';
import { figuresOf } from './figures';
import { UsageOf } from './usage';

export const synthSpeedName = 'synth-speed';

const runs = 7;

export function synthSpeed(): number {
  const folder = mkdtempSync(join(tmpdir(), 'handover-synth-speed-'));
  try {
    const nothing = join(folder, 'nothing.js');
    writeFileSync(nothing, '');
    const table = plainTable(['program', `median of ${runs}`, 'worst', 'processor time, median']);
    table.push(row('Node alone', nothing, folder), row('the app', join(__dirname, 'handover-app.js'), folder));
    process.stdout.write(`${table.toString()}\n`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function row(what: string, program: string, folder: string): string[] {
  const measured = Array.from({ length: runs }, () => measure(program, folder));
  const { median, worst } = figuresOf(measured.map(({ seconds }) => seconds));
  const cpu = figuresOf(measured.map(({ cpuSeconds }) => cpuSeconds));
  return [what, ...[median, worst, cpu.median].map((seconds) => `${seconds.toFixed(2)} s`)];
}

function measure(program: string, folder: string): { readonly seconds: number; readonly cpuSeconds: number } {
  const usage = new UsageOf(program.split('/').at(-1) ?? '', folder);
  const env = { ...process.env, ...usage.env, RELEASE_FILE: 'app/release.yaml', CDK8S_OUTDIR: join(folder, 'dist') };
  const beganMs = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [program], { env, encoding: 'utf8' });
  const seconds = (performance.now() - beganMs) / 1000;
  if (status !== 0) throw new Error(`expected ${program} to succeed, found exit code ${status}: ${stderr}`);
  return { seconds, cpuSeconds: usage.read().cpuSeconds };
}
