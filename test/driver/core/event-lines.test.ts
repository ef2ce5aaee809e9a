import { eventLines, type EventLine } from '../../../driver/core/event-lines';
import { VirtualClock } from '../../support/virtual-clock';

const drain = (seconds: number): EventLine => ({
  topic: 'drain',
  text: `${seconds} s to go`,
  event: { event: 'decided', seconds },
});
const wrote: EventLine = { topic: '', text: undefined, event: { event: 'wrote' } };
const conflict: EventLine = { topic: '', text: 'somebody else wrote', event: { event: 'conflict' } };

function writer({ json = false, isTerminal = false, columns = 120 } = {}) {
  const clock = new VirtualClock();
  const printed = { err: '' };
  const tell = eventLines({ err: (text) => void (printed.err += text), isTerminal, columns, clock }, json);
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
  it('begin with the seconds since the start', () => {
    const { tell, lines } = writer();
    tell(conflict, 61_500);
    expect(lines()).toEqual(['  61.5 s  somebody else wrote']);
  });

  it('tell the same words of a topic once, however often it is looked at', () => {
    const { tell, lines } = writer();
    for (let look = 0; look < 100; look++) tell(drain(3), 1_000);
    expect(lines()).toEqual(['   1.0 s  3 s to go']);
  });

  it('tell words that change all the time every five seconds', () => {
    const { tell, lines } = writer();
    for (let seconds = 12; seconds > 0; seconds--) tell(drain(seconds), 1_000);
    expect(lines()).toEqual(['   1.0 s  12 s to go', '   6.0 s  7 s to go', '  11.0 s  2 s to go']);
  });

  it('tell words that changed soon after the last ones, and then stayed', () => {
    const { tell, lines } = writer();
    tell(drain(9));
    for (let look = 0; look < 10; look++) tell(drain(8), 1_000);
    expect(lines()).toEqual(['   0.0 s  9 s to go', '   5.0 s  8 s to go']);
  });

  it('tell what has no topic each time, and what is for programs never', () => {
    const { tell, lines } = writer();
    [conflict, wrote, conflict].forEach((line) => tell(line));
    expect(lines()).toEqual(['   0.0 s  somebody else wrote', '   0.0 s  somebody else wrote']);
  });

  it('show what is not told on a terminal as one line that changes, cut to its width', () => {
    const { tell, text } = writer({ isTerminal: true, columns: 16 });
    tell(drain(9));
    tell(drain(8), 1_000);
    tell(conflict, 1_000);
    const clear = '\r\x1b[2K';
    const [, shown, cleared] = text().split(clear).slice(1);
    expect(shown).toContain('   1.0 s  8 s t');
    expect(shown).not.toContain('\n');
    expect(cleared).toContain('somebody');
  });
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
