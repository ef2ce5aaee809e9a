/** Starts a load in a process of its own, follows it, and reads what it recorded. */
import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FromLoad } from '../load/main';
import type { Outcome } from '../load/outcome';
import type { LoadOptions, Progress } from '../load/run-load';
import type { Summary } from '../load/tally';
import { waitUntil } from './wait-until';

/** Beside this program: `npm run e2e` bundles both. */
const program = join(__dirname, 'load.js');

export class Load {
  readonly options: LoadOptions;
  private readonly child: ChildProcess;
  private latest: Progress = { ended: 0, lost: 0 };
  private readonly ended: Promise<Summary>;

  constructor(options: LoadOptions) {
    this.options = options;
    this.child = fork(program, [JSON.stringify(options)]);
    this.ended = this.follow();
    this.ended.catch(() => {}); // reported by whoever asks for the summary
  }

  get progress(): Progress {
    return this.latest;
  }

  async untilEnded(requests: number, limitSeconds: number): Promise<void> {
    await this.until(`${requests} requests have ended`, () => this.latest.ended >= requests, limitSeconds);
  }

  /** Whether a loss was seen in time. */
  async losesWithin(seconds: number): Promise<boolean> {
    const before = this.latest.lost;
    return this.until('a request is lost', () => this.latest.lost > before, seconds).then(
      () => true,
      () => false,
    );
  }

  /** Sends no more, waits for every outcome, and says what became of all requests. */
  async finish(): Promise<Summary> {
    this.child.send('stop');
    return this.ended;
  }

  /** Of a load that has finished. */
  outcomes(): Outcome[] {
    const lines = readFileSync(this.options.outcomesFile, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Outcome);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private until(what: string, isTrue: () => boolean, limitSeconds: number): Promise<void> {
    const seen = () => `${this.latest.ended} ended, ${this.latest.lost} lost`;
    return waitUntil(`${what} of load ${this.options.load}`, () => isTrue() || seen(), { limitSeconds, everyMs: 50 });
  }

  private follow(): Promise<Summary> {
    return new Promise((resolve, reject) => {
      this.child.on('message', (message: FromLoad) => {
        if ('summary' in message) resolve(message.summary);
        else this.latest = message.progress;
      });
      this.child.on('error', reject);
      this.child.on('exit', (code, signal) =>
        reject(new Error(`load ${this.options.load} ended without a summary: ${signal ?? `exit code ${code}`}`)),
      );
    });
  }
}
