/**
 * The one writer of events, on stderr: JSON lines for programs; for people, lines that begin with the date and the seconds since
 * the start.
 *
 * Call it as often as there is something to say, also on every look: it tells the same once. What belongs to one wait has one
 * topic. While only the words of a wait change, as of a drain that counts down, they are told every five seconds. On a
 * terminal a picture of where things stand is drawn below the lines instead, and only what happened is told. JSON has every
 * change of words.
 */
import type { Clock } from './clock';
import type { Keyboard, KeyAct } from './keyboard';
import { printable } from './live-block';
import { LiveView, type Picture } from './live-view';

export interface EventLine {
  /** What the words are about. Empty: it happened now, and is told each time. */
  readonly topic: string;
  /** Undefined: for programs only. */
  readonly text: string | undefined;
  /** The same where a picture has the rest. */
  readonly brief?: string;
  /** On a terminal: where things stand. Undefined: as they were. */
  readonly picture?: Picture | undefined;
  /** What a person may do about it by a key. Undefined: as before. */
  readonly keys?: readonly KeyAct[] | undefined;
  /** The picture has the words, too: they are not told above it. */
  readonly isPictured?: boolean;
  /** What a person can do about a wait that lasts. */
  readonly hint?: string | undefined;
  /** It comes in between, and ends no wait that is told. */
  readonly isAside?: boolean;
  /** The JSON line, to which the writer adds the time as `at`. */
  readonly event: object;
}

export interface Teller {
  readonly tell: (line: EventLine) => void;
  /** Nothing is told any more: the terminal is as it was before. */
  readonly end: () => void;
}

type TellLine = Teller['tell'];

/** The part of the process that is written to. */
export interface Screen {
  readonly err: (text: string) => void;
  readonly isTerminal: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly columns: number;
  readonly rows: number;
  /** Only of a terminal. */
  readonly keyboard?: Keyboard;
  readonly clock: Clock;
}

export const progressKinds = ['live', 'lines', 'none'] as const;
export type Progress = (typeof progressKinds)[number];

/** What is wished, as far as the screen can: a file has no place to draw in. */
export function eventLines(screen: Screen, json: boolean, wish: Progress | undefined): Teller {
  if (!json && wish !== 'none' && wish !== 'lines' && isDrawnOn(screen, wish)) return liveLines(screen);
  const silent = () => undefined;
  const tell = json ? jsonLines(screen) : wish === 'none' ? silent : humanLines(screen);
  return { tell, end: silent };
}

/** A dumb terminal cannot draw anew, and a log of CI keeps each picture. */
function isDrawnOn({ isTerminal, environment }: Screen, wish: Progress | undefined): boolean {
  const { TERM, CI } = environment;
  return isTerminal && TERM !== 'dumb' && (wish === 'live' || !isSet(CI));
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false';
}

function jsonLines({ err, clock }: Screen): TellLine {
  let last = nothingTold;
  return ({ topic, text, isAside, event }) => {
    if (isSameTopic(topic, last) && text === last.text) return;
    const atMs = clock.nowMs();
    if (!isAside) last = { topic, text, atMs };
    err(`${JSON.stringify({ at: new Date(atMs).toISOString(), ...event })}\n`);
  };
}

const repeatMs = 5_000;

function humanLines({ err, clock }: Screen): TellLine {
  const stamp = stamps(clock);
  // A log is read later, beside those of others: seconds since a start that is elsewhere say nothing there.
  const date = () => new Date(clock.nowMs()).toISOString().replace(/\.\d+/, '');
  const say = (text: string) => err(`${date()}${stamp()}${printable(text)}\n`);
  let last = nothingTold;
  let hinted = false;
  return ({ topic, text, hint }) => {
    if (text === undefined) return;
    const atMs = clock.nowMs();
    const isSame = isSameTopic(topic, last);
    const isOld = text === last.text || atMs - last.atMs < repeatMs;
    if (!isSame || !isOld) {
      last = { topic, text, atMs };
      say(text);
    }
    // Once for each wait: it is as true as it was.
    const isTold = isSame && hinted;
    if (hint !== undefined && !isTold) say(`  ${hint}`);
    hinted = isTold || hint !== undefined;
  };
}

/** A wait is in the picture; what happened is told above it, once. */
function liveLines(screen: Screen): Teller {
  const view = new LiveView(screen, stamps(screen.clock), screen.keyboard);
  let last: string | undefined;
  const tell: TellLine = ({ topic, text, brief = text, isPictured, isAside, picture, keys }) => {
    if (isAside) return;
    const isOld = topic !== '' && brief === last;
    if (brief !== undefined && !isPictured && !isOld) view.say(brief);
    last = brief;
    view.show({ picture, keys });
  };
  return { tell, end: () => view.end() };
}

function stamps(clock: Clock): () => string {
  const beganMs = clock.nowMs();
  return () => `${((clock.nowMs() - beganMs) / 1000).toFixed(1).padStart(6)} s  `;
}

interface Told {
  readonly topic: string;
  readonly text: string | undefined;
  readonly atMs: number;
}

const nothingTold: Told = { topic: '', text: undefined, atMs: 0 };

function isSameTopic(topic: string, last: Told): boolean {
  return topic !== '' && topic === last.topic;
}
