/** Runs programs: arguments as a list, never through a shell, with a limit of time and errors that show what was said. */
import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly limitMs?: number;
}

export class CommandError extends Error {
  constructor(
    readonly commandLine: string,
    readonly ending: string,
    readonly output: string,
  ) {
    super(`${commandLine}\n  ${ending}\n${lastLines(output).replace(/^/gm, '  | ')}`);
    this.name = 'CommandError';
  }
}

/** Resolves to what the program wrote on stdout; throws a CommandError unless it exits with 0. */
export function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { input = '', env = {}, cwd, limitMs = 120_000 } = options;
  const line = [command, ...args].join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.on('error', () => {}); // a program that ends early does not read its input; its exit code tells why
    child.on('error', (error) => reject(new CommandError(line, `did not start: ${error.message}`, '')));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(stdout);
      const ending =
        code === null ? `was ended by ${signal}, with a limit of ${limitMs / 1000} s` : `exit code ${code}`;
      reject(new CommandError(line, ending, stderr || stdout));
    });
    child.stdin.end(input);
  });
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-15).join('\n');
}
