/** What is certain to take time from here on. Pods and proxies take what they take: of them nothing is promised. */
import type { Release } from '../../../model';
import type { Decision } from '../decision';
import type { Observation } from '../observation';
import type { ReleaseRecord } from '../record';
import { stagesOf } from '../stages';
import { spanText } from '../../core/span';

/** Undefined when nothing of that kind is left. Who only looks has no `decision`, and knows no more than the most that it may take. */
export function aheadText(
  release: Release,
  record: ReleaseRecord,
  seen: Observation,
  decision?: Decision,
): string | undefined {
  if (record.mode !== 'run') return undefined;
  const left = stagesOf(release).slice(record.step);
  const remainingMs = remainingOf(decision);
  const pauses = left.flatMap((stage, index) => {
    if (stage.kind !== 'pause' || stage.ms === 'until promoted') return [];
    return [index > 0 ? stage.ms : (remainingMs ?? Math.max(0, stage.ms - watchedMs(record, seen)))];
  });
  const sum = pauses.reduce((total, ms) => total + ms, 0);
  const isGuess = left[0]?.kind === 'pause' && left[0].ms !== 'until promoted' && remainingMs === undefined;
  const people = left.filter((stage) => stage.kind === 'pause' && stage.ms === 'until promoted').length;
  const parts = [
    ...(sum > 0 ? [`pauses of ${isGuess ? 'at most ' : ''}${spanText(sum)}`] : []),
    ...(people > 0 ? [people === 1 ? 'a pause that waits for you' : `${people} pauses that wait for you`] : []),
  ];
  return parts.length === 0 ? undefined : `ahead: ${parts.join(', and ')}`;
}

/** As the driver measures it. */
function remainingOf(decision: Decision | undefined): number | undefined {
  if (decision?.kind !== 'wait' || decision.wait.for !== 'pause') return undefined;
  const { remainingSeconds } = decision.wait;
  return remainingSeconds === 'until promoted' ? undefined : remainingSeconds * 1000;
}

/** What the driver has noted of it. The record's time is by the clock of another host: it is compared with none. */
function watchedMs({ since }: ReleaseRecord, { state }: Observation): number {
  const watched = state?.current?.watched;
  return watched?.since === since ? watched.ms : 0;
}
