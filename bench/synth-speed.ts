/**
 * npm run bench -- synth-speed: how long the app alone takes for the shipped release file and for a hundred services, beside Node's own
 * start, and `cdk8s synth` with it. It needs no cluster.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainTable } from '../driver/core/table';
import { figuresOf } from './figures';
import { UsageOf } from './usage';

export const synthSpeedName = 'synth-speed';

const runs = 7;
const manyServices = 100;
const app = join(__dirname, 'handover-app.js');
const shipped = 'app/release.yaml';

interface Program {
  readonly what: string;
  readonly args: readonly string[];
  /** Release files with colons between them. */
  readonly files: string;
}

export function synthSpeed(): number {
  const folder = mkdtempSync(join(tmpdir(), 'handover-synth-speed-'));
  try {
    const table = plainTable(['program', `median of ${runs}`, 'worst', 'processor time, median']);
    table.push(...programsIn(folder).map((program) => row(program, folder)));
    process.stdout.write(`${table.toString()}\n`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function programsIn(folder: string): Program[] {
  const nothing = join(folder, 'nothing.js');
  writeFileSync(nothing, '');
  const many = Array.from({ length: manyServices }, (_, index) => serviceFile(folder, index)).join(':');
  const cli = ['node_modules/cdk8s-cli/bin/cdk8s', 'synth', '--app', `${process.execPath} ${app}`];
  const synth = [...cli, '--output', join(folder, 'dist')];
  return [
    { what: 'Node alone', args: [nothing], files: shipped },
    { what: 'the app', args: [app], files: shipped },
    { what: `the app, ${manyServices} services`, args: [app], files: many },
    { what: 'cdk8s synth', args: synth, files: shipped },
    { what: `cdk8s synth, ${manyServices} services`, args: synth, files: many },
  ];
}

function serviceFile(folder: string, index: number): string {
  const file = join(folder, `service-${index}.yaml`);
  const name = `name: demo-${index}\nnamespace: demo-${index}\nhosts: [demo-${index}.example.com]\n`;
  writeFileSync(file, readFileSync(shipped, 'utf8').replace(/^name: .*\nnamespace: .*\nhosts: .*\n/m, name));
  return file;
}

function row({ what, ...program }: Program, folder: string): string[] {
  const measured = Array.from({ length: runs }, () => measure(program, folder));
  const { median, worst } = figuresOf(measured.map(({ seconds }) => seconds));
  const cpu = figuresOf(measured.map(({ cpuSeconds }) => cpuSeconds));
  return [what, ...[median, worst, cpu.median].map((seconds) => `${seconds.toFixed(2)} s`)];
}

/** The processor time is that of the program itself; of the CLI, which starts the app by itself, without the app's. */
function measure(
  { args, files }: Omit<Program, 'what'>,
  folder: string,
): { readonly seconds: number; readonly cpuSeconds: number } {
  const usage = new UsageOf(args[0]?.split('/').at(-1) ?? '', folder);
  const env = { ...process.env, ...usage.env, RELEASE_FILE: files, CDK8S_OUTDIR: join(folder, 'dist') };
  const beganMs = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  const seconds = (performance.now() - beganMs) / 1000;
  if (status !== 0) throw new Error(`expected ${args.join(' ')} to succeed, found exit code ${status}: ${stderr}`);
  return { seconds, cpuSeconds: usage.read().cpuSeconds };
}
