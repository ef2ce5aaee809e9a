/** The edge: the only file that touches the process. */
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { messageOf } from '../model';
import { realClock } from './core/clock';
import { connect, type KubernetesCluster } from './istio/kubernetes';
import { openExamination } from './istio/kubernetes/examination';
import { isForeground } from './foreground';
import type { Io } from './io';
import { surviveLostTerminal } from './lost-terminal';
import { run } from './main';
import { openReach } from './kubernetes/reach';
import { connectRolling } from './rolling/kubernetes';
import { realSynth } from './synth';
import { TerminalKeyboard } from './terminal-keyboard';

const stop = new AbortController();
// Each request and each wait listens to it.
setMaxListeners(0, stop.signal);

const keyboard = new TerminalKeyboard({
  stdin: process.stdin.isTTY ? process.stdin : undefined,
  signals: process,
  kill: (signal) => void process.kill(0, signal),
  isForeground: () => isForeground(process.pid),
  stop: stop.signal,
});

/** Is written below a picture that is drawn: that is drawn again below it. */
function tell(text: string): void {
  process.stderr.write(text);
  keyboard.overwritten();
}

surviveLostTerminal();

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    tell(`${signal}: stopping at the next safe point; once more ends at once\n`);
    stop.abort();
  });
}

/**
 * The terminal is gone. Nobody would see what a driver does that goes on; the lock is given back. Often it comes twice, from the shell
 * and from the system, and nobody has asked twice.
 */
process.on('SIGHUP', () => {
  if (!stop.signal.aborted) tell('SIGHUP: stopping at the next safe point\n');
  stop.abort();
});

const connected: KubernetesCluster[] = [];

const io: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY,
  get columns() {
    return process.stderr.columns || 120;
  },
  get rows() {
    return process.stderr.rows || 40;
  },
  ...(process.stderr.isTTY && { keyboard }),
  environment: process.env,
  // As everywhere, - is the standard input.
  readFile: (path) => readFileSync(path === '-' ? 0 : path, 'utf8'),
  synth: realSynth(process.env, stop.signal),
  clock: realClock,
  connect: async (options, carried) => {
    const cluster = await connect({ ...options, tell, stop: stop.signal }, carried);
    connected.push(cluster);
    return cluster;
  },
  connectRolling: (options) => connectRolling({ ...options, tell, stop: stop.signal }),
  reach: (options) => openReach({ ...options, tell, stop: stop.signal }),
  examine: (options) => openExamination({ ...options, tell, stop: stop.signal }),
  newId: () => randomUUID().slice(0, 8),
  // In containers names and process ids are often the same: pods of one name, and process 1.
  holder: `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
  stop: stop.signal,
};

run(process.argv.slice(2), io)
  .then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`handover: unexpected: ${messageOf(error)}\n`);
      process.exitCode = 1;
    },
  )
  .finally(() => connected.forEach((cluster) => cluster.close()));
