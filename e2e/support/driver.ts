/** The release driver as a program of its own, followed by its JSON events: what an operator starts, kills and starts again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { run } from './command';
import type { Trial } from './trial';
import { waitUntil } from './wait-until';

/** Beside this program: `npm run e2e` bundles both. */
export const program = join(__dirname, 'handover.js');

export interface DriverEvent {
  readonly at: string;
  readonly event: string;
  readonly what?: string;
  readonly message?: string;
  readonly state?: { readonly evidence: { readonly proxies: readonly string[]; readonly unseen: readonly string[] } };
  /** Of an analysis. */
  readonly verdict?: string;
  readonly numbers?: Readonly<Record<string, number>>;
  readonly decision?: { readonly kind: string; readonly for?: string };
}

export interface DriverWish {
  readonly args: readonly string[];
  readonly file: string;
  readonly kubeconfig: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where it finds cdk8s.yaml; left out, this repository. */
  readonly cwd?: string;
}

export class Driver {
  readonly events: DriverEvent[] = [];
  private readonly child: ChildProcess;
  private readonly said: string[] = [];
  private readonly listeners = new Set<(event: DriverEvent) => void>();
  readonly exit: Promise<number | null>;
  private hasEnded = false;
  /** How it said that it ended, once it has. */
  ending: string | undefined;

  constructor({ args, file, kubeconfig, env = {}, cwd }: DriverWish) {
    const options = ['--json', '--file', file, '--dist', join(file, '..', 'released'), '--kubeconfig', kubeconfig];
    this.child = spawn(process.execPath, [program, ...args, ...options], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.hear(line));
    }
    this.exit = new Promise((resolve) => {
      this.child.on('close', (code) => {
        this.hasEnded = true;
        resolve(code);
      });
    });
  }

  /** Everything that it printed last, to be shown when it did not do what was expected. */
  get lastWords(): string {
    return this.said
      .slice(-6)
      .map((line) => line.slice(0, 400))
      .join('\n');
  }

  get allWords(): string {
    return this.said.join('\n');
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get proxiesSeen(): ReadonlySet<string> {
    return new Set(
      this.events.flatMap(({ state }) => [...(state?.evidence.proxies ?? []), ...(state?.evidence.unseen ?? [])]),
    );
  }

  onEvent(listener: (event: DriverEvent) => void): void {
    this.listeners.add(listener);
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.child.kill(signal);
  }

  /** Until it has told an event like this; throws at once when it ends without. */
  async until(what: string, isIt: (event: DriverEvent) => boolean, limitSeconds = 120): Promise<void> {
    const isTold = () => this.events.some(isIt);
    const look = () => isTold() || this.hasEnded || this.lastWords || 'nothing yet';
    await waitUntil(`the driver ${what}`, look, { limitSeconds, everyMs: 50 });
    if (!isTold()) throw new Error(`expected that the driver ${what}, and it has ended:\n${this.lastWords}`);
  }

  /** Throws unless it ends with this exit code. */
  async expectExit(code: number, limitSeconds = 180): Promise<void> {
    await waitUntil('the driver ends', () => this.hasEnded || this.lastWords || 'nothing yet', { limitSeconds });
    const found = await this.exit;
    if (found !== code) throw new Error(`expected the driver to exit with ${code}, found ${found}:\n${this.lastWords}`);
  }

  private hear(line: string): void {
    this.said.push(line);
    if (line.startsWith('{"outcome"')) this.ending = line;
    const event = parse(line);
    if (!event) return;
    this.events.push(event);
    for (const listener of this.listeners) listener(event);
  }
}

/** A command that is no release; resolves to what it prints. */
export function handover(...args: readonly string[]): Promise<string> {
  return run(process.execPath, [program, ...args]);
}

/** Its writes and waits are told in the trial, and it ends with it. */
export function startDriver(trial: Trial, wish: DriverWish): Driver {
  const driver = new Driver(wish);
  driver.onEvent(({ event, what, decision, message }) => {
    if (event === 'wrote') trial.note(`driver: ${what}`);
    else if (decision?.kind === 'wait' && decision.for !== 'drain') trial.note(`driver: ${message?.slice(0, 160)}`);
  });
  trial.atEnd(() => driver.kill());
  return driver;
}

function parse(line: string): DriverEvent | undefined {
  try {
    const value = JSON.parse(line) as Partial<DriverEvent>;
    return typeof value.event === 'string' ? (value as DriverEvent) : undefined;
  } catch {
    return undefined;
  }
}

export const wrote = (what: string) => (event: DriverEvent) =>
  event.event === 'wrote' && (event.what ?? '').includes(what);
export const waits =
  (forWhat: string, words = '') =>
  (event: DriverEvent) =>
    event.decision?.kind === 'wait' && event.decision.for === forWhat && (event.message ?? '').includes(words);
