/** What is certain to take time from here on. Pods and proxies take what they take: of them nothing is promised. */
import type { Release } from '../../../model';
import type { ReleaseRecord } from '../record';
import { stagesOf } from '../stages';
import { spanText } from '../../core/span';

/** Undefined when nothing of that kind is left. */
export function aheadText(release: Release, record: ReleaseRecord, nowMs: number): string | undefined {
  if (record.mode !== 'run') return undefined;
  const left = stagesOf(release).slice(record.step);
  const pauses = left.flatMap((stage, index) => {
    if (stage.kind !== 'pause' || stage.ms === 'until promoted') return [];
    return [index === 0 ? Math.max(0, Date.parse(record.since) + stage.ms - nowMs) : stage.ms];
  });
  const sum = pauses.reduce((total, ms) => total + ms, 0);
  const people = left.filter((stage) => stage.kind === 'pause' && stage.ms === 'until promoted').length;
  const parts = [
    ...(sum > 0 ? [`pauses of ${spanText(sum)}`] : []),
    ...(people > 0 ? [people === 1 ? 'a pause that waits for you' : `${people} pauses that wait for you`] : []),
  ];
  return parts.length === 0 ? undefined : `ahead: ${parts.join(', and ')}`;
}
