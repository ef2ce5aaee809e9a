/** The edge to the process: arguments, environment, signals, exit codes. */
import { readConfig } from './config';
import { probe } from './probe';

const misused = 2;

async function main(args: readonly string[]): Promise<void> {
  const [verb, path, ...rest] = args;
  if (verb === undefined) return serve();
  if (verb === 'probe' && path?.startsWith('/') && rest.length === 0) return runProbe(path);
  complain('expected no arguments, or: probe /path', misused);
}

async function serve(): Promise<void> {
  const read = readConfig(process.env);
  if ('problems' in read) {
    return complain(['wrong environment variables:', ...read.problems].join('\n  '), misused);
  }
  // Loaded on demand, because a probe runs every few seconds and pays for whatever is loaded before it begins.
  const [{ createLogger }, { Service }] = await Promise.all([import('./logging'), import('./service')]);
  const log = createLogger(read.config.version);
  const service = new Service(read.config, log, (code) => process.exit(code));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => service.shutdown.onSignal(signal));
  process.on('uncaughtException', (error) => service.shutdown.onBug(error));
  try {
    await service.start();
  } catch (error) {
    log.fatal({ port: read.config.port, code: (error as NodeJS.ErrnoException).code }, 'cannot listen');
    process.exitCode = 1;
  }
}

async function runProbe(path: string): Promise<void> {
  const read = readConfig({ PORT: process.env.PORT });
  if ('problems' in read) return complain(read.problems.join('\n'), misused);
  const failure = await probe(read.config.port, path);
  if (failure !== undefined) complain(failure, 1);
}

/** Plain text on stderr: a mistake in a manifest is read by a person, who gains nothing from a stack trace. */
function complain(message: string, exitCode: number): void {
  process.stderr.write(`service: ${message}\n`);
  process.exitCode = exitCode;
}

void main(process.argv.slice(2));
