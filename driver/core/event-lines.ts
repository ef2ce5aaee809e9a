/**
 * The one writer of events, on stderr: JSON lines for programs; for people, lines that begin with the seconds since the start.
 *
 * Call it as often as there is something to say, also on every look: it tells the same once. What belongs to one wait has one
 * topic. While only the words of a wait change, as of a drain that counts down, they are told every five seconds, and
 * meanwhile shown on a terminal as one dim line that changes. JSON has every change of words.
 */
import pc from 'picocolors';
import type { Clock } from './clock';

export interface EventLine {
  /** What the words are about. Empty: it happened now, and is told each time. */
  readonly topic: string;
  /** Undefined: for programs only. */
  readonly text: string | undefined;
  /** The JSON line, to which the writer adds the time as `at`. */
  readonly event: object;
}

export type TellLine = (line: EventLine) => void;

/** The part of the process that is written to. */
export interface Screen {
  readonly err: (text: string) => void;
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly clock: Clock;
}

export function eventLines(screen: Screen, json: boolean): TellLine {
  return json ? jsonLines(screen) : humanLines(screen);
}

function jsonLines({ err, clock }: Screen): TellLine {
  let last = nothingTold;
  return ({ topic, text, event }) => {
    if (isSameTopic(topic, last) && text === last.text) return;
    last = { topic, text, atMs: clock.nowMs() };
    err(`${JSON.stringify({ at: new Date(last.atMs).toISOString(), ...event })}\n`);
  };
}

const repeatMs = 5_000;

function humanLines(screen: Screen): TellLine {
  const { err, clock } = screen;
  const beganMs = clock.nowMs();
  let last = nothingTold;
  return ({ topic, text }) => {
    if (text === undefined) return;
    const atMs = clock.nowMs();
    const line = `${((atMs - beganMs) / 1000).toFixed(1).padStart(6)} s  ${text}`;
    const isOld = text === last.text || atMs - last.atMs < repeatMs;
    if (isSameTopic(topic, last) && isOld) return showLive(screen, line);
    last = { topic, text, atMs };
    clearLive(screen);
    err(`${line}\n`);
  };
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

function showLive(screen: Screen, line: string): void {
  if (!screen.isTerminal) return;
  clearLive(screen);
  screen.err(pc.dim(line.slice(0, screen.columns - 1)));
}

/** Before anything else is printed: the live line has no end, and the next text would stand behind it. */
export function clearLive({ isTerminal, err }: Pick<Screen, 'isTerminal' | 'err'>): void {
  if (isTerminal) err('\r\x1b[2K');
}
