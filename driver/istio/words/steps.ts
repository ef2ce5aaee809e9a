/** Where a release stands, as people count: the steps of the file, from 1. */
import { formatSplit, type Release } from '../../../model';
import { isLastStage } from '../goal';
import type { Observation } from '../observation';
import type { ReleaseRecord } from '../record';
import { stageName, stagesOf } from '../stages';

export function describeStep(record: ReleaseRecord, release: Release): string {
  const { mode, step, stable, canary } = record;
  if (record.until && mode !== 'abort' && isLastStage(release, record)) return `drain ${stable}, which others remove`;
  if (mode !== 'run') return mode;
  const stages = stagesOf(release);
  const stage = stages[step];
  if (!stage) return `remove ${stable}`;
  return step === 0 ? `add ${canary}` : `step ${step} of ${stages.length - 1}: ${stageName(stage)}`;
}

/** An apply moves from no version to another: it makes the file true. */
export function describeCourse(record: ReleaseRecord, release: Release): string {
  if (record.mode === 'apply') return 'an apply of the file';
  return `${record.stable} to ${record.canary}, ${describeStep(record, release)}`;
}

/** Where it stands, for an ending without an outcome. */
export function describeStanding({ route }: Observation, release: Release): string {
  if (!route) return 'there is no VirtualService';
  const { record, split } = route;
  const where = `the traffic is on ${formatSplit(split) || 'no version'}`;
  return record ? `${describeCourse(record, release)}; ${where}` : where;
}
