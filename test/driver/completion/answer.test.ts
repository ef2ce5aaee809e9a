import * as fc from 'fast-check';
import { render } from '../../../driver/completion/answer';
import { run } from '../../../driver/main';
import { exitCodes } from '../../../model';
import { anyText } from '../../support/any-text';
import { noSynth } from '../../support/no-synth';
import { quietProcess } from '../../support/quiet-process';
import { bothVersions, releaseText } from '../../support/release';
import { VirtualClock } from '../../support/virtual-clock';

const text = releaseText({ versions: bothVersions, weights: { v1: 100, v2: 0 } });
const files: Readonly<Record<string, string>> = {
  'app/release.yaml': text,
  'other.yaml': text.replaceAll('v2', 'v3'),
  '/home/me/own.yaml': text.replaceAll('v2', 'v4'),
  'broken.yaml': 'versions: {',
  '-': text,
};

/** A process without a cluster, without a synth, and with these files alone. */
async function handover(...args: readonly string[]) {
  const { printed, io } = quietProcess(new VirtualClock());
  const touched: string[] = [];
  const touch = (what: string) => () => {
    touched.push(what);
    return Promise.reject(new Error(what));
  };
  const readFile = (path: string) => {
    touched.push(path);
    if (Object.hasOwn(files, path)) return files[path] ?? '';
    throw new Error('ENOENT');
  };
  const rest = { connect: touch('connect'), connectRolling: touch('connect'), synth: noSynth, readFile };
  const alone = { ...io, ...rest, environment: { HOME: '/home/me' }, stop: new AbortController().signal };
  const code = await run(args, alone);
  return { code, ...printed, touched };
}

/** The values that are offered, and the word for the shell at the end. */
async function offered(...words: readonly string[]) {
  const { code, out, err } = await handover('__complete', ...words);
  expect({ code, err }).toEqual({ code: exitCodes.completed, err: '' });
  return out
    .split('\n')
    .map((line) => line.split('\t')[0])
    .slice(0, -1);
}

describe('what is offered', () => {
  it.each([
    [[], 'verb'],
    [['run'], 'option'],
  ])('after %j: what --help shows, and nothing else', async (before, kind) => {
    const help = (await handover(...before, '--help')).out + (await handover('--help')).out;
    const section = kind === 'verb' ? /^ {2}([a-z]+)(?= |$)/gm : /^ {2}(?:-\w, )?(--[-a-z]+)/gm;
    const commands = kind === 'verb' ? help.replace(/[^]*?\nCommands:/, '').replace(/\nExit codes[^]*/, '') : help;
    const shown = new Set([...commands.matchAll(section)].map(([, name]) => name));
    expect(shown.size).toBeGreaterThan(10);
    const answer = await offered(...before, kind === 'verb' ? '' : '--');
    expect(answer.pop()).toBe(':4');
    expect([...answer].sort()).toEqual([...shown].sort());
    expect(answer).not.toContain('--unsafe-no-gate');
  });

  it.each([
    [['ro'], ['rollback']],
    [
      ['run', '--evidence', ''],
      ['proxy', 'probe', 'assumed'],
    ],
    [
      ['--progress', 'li'],
      ['live', 'lines'],
    ],
    [
      ['run', 'v2', '--evidence=pro'],
      ['--evidence=proxy', '--evidence=probe'],
    ],
    [['status', '--hi'], ['--history']],
    [['plan', '--hi'], []],
    [['help', 'pla'], ['plan']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['bogus', ''], []],
    [['run', 'v2', ''], []],
    [['run', '--timeout', ''], []],
    [
      ['run', '--json=', ''],
      ['v1', 'v2'],
    ],
    [['run', '--timeout=x'], []],
  ])('of %j: %j', async (words, expected) => {
    expect(await offered(...words)).toEqual([...expected, ':4']);
  });

  it.each([
    ['-f', ''],
    ['run', '--file', 'a'],
    ['--dist', ''],
    ['run', '--report', 'x'],
    ['run', '--file=a'],
  ])('names of files after %s %s', async (...words) => {
    expect(await offered(...words)).toEqual([':0']);
  });
});

describe('versions', () => {
  it.each([
    [
      ['run', ''],
      ['v1', 'v2'],
    ],
    [['plan', 'v2'], ['v2']],
    [
      ['run', '--', ''],
      ['v1', 'v2'],
    ],
    [
      ['--timeout', 'apply', 'run', ''],
      ['v1', 'v2'],
    ],
    [
      ['--context', '--json', 'run', ''],
      ['v1', 'v2'],
    ],
    [
      ['-f', 'other.yaml', 'run', ''],
      ['v1', 'v3'],
    ],
    [
      ['run', '-fother.yaml', ''],
      ['v1', 'v3'],
    ],
    [
      ['run', '--file=other.yaml', ''],
      ['v1', 'v3'],
    ],
    [
      ['rehearse', '--file', '~/own.yaml', ''],
      ['v1', 'v4'],
    ],
    [['run', '-f', 'broken.yaml', ''], []],
    [['run', '-f', 'not-there.yaml', ''], []],
    [['status', ''], []],
    [['run', '--without-proxy', 'a.b', ''], []],
    [
      ['run', '--without-proxy', 'a.b', '--json', ''],
      ['v1', 'v2'],
    ],
  ])('after %j: %j', async (words, expected) => {
    expect(await offered(...words)).toEqual([...expected, ':4']);
  });

  it('come from no standard input, which is where somebody types', async () => {
    expect((await handover('__complete', '-f', '-', 'run', '')).touched).toEqual([]);
  });
});

it('control characters are escaped, and end no line', () => {
  const candidates = [{ value: 'a\u001b[2J\n', description: 'b\tc' }];
  expect(render({ candidates, areFiles: false })).toBe('a\\u001b[2J\\n\tb\\tc\n:4\n');
});

it('whatever was typed: nothing but the release file is asked, nothing fails, and no control character comes out', async () => {
  const known = [
    'run',
    'plan',
    'help',
    '-f',
    '--file=',
    '--',
    '--evidence',
    '--without-proxy',
    '-',
    '',
    'v1',
    '~/',
    '-n',
  ];
  const word = fc.oneof(fc.constantFrom(...known), anyText, fc.constant('\u001b[2J\t\n'));
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (words) => {
      const { code, out, err, touched } = await handover('__complete', ...words);
      expect({ code, err }).toEqual({ code: exitCodes.completed, err: '' });
      expect(touched).not.toContain('connect');
      expect(out).toMatch(/^([^\p{Cc}]+\t[^\p{Cc}]*\n)*:[04]\n$/u);
    }),
  );
});
