/** Forks the bundle that ships, as a cluster would run it: a process of its own, real signals, real exit codes. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(__dirname, '../../..');
export const bundle = join(root, 'build/service.js');

export type Environment = Readonly<Record<string, string>>;
export type LogLine = { readonly msg: string } & Readonly<Record<string, unknown>>;

export interface Exit {
  readonly code: number | null;
  readonly stderr: string;
  readonly atMs: number;
}

// Starting a process takes a second on a busy machine. What is asserted about time, each test asserts by itself.
jest.setTimeout(30_000);

let isBundled = false;

function spawnService(env: Environment, args: readonly string[] = []): ChildProcess {
  if (!isBundled) execFileSync(process.execPath, [join(root, 'scripts/bundle.mjs'), 'service'], { cwd: root });
  isBundled = true;
  // Nothing is inherited: a variable of the developer's shell must not decide a test.
  return spawn(process.execPath, [bundle, ...args], { env: { PORT: '0', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Runs the program to its end, for commands and for starts that must fail. */
export function runToEnd(env: Environment, args: readonly string[] = []): Promise<Exit> {
  return exitOf(spawnService(env, args));
}

function exitOf(child: ChildProcess): Promise<Exit> {
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, stderr, atMs: performance.now() }));
  });
}

const running = new Set<RunningService>();

/** For afterEach: a test that fails half-way leaves no process behind. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((service) => service.kill()));
}

export class RunningService {
  port = 0;
  readonly logs: LogLine[] = [];
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  #listeners: (() => void)[] = [];

  static async start(env: Environment = {}): Promise<RunningService> {
    const service = new RunningService(spawnService({ MINIMUM_DRAIN_MS: '50', ...env }));
    service.port = (await service.logged('listening')).port as number;
    if (env.FAULT_SLOW_START_MS === undefined) await service.logged('ready');
    return service;
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.exited = exitOf(child);
    running.add(this);
    if (!child.stdout) throw new Error('expected a piped stdout');
    createInterface(child.stdout).on('line', (line) => {
      this.logs.push(JSON.parse(line) as LogLine);
      this.#listeners.forEach((listener) => listener());
    });
  }

  /** The first line with this message, however long it takes; a process that ends without it fails the test. */
  async logged(msg: string): Promise<LogLine> {
    const seen = new Promise<LogLine>((resolve) => {
      const look = () => {
        const line = this.logs.find((candidate) => candidate.msg === msg);
        if (line) resolve(line);
      };
      this.#listeners.push(look);
      look();
    });
    const ended = this.exited.then((exit): never => {
      throw new Error(`expected the log line "${msg}", found the end of the process: ${JSON.stringify(exit)}`);
    });
    return Promise.race([seen, ended]);
  }

  get messages(): string[] {
    return this.logs.map(({ msg }) => msg);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends SIGTERM and waits until the service has begun to drain. */
  async terminate(): Promise<void> {
    this.signal('SIGTERM');
    await this.logged('draining');
  }

  async kill(): Promise<void> {
    running.delete(this);
    this.signal('SIGKILL');
    await this.exited;
  }
}
