/** Fortio as a second counter, so that a mistake in our own generator cannot hide lost requests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

interface FortioResult {
  /** By status; -1 is a request that got no answer. Of gRPC health checks by what they said; ERROR is a call that failed. */
  readonly RetCodes: Readonly<Record<string, number>>;
}

export interface FortioSummary {
  readonly requests: number;
  readonly lost: number;
  readonly byCause: Readonly<Record<string, number>>;
}

export interface FortioOptions {
  /** Of gRPC, HOST:PORT. */
  readonly url: string;
  readonly host: string;
  /** Instead of HTTP requests: the standard health check of a service, or Fortio's own ping. */
  readonly grpc?: { readonly healthOf: string } | 'ping';
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
  const { url, host, grpc, ratePerSecond, connections, maxSeconds, resultFile } = options;
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
  const child = spawn('fortio', ['load', ...rate, ...callOf(grpc), ...report, '-H', `Host: ${host}`, url], {
    stdio: 'ignore',
  });
  const closed = once(child, 'close');
  closed.catch(() => {}); // a program that is not there: seen by whoever stops it
  const finish = async () => {
    child.kill('SIGINT'); // Fortio then reports what it has
    await closed;
    return countCodes(JSON.parse(readFileSync(resultFile, 'utf8')) as FortioResult);
  };
  return { finish, kill: () => child.kill('SIGKILL') };
}

function callOf(grpc: FortioOptions['grpc']): string[] {
  if (grpc === undefined) return [];
  return ['-grpc', ...(grpc === 'ping' ? ['-ping'] : ['-healthservice', grpc.healthOf])];
}

export function countCodes({ RetCodes }: FortioResult): FortioSummary {
  const bad = Object.entries(RetCodes).filter(([code]) => code !== '200' && code !== 'SERVING');
  return {
    requests: Object.values(RetCodes).reduce((sum, count) => sum + count, 0),
    lost: bad.reduce((sum, [, count]) => sum + count, 0),
    byCause: Object.fromEntries(
      bad.map(([code, count]) => [code === '-1' || code === 'ERROR' ? 'no answer' : `status ${code}`, count]),
    ),
  };
}
