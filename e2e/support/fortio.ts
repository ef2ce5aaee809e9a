/** Fortio as a second counter, so that a mistake in our own generator cannot hide lost requests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

interface FortioResult {
  /** By status; -1 is a request that got no answer. */
  readonly RetCodes: Readonly<Record<string, number>>;
}

export interface FortioSummary {
  readonly requests: number;
  readonly lost: number;
  readonly byCause: Readonly<Record<string, number>>;
}

export interface FortioOptions {
  readonly url: string;
  readonly host: string;
  readonly ratePerSecond: number;
  readonly connections: number;
  readonly maxSeconds: number;
  readonly resultFile: string;
}

export interface RunningFortio {
  readonly finish: () => Promise<FortioSummary>;
  readonly kill: () => void;
}

export function startFortio(options: FortioOptions): RunningFortio {
  const { url, host, ratePerSecond, connections, maxSeconds, resultFile } = options;
  const rate = [
    '-qps',
    String(ratePerSecond),
    '-c',
    String(connections),
    '-t',
    `${maxSeconds}s`,
    '-nocatchup',
    '-uniform',
  ];
  const report = ['-allow-initial-errors', '-quiet', '-json', resultFile];
  const child = spawn('fortio', ['load', ...rate, ...report, '-H', `Host: ${host}`, url], { stdio: 'ignore' });
  const closed = once(child, 'close');
  closed.catch(() => {}); // a program that is not there: seen by whoever stops it
  const finish = async () => {
    child.kill('SIGINT'); // Fortio then reports what it has
    await closed;
    return countCodes(JSON.parse(readFileSync(resultFile, 'utf8')) as FortioResult);
  };
  return { finish, kill: () => child.kill('SIGKILL') };
}

export function countCodes({ RetCodes }: FortioResult): FortioSummary {
  const bad = Object.entries(RetCodes).filter(([code]) => code !== '200');
  return {
    requests: Object.values(RetCodes).reduce((sum, count) => sum + count, 0),
    lost: bad.reduce((sum, [, count]) => sum + count, 0),
    byCause: Object.fromEntries(bad.map(([code, count]) => [code === '-1' ? 'no answer' : `status ${code}`, count])),
  };
}
