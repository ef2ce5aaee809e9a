/** The course of a release: what is done, under way and ahead, wrapped to the width of the terminal. */
import type { Release } from '../../../model';
import type { ReleaseRecord } from '../record';
import { stagesOf, type Stage } from '../stages';
import { spanText } from '../../core/span';
import { wrapped } from '../../core/wrapped';

const marks = { done: '✔', now: '●', ahead: '○' } as const;

const between = '   ';

/** Lines of at most `columns` characters. Many steps must not push out what is waited for: unless `isWhole`, those far away are counted. */
export function courseLines(release: Release, record: ReleaseRecord, columns: number, isWhole = false): string[] {
  const whole = courseOf(release, record);
  const most = columns < narrow ? 1 : 3;
  const folds = isWhole ? [] : [folded(whole, 3), folded(whole, 1), folded(whole, 0)];
  const lines = [whole, ...folds].map((parts) => wrapped(parts, between, columns));
  return lines.find(({ length }) => length <= most) ?? lines.at(-1) ?? [];
}

/** A narrow window is mostly a low one, too. */
export const narrow = 60;

/** What is under way, `near` steps on each side of it, and how many there are before and after these. */
function folded(parts: readonly string[], near: number): string[] {
  const now = Math.max(
    0,
    parts.findIndex((part) => part.startsWith(marks.now)),
  );
  const [from, to] = [Math.max(0, now - near), Math.min(parts.length, now + near + 1)];
  return [...counted(marks.done, from), ...parts.slice(from, to), ...counted(marks.ahead, parts.length - to)];
}

function counted(mark: string, steps: number): string[] {
  return steps === 0 ? [] : [`${mark} ${steps} ${steps === 1 ? 'step' : 'steps'}`];
}

/** Of a release whose record is gone: the last write has been made. `isSeen`: every proxy has it. */
export function endLines({ mode, stable, canary }: ReleaseRecord, isSeen: boolean, columns: number): string[] {
  const done = mode === 'apply' || mode === 'abort' ? wholeText(mode, stable) : `all traffic to ${canary}`;
  return wrapped(
    [`${marks.done} ${done}`, `${isSeen ? marks.done : marks.now} the last route at every proxy`],
    between,
    columns,
  );
}

function courseOf(release: Release, { mode, step, stable, canary, until }: ReleaseRecord): string[] {
  if (mode === 'apply' || mode === 'abort') return [`${marks.now} ${wholeText(mode, stable)}`];
  const end = `${until ? 'drain' : 'remove'} ${stable}`;
  const names = [...stagesOf(release).map((stage) => stageText(stage, canary)), end];
  // Promoted in full: the steps that were left are skipped.
  if (mode === 'promote') {
    const isLast = step > 0;
    return [
      `${isLast ? marks.done : marks.now} promote ${canary} in full`,
      `${isLast ? marks.now : marks.ahead} ${end}`,
    ];
  }
  return names.map((name, index) => `${index < step ? marks.done : index === step ? marks.now : marks.ahead} ${name}`);
}

function wholeText(mode: 'apply' | 'abort', stable: string): string {
  return mode === 'apply' ? 'make the file true' : `abort: all traffic returns to ${stable}`;
}

function stageText(stage: Stage, canary: string): string {
  switch (stage.kind) {
    case 'prepare':
      return `add ${canary}`;
    case 'shift':
      return `${stage.weight} %`;
    case 'pause':
      return stage.ms === 'until promoted' ? 'pause until promoted' : `pause ${spanText(stage.ms)}`;
    case 'analyse':
      return `analyse ${stage.analysis}`;
  }
}
