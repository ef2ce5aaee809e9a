/** Keys in the live view: what is dangerous is asked once more, and nothing is named that nobody hears. */
import type { KeyAct, Listener } from '../../../driver/core/keyboard';
import { LiveView } from '../../../driver/core/live-view';

function viewWith({ isHeard = true } = {}) {
  const written: string[] = [];
  const done: string[] = [];
  let listener: Listener | undefined;
  const keyboard = {
    isHeard,
    listen: (given: Listener) => {
      listener = given;
      return () => (listener = undefined);
    },
  };
  const view = new LiveView({ err: (text) => void written.push(text), columns: 80, rows: 24 }, () => '', keyboard);
  const act = (name: string, answer: () => Promise<string>): KeyAct => ({
    key: name.slice(0, 1),
    name,
    consequence: `the ${name} happens`,
    act: () => {
      done.push(name);
      return answer();
    },
  });
  const keys = [
    act('abort', () => Promise.resolve('asked for')),
    act('promote', () => Promise.reject(new Error('expected a pause, found none; wait'))),
  ];
  view.show({ picture: (isDetailed) => [isDetailed ? 'all of it' : 'in short'], keys });
  return {
    view,
    done,
    act,
    isListening: () => listener !== undefined,
    type: (...names: string[]) => names.forEach((name) => listener?.key(name)),
    overwrite: () => listener?.overwritten(),
    last: () => written.at(-1) ?? '',
    all: () => written.join(''),
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('names the keys below the picture', () => {
  expect(viewWith().last()).toBe('in short\n  keys:  [a] abort  [p] promote  [d] detail  [Ctrl-C] leave it as it is\n');
});

it('asks once more, says what happens, and does it at a yes', async () => {
  const { type, last, all, done } = viewWith();
  type('a');
  expect(last()).toContain('  abort: the abort happens. [y] yes, do it; any other key leaves it\n');
  expect(done).toEqual([]);
  type('y');
  await turn();
  expect(done).toEqual(['abort']);
  expect(all()).toContain('abort: asked for\n');
});

it.each([
  ['another key', ['a', 'n', 'y']],
  ['the same key', ['a', 'a', 'y']],
  ['a key that is none', ['x', 'y']],
])('does nothing after %s', (_, typed) => {
  const { type, done, last } = viewWith();
  type(...typed);
  expect(done).toEqual([]);
  expect(last()).toContain('keys:');
});

it('asks no more about what makes no sense by now', () => {
  const { view, type, done } = viewWith();
  type('p');
  view.show({ keys: [] });
  type('y');
  expect(done).toEqual([]);
});

it('a look in between leaves the question where it is', () => {
  const { view, type, last, act } = viewWith();
  type('a');
  view.show({ picture: () => ['later'], keys: [act('abort', () => Promise.resolve(''))] });
  expect(last()).toMatch(/later\n {2}abort: the abort happens/);
});

it('says why something was refused', async () => {
  const { type, all } = viewWith();
  type('p', 'y');
  await turn();
  expect(all()).toContain('promote: expected a pause, found none; wait\n');
});

it('shows all of it, and less again', () => {
  const { type, last } = viewWith();
  type('d');
  expect(last()).toMatch(/all of it\n.*\[d\] less/);
  type('d');
  expect(last()).toMatch(/in short\n.*\[d\] detail/);
});

it('is drawn anew below what others wrote, such as a shell while the process was stopped', () => {
  const { overwrite, last } = viewWith();
  overwrite();
  expect(last()).toMatch(/^in short\n/);
});

it('leaves the last picture behind without keys, and hears nothing any more', async () => {
  const { view, type, last, isListening, all } = viewWith();
  type('a', 'y');
  view.end();
  expect(isListening()).toBe(false);
  expect(last()).toMatch(/\x1b\[J ?in short\n$/);
  await turn();
  expect(all()).not.toContain('abort: asked for');
});

it('shows nothing of a hostile name that a terminal would obey, in the picture, the keys and what came of them', async () => {
  const hostile = '\x1b[2J\x1b]0;title\x07v1\r\n\x9b31m';
  const { view, type, act, all } = viewWith();
  const key = { ...act('abort', () => Promise.resolve(hostile)), consequence: `all traffic returns to ${hostile}` };
  view.show({ picture: () => [`  ${hostile}  100 %`], keys: [key] });
  type('a', 'y');
  await turn();
  view.say(hostile);
  // What is left are the cursor's own way up, and the end of what stood there.
  expect(all().replace(/\x1b\[\d+A\r\x1b\[J/g, '')).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  expect(all()).toContain('abort: all traffic returns to v1 ');
});

it('names no key where nobody hears it', () => {
  expect(viewWith({ isHeard: false }).last()).toBe('in short\n');
});
