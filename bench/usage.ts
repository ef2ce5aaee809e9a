/** What a Node program has used, by its own account when it ends: on a busy machine that tells more than the time that it took. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Usage {
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  /**
   * The most processor time, in milliseconds, that it used before it came back to its event loop, since its first request: so long a lock
   * that is due waits. Not the time on the clock, which on a busy machine tells of the other programs.
   */
  readonly longestBlockMs: number;
}

/** In a process of each program that starts; says nothing unless it is the one that is measured. */
function hook(program: string, result: string, profile: string): string {
  return `
const { basename } = require('node:path');
if (basename(process.argv[1] ?? '') === ${JSON.stringify(program)}) {
  const { writeFileSync } = require('node:fs');
  const usedMs = () => (({ user, system }) => (user + system) / 1000)(process.cpuUsage());
  let [lastMs, longestBlockMs] = [Infinity, 0];
  const tick = () => ((longestBlockMs = Math.max(longestBlockMs, usedMs() - lastMs)), (lastMs = usedMs()));
  const begin = () => lastMs === Infinity && (tick(), setInterval(tick, ${tickMs}).unref());
  require('node:diagnostics_channel').subscribe('http.client.request.start', begin);
  const profile = ${JSON.stringify(profile)};
  const session = profile && new (require('node:inspector').Session)();
  if (session) session.connect(), session.post('Profiler.enable'), session.post('Profiler.start');
  process.on('exit', () => {
    const used = { ...process.resourceUsage(), longestBlockMs };
    writeFileSync(${JSON.stringify(result)}, JSON.stringify(used));
    if (session) session.post('Profiler.stop', (_, found) => writeFileSync(profile, JSON.stringify(found.profile)));
  });
}
`;
}

const tickMs = 5;

export class UsageOf {
  /** For the program, and for what it starts: only the one of this file name writes it down. */
  readonly env: Readonly<Record<string, string>>;
  private readonly result: string;

  /** `profile`: a file for the profile of its processor time, for Chrome's or an editor's viewer. */
  constructor(program: string, folder: string, profile = '') {
    this.result = join(folder, 'usage.json');
    const file = join(folder, 'usage.cjs');
    writeFileSync(file, hook(program, this.result, profile));
    this.env = { NODE_OPTIONS: `--require=${file}` };
  }

  /** Throws while the program has not ended. */
  read(): Usage {
    const used = JSON.parse(readFileSync(this.result, 'utf8')) as NodeJS.ResourceUsage & Pick<Usage, 'longestBlockMs'>;
    const { userCPUTime, systemCPUTime, maxRSS, longestBlockMs } = used;
    return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMegabytes: maxRSS / 1024, longestBlockMs };
  }
}

/** In seconds, of a process that runs; by Linux alone. */
export function cpuSecondsOf(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const [user, system] = [Number(afterName[11]), Number(afterName[12])];
  return (user + system) / ticksPerSecond;
}

/** Of the clock in /proc, on every Linux that Node runs on. */
const ticksPerSecond = 100;
