/** The course of a release: what is done, under way and ahead, wrapped to the width of the terminal. */
import type { Release } from '../../../model';
import type { ReleaseRecord } from '../record';
import { stagesOf, type Stage } from '../stages';
import { spanText } from '../../core/span';
import { wrapped } from '../../core/wrapped';

const marks = { done: '✔', now: '●', ahead: '○' } as const;

/** Lines of at most `columns` characters. */
export function courseLines(release: Release, record: ReleaseRecord, columns: number): string[] {
  return wrapped(courseOf(release, record), '   ', columns);
}

/** Of a release whose record is gone: the last write has been made. */
export function endLines({ mode, stable, canary }: ReleaseRecord, columns: number): string[] {
  const done = mode === 'apply' || mode === 'abort' ? wholeText(mode, stable) : `all traffic to ${canary}`;
  return wrapped([`${marks.done} ${done}`, `${marks.now} the last route at every proxy`], '   ', columns);
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
