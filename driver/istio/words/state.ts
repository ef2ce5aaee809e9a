/** What is live, and where a release stands, in one line. */
import { formatSplit, type Release } from '../../../model';
import type { Observation } from '../observation';
import { describeStep } from './steps';

export function describeState({ route }: Observation, release: Release): string {
  if (!route) return `${release.name} is not installed in ${release.namespace}`;
  const { record, split } = route;
  if (!record) return `${release.name}: ${formatSplit(split)}; no release is under way`;
  const course = `from ${record.stable} to ${record.canary}, ${describeStep(record, release)}`;
  return `${release.name}: ${formatSplit(split)}; ${course}, since ${record.since}`;
}
