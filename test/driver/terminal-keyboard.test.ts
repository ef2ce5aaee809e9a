/** A terminal that hears each key: it is always given back as it was, and Ctrl-C and Ctrl-Z do what they always do. */
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { isInFront } from '../../driver/foreground';
import { TerminalKeyboard } from '../../driver/terminal-keyboard';

function terminal({ isForeground = true, isTerminal = true } = {}) {
  const modes: boolean[] = [];
  const killed: string[] = [];
  const heard: string[] = [];
  let overwritten = 0;
  const stdin = Object.assign(new PassThrough(), { setRawMode: (isRaw: boolean) => void modes.push(isRaw) });
  const signals = new EventEmitter();
  const stop = new AbortController();
  const place = { isForeground };
  const keyboard = new TerminalKeyboard({
    stdin: isTerminal ? stdin : undefined,
    signals,
    kill: (signal) => void killed.push(signal),
    isForeground: () => place.isForeground,
    stop: stop.signal,
  });
  const end = keyboard.listen({ key: (name) => void heard.push(name), overwritten: () => void overwritten++ });
  const type = async (text: string) => {
    stdin.write(text);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const isRaw = () => modes.at(-1) ?? false;
  return { keyboard, stdin, signals, stop, place, killed, heard, end, type, isRaw, overwritten: () => overwritten };
}

it('hears keys one by one, and gives the terminal back', async () => {
  const { type, heard, isRaw, end, signals, stdin, keyboard } = terminal();
  expect([isRaw(), keyboard.isHeard]).toEqual([true, true]);
  await type('ay');
  end();
  expect(heard).toEqual(['a', 'y']);
  expect([isRaw(), keyboard.isHeard, stdin.isPaused(), signals.listenerCount('SIGCONT')]).toEqual([
    false,
    false,
    true,
    0,
  ]);
  await type('a');
  expect(heard).toHaveLength(2);
});

it('passes Ctrl-C on, and from the first stop on the terminal is as it was', async () => {
  const { type, killed, stop, isRaw, keyboard, signals } = terminal();
  await type('\x03');
  expect(killed).toEqual(['SIGINT']);
  stop.abort();
  expect(isRaw()).toBe(false);
  signals.emit('SIGCONT');
  expect([isRaw(), keyboard.isHeard]).toEqual([false, false]);
});

it.each([
  ['\x1a', 'SIGTSTP'],
  ['\x1c', 'SIGQUIT'],
])('gives the terminal back before %j stops or ends the process', async (typed, signal) => {
  const { type, killed, isRaw, stop } = terminal();
  await type(typed);
  expect(killed).toEqual([signal]);
  expect(isRaw()).toBe(false);
  stop.abort();
});

it('goes on hearing when it was stopped and is in the foreground again', () => {
  const { signals, isRaw, keyboard, overwritten } = terminal();
  signals.emit('SIGCONT');
  expect([isRaw(), keyboard.isHeard, overwritten()]).toEqual([true, true, 1]);
});

it('leaves a terminal alone that belongs to somebody else, until it is back', () => {
  const { signals, place, isRaw, keyboard, stdin } = terminal({ isForeground: false });
  expect([isRaw(), keyboard.isHeard]).toEqual([false, false]);
  place.isForeground = true;
  signals.emit('SIGCONT');
  expect([isRaw(), keyboard.isHeard]).toEqual([true, true]);
  place.isForeground = false;
  signals.emit('SIGCONT');
  expect([keyboard.isHeard, stdin.isPaused()]).toEqual([false, true]);
});

it('a terminal that is gone ends nothing', () => {
  const { stdin, keyboard } = terminal();
  stdin.emit('error', new Error('EIO'));
  expect(keyboard.isHeard).toBe(false);
});

it('notices a stop where nothing can be typed', () => {
  const { signals, overwritten, keyboard } = terminal({ isTerminal: false });
  signals.emit('SIGCONT');
  expect([overwritten(), keyboard.isHeard]).toEqual([1, false]);
});

test.each([
  ['12 (node) S 1 77 77 34816 77 4194304 1', true],
  ['12 (a) b (c) S 1 77 50 34816 50 4194304 1', false],
  ['12 (node) S 1 77 77 0 -1 4194304 1', false],
])('/proc/self/stat %j is of a process in the foreground: %s', (stat, expected) => {
  expect(isInFront(stat)).toBe(expected);
});
