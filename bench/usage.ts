/** What a Node program has used, by its own account when it ends: on a busy machine that tells more than the time that it took. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Usage {
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

export class UsageOf {
  /** For the program, and for what it starts: only the one of this file name writes it down. */
  readonly env: Readonly<Record<string, string>>;
  private readonly result: string;

  constructor(program: string, folder: string) {
    this.result = join(folder, 'usage.json');
    const hook = join(folder, 'usage.cjs');
    const isIt = `require('node:path').basename(process.argv[1] ?? '') === ${JSON.stringify(program)}`;
    const write = `require('node:fs').writeFileSync(${JSON.stringify(this.result)}, JSON.stringify(process.resourceUsage()))`;
    writeFileSync(hook, `if (${isIt}) process.on('exit', () => ${write});\n`);
    this.env = { NODE_OPTIONS: `--require=${hook}` };
  }

  /** Throws while the program has not ended. */
  read(): Usage {
    const used = JSON.parse(readFileSync(this.result, 'utf8')) as NodeJS.ResourceUsage;
    return { cpuSeconds: (used.userCPUTime + used.systemCPUTime) / 1e6, peakMegabytes: used.maxRSS / 1024 };
  }
}
