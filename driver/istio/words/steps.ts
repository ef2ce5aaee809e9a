/** Where a release stands, as people count: the steps of the file, from 1. */
import type { Release } from '../../../model';
import type { ReleaseRecord } from '../record';
import { stageName, stagesOf } from '../stages';

export function describeStep({ mode, step, stable, canary }: ReleaseRecord, release: Release): string {
  if (mode !== 'run') return mode;
  const stages = stagesOf(release);
  const stage = stages[step];
  if (!stage) return `remove ${stable}`;
  return step === 0 ? `add ${canary}` : `step ${step} of ${stages.length - 1}: ${stageName(stage)}`;
}
