/**
 * The keys of a terminal, one by one and without an echo. The terminal itself then sends no signals any more, so Ctrl-C, Ctrl-Z and
 * Ctrl-\ are passed on from here, to all processes that it would have sent them to.
 */
import { emitKeypressEvents } from 'node:readline';
import type { Keyboard, Listener } from './core/keyboard';

/** The parts of the process that are needed. */
export interface Controlled {
  /** Undefined when it is no terminal: then nothing is heard, and only a stop is noticed. */
  readonly stdin: Typed | undefined;
  readonly signals: Pick<NodeJS.EventEmitter, 'on' | 'off'>;
  /** To all processes in the foreground. */
  readonly kill: (signal: NodeJS.Signals) => void;
  /** A process in the background that sets the terminal is stopped for it. */
  readonly isForeground: () => boolean;
  /** From then on the terminal is as it was: the next Ctrl-C ends the process at once. */
  readonly stop: AbortSignal;
}

export type Typed = NodeJS.ReadableStream & { readonly setRawMode: (isRaw: boolean) => unknown };

const signalOf: Readonly<Record<string, NodeJS.Signals>> = {
  '\x03': 'SIGINT',
  '\x1a': 'SIGTSTP',
  '\x1c': 'SIGQUIT',
};

const untilStoppedMs = 100;

export class TerminalKeyboard implements Keyboard {
  isHeard = false;
  private listener: Listener | undefined;

  constructor(private readonly controlled: Controlled) {}

  listen(listener: Listener): () => void {
    const { stdin, signals, stop } = this.controlled;
    this.listener = listener;
    const end = () => {
      this.listener = undefined;
      this.release();
      signals.off('SIGCONT', this.resume);
      stop.removeEventListener('abort', this.release);
      stdin?.off('keypress', this.hear);
    };
    if (stdin) {
      emitKeypressEvents(stdin);
      stdin.on('keypress', this.hear);
      // A terminal that is gone.
      stdin.on('error', this.release);
    }
    stop.addEventListener('abort', this.release);
    signals.on('SIGCONT', this.resume);
    this.take();
    return end;
  }

  /** To be called when something was written that is not in the picture. */
  overwritten(): void {
    this.listener?.overwritten();
  }

  private take(): void {
    const { stdin, stop, isForeground } = this.controlled;
    if (!stdin || !this.listener || stop.aborted || !isForeground()) return;
    // A shell has set it otherwise meanwhile, and Node leaves out what it believes to be so.
    stdin.setRawMode(false);
    stdin.setRawMode(true);
    stdin.resume();
    this.isHeard = true;
  }

  private readonly release = (): void => {
    if (!this.isHeard) return;
    this.isHeard = false;
    this.controlled.stdin?.setRawMode(false);
    this.controlled.stdin?.pause();
  };

  private readonly resume = (): void => {
    this.isHeard = false;
    // In the background not even a read is allowed.
    this.controlled.stdin?.pause();
    this.take();
    this.overwritten();
  };

  private readonly hear = (_: string | undefined, { name, sequence = '' }: { name?: string; sequence?: string }) => {
    const signal = signalOf[sequence];
    if (signal) this.pass(signal);
    else if (name !== undefined && this.isHeard) this.listener?.key(name);
  };

  private pass(signal: NodeJS.Signals): void {
    if (signal === 'SIGINT') return this.controlled.kill(signal);
    this.release();
    this.controlled.kill(signal);
    // Nothing stops where no shell could let it go on.
    setTimeout(() => this.take(), untilStoppedMs);
  }
}
