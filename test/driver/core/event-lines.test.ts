import { eventLines, type EventLine, type Progress } from '../../../driver/core/event-lines';
import { LiveBlock } from '../../../driver/core/live-block';
import { VirtualClock } from '../../support/virtual-clock';

const drain = (seconds: number): EventLine => ({
  topic: 'drain',
  text: `${seconds} s to go`,
  event: { event: 'decided', seconds },
});
const wrote: EventLine = { topic: '', text: undefined, event: { event: 'wrote' } };
const conflict: EventLine = { topic: '', text: 'somebody else wrote', event: { event: 'conflict' } };

interface Wish {
  readonly json?: boolean;
  readonly isTerminal?: boolean;
  readonly columns?: number;
  readonly progress?: Progress;
  readonly environment?: Readonly<Record<string, string>>;
}

function writer({ json = false, isTerminal = false, columns = 120, progress, environment = {} }: Wish = {}) {
  const clock = new VirtualClock();
  const printed = { err: '' };
  const { tell } = eventLines(
    { err: (text) => void (printed.err += text), isTerminal, environment, columns, rows: 40, clock },
    json,
    progress,
  );
  return {
    /** Tells a line, `ms` later than the one before. */
    tell: (line: EventLine, ms = 0) => {
      clock.pass(ms);
      tell(line);
    },
    lines: () => printed.err.split('\n').slice(0, -1),
    text: () => printed.err,
  };
}

describe('lines for people', () => {
  it('begin with the date, in UTC, and the seconds since the start', () => {
    const { tell, lines } = writer();
    tell(conflict, 61_500);
    expect(lines()).toEqual(['1970-01-01T00:01:01Z  61.5 s  somebody else wrote']);
  });

  it('tell the same words of a topic once, however often it is looked at', () => {
    const { tell, lines } = writer();
    for (let look = 0; look < 100; look++) tell(drain(3), 1_000);
    expect(lines()).toEqual(['1970-01-01T00:00:01Z   1.0 s  3 s to go']);
  });

  it('tell words that change all the time every five seconds', () => {
    const { tell, lines } = writer();
    for (let seconds = 12; seconds > 0; seconds--) tell(drain(seconds), 1_000);
    expect(lines()).toEqual([
      '1970-01-01T00:00:01Z   1.0 s  12 s to go',
      '1970-01-01T00:00:06Z   6.0 s  7 s to go',
      '1970-01-01T00:00:11Z  11.0 s  2 s to go',
    ]);
  });

  it('tell words that changed soon after the last ones, and then stayed', () => {
    const { tell, lines } = writer();
    tell(drain(9));
    for (let look = 0; look < 10; look++) tell(drain(8), 1_000);
    expect(lines()).toEqual(['1970-01-01T00:00:00Z   0.0 s  9 s to go', '1970-01-01T00:00:05Z   5.0 s  8 s to go']);
  });

  it('say what a person can do about a wait that lasts, once for each wait', () => {
    const { tell, lines } = writer();
    const hinted = { ...drain(3), hint: 'look at the pods' };
    tell(drain(3));
    for (let look = 0; look < 20; look++) tell(hinted, 1_000);
    tell(conflict);
    tell(hinted);
    expect(lines()).toEqual([
      '1970-01-01T00:00:00Z   0.0 s  3 s to go',
      '1970-01-01T00:00:01Z   1.0 s    look at the pods',
      '1970-01-01T00:00:20Z  20.0 s  somebody else wrote',
      '1970-01-01T00:00:20Z  20.0 s  3 s to go',
      '1970-01-01T00:00:20Z  20.0 s    look at the pods',
    ]);
  });

  it('tell what has no topic each time, and what is for programs never', () => {
    const { tell, lines } = writer();
    [conflict, wrote, conflict].forEach((line) => tell(line));
    expect(lines()).toEqual([
      '1970-01-01T00:00:00Z   0.0 s  somebody else wrote',
      '1970-01-01T00:00:00Z   0.0 s  somebody else wrote',
    ]);
  });

  it('show nothing of what a pod or somebody else wrote that a terminal would obey', () => {
    const { tell, text } = writer();
    tell({ ...conflict, text: 'pod says \x1b[2J\x1b]0;title\x07hello\r\nworld' });
    expect(text()).toBe('1970-01-01T00:00:00Z   0.0 s  pod says hello world\n');
  });

  it('are left out where nobody wants them', () => {
    const { tell, text } = writer({ progress: 'none', isTerminal: true });
    tell(conflict);
    expect(text()).toBe('');
  });

  it('are told as in a file on a terminal, too, when that is wished', () => {
    const { tell, lines } = writer({ progress: 'lines', isTerminal: true });
    tell({ ...drain(3), picture: () => ['a picture'], isPictured: true });
    expect(lines()).toEqual(['1970-01-01T00:00:00Z   0.0 s  3 s to go']);
  });
});

describe('on a terminal', () => {
  const wait: EventLine = { ...drain(3), isPictured: true, picture: () => ['v1  100 %', 'waiting'] };
  const act: EventLine = { topic: '', text: 'a long text', brief: 'wrote it', picture: () => ['v1  90 %'], event: {} };

  it('the picture is drawn in its place, and what happened stands above it', () => {
    const { tell, text } = writer({ isTerminal: true });
    tell(wait);
    tell(act, 1_000);
    tell(wait, 1_000);
    const up = (rows: number) => `\x1b[${rows}A\r\x1b[J`;
    const first = 'v1  100 %\nwaiting\n';
    expect(text()).toBe(`${first}${up(2)}   1.0 s  wrote it\nv1  90 %\n${up(1)}${first}`);
  });

  it('the same words of one topic are told once', () => {
    const { tell, text } = writer({ isTerminal: true });
    for (let look = 0; look < 3; look++) tell({ topic: 'stuck', text: 'it is stuck', picture: () => [], event: {} });
    expect(text()).toBe('   0.0 s  it is stuck\n');
  });

  it('lines are cut to the width, and all rows go that a narrower window has made of them', () => {
    const err: string[] = [];
    const terminal = { err: (text: string) => void err.push(text), columns: 20, rows: 10 };
    const block = new LiveBlock(terminal);
    block.draw(['x'.repeat(50), 'y']);
    terminal.columns = 8;
    block.draw(['z']);
    expect(err).toEqual([`${'x'.repeat(18)}…\ny\n`, '\x1b[4A\r\x1b[Jz\n']);
  });
});

it.each([
  ['TERM=dumb', { TERM: 'dumb' }, 'live' as const, false],
  ['CI=true', { CI: 'true' }, undefined, false],
  ['CI=true, and a picture that somebody asked for', { CI: 'true' }, 'live' as const, true],
  ['CI=false', { CI: 'false' }, undefined, true],
  ['TERM=xterm and NO_COLOR, as nothing has a colour', { TERM: 'xterm', NO_COLOR: '1' }, undefined, true],
])('a terminal with %s', (_, environment, progress, isDrawn) => {
  const { tell, text } = writer({ isTerminal: true, environment, progress });
  tell({ ...drain(3), picture: () => ['a picture'], isPictured: true });
  expect(text()).toBe(isDrawn ? 'a picture\n' : '1970-01-01T00:00:00Z   0.0 s  3 s to go\n');
});

it('keys are named below a picture that is higher than the window, too', () => {
  const err: string[] = [];
  const block = new LiveBlock({ err: (text) => void err.push(text), columns: 40, rows: 4 });
  block.draw(['1', '2', '3'], ['keys']);
  expect(err).toEqual(['1\n  … 2 more lines: enlarge the window\nkeys\n']);
});

it('characters that take two cells count as two: when a line is cut, and when it is erased', () => {
  const err: string[] = [];
  const terminal = { err: (text: string) => void err.push(text), columns: 12, rows: 20 };
  const block = new LiveBlock(terminal);
  block.draw(['映像の取得に失敗']);
  terminal.columns = 6;
  block.draw([]);
  expect(err).toEqual(['映像の取得…\n', '\x1b[2A\r\x1b[J']);
});

it('a picture that is higher than the window is cut at its end: what has scrolled away cannot be drawn anew', () => {
  const err: string[] = [];
  const block = new LiveBlock({ err: (text) => void err.push(text), columns: 40, rows: 4 });
  block.draw(['1', '2', '3']);
  block.draw(['1', '2', '3', '4']);
  expect(err).toEqual(['1\n2\n3\n', '\x1b[3A\r\x1b[J1\n2\n  … 2 more lines: enlarge the window\n']);
});

describe('lines for programs', () => {
  it('are JSON with the time, and have every change of words once', () => {
    const { tell, lines } = writer({ json: true });
    [drain(2), drain(2), wrote, wrote, drain(1)].forEach((line) => tell(line));
    const at = '1970-01-01T00:00:00.000Z';
    expect(lines().map((line) => JSON.parse(line) as unknown)).toEqual([
      { at, event: 'decided', seconds: 2 },
      { at, event: 'wrote' },
      { at, event: 'wrote' },
      { at, event: 'decided', seconds: 1 },
    ]);
  });
});
