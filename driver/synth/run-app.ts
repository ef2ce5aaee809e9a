/** Runs the app in a process group of its own, which is ended with it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import type { Refusal } from '../../model';
import { synthRefusal } from './refusal';

export interface AppRun {
  readonly command: string;
  /** Where the command was read: messages name it. */
  readonly config: string;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Path of a file for what it prints. A pipe would stay open as long as a process that the app left behind. */
  readonly log: string;
  readonly stop: AbortSignal;
  readonly limitMs: number;
}

/** Returns what it printed. */
export async function runApp(run: AppRun): Promise<string> {
  const found = await endOf(run);
  const printed = await readFile(run.log, 'utf8');
  if (found === undefined) return printed;
  throw failure(run, found, printed);
}

/** What went wrong. A shell runs the command, as cdk8s synth does: it may join several with &&. */
async function endOf({ command, env, cwd, log, stop, limitMs }: AppRun): Promise<string | undefined> {
  const output = await open(log, 'w');
  try {
    const stdio = ['ignore', output.fd, output.fd] as const;
    const limit = AbortSignal.timeout(limitMs);
    const child = spawn(command, { shell: true, detached: true, cwd, env, stdio: [...stdio] });
    const ended = await exitOf(child, AbortSignal.any([stop, limit]));
    if (stop.aborted) return 'that it was stopped';
    return limit.aborted && ended.signal ? `that it still ran after ${limitMs / 1000} s` : endingOf(ended);
  } finally {
    await output.close();
  }
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

function endingOf({ code, signal }: Exit): string | undefined {
  if (code === 0) return undefined;
  return signal ? `that ${signal} ended it` : `exit code ${code ?? 'unknown'}`;
}

/** `end` ends the app and all that it started: a build that went on would write into a folder that is gone. */
function exitOf(child: ChildProcess, end: AbortSignal): Promise<Exit> {
  return new Promise((resolve, reject) => {
    const endGroup = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      end.removeEventListener('abort', endGroup);
      resolve({ code, signal });
    });
    if (end.aborted) endGroup();
    else end.addEventListener('abort', endGroup, { once: true });
  });
}

const shownLines = 15;

function failure({ command, config }: AppRun, found: string, output: string): Refusal {
  const lines = output.trimEnd().split('\n').slice(-shownLines);
  const printed = lines.join('').trim() === '' ? 'it printed nothing' : `it printed last:\n  ${lines.join('\n  ')}`;
  return synthRefusal(`success from ${command} (app: in ${config})`, found, printed);
}
