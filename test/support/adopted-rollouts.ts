/** Looks at a service whose version v1 is a Deployment that runs, and that its owner may roll. */
import type { Observation, ObservedRollout } from '../../driver/istio/observation';
import type { ReleaseRecord } from '../../driver/istio/record';
import { observed, recordWith } from './observations';

export const rolls = (differences: Partial<ObservedRollout> = {}): ObservedRollout => ({
  deployment: 'storefront',
  resourceVersion: '1',
  paused: 'no',
  isNoted: false,
  hashes: ['abc'],
  isRolling: false,
  isPending: false,
  ...differences,
});
export const paused = { paused: 'by handover', isNoted: true } as const;

export interface World {
  readonly record?: Partial<ReleaseRecord>;
  readonly rollout?: Partial<ObservedRollout>;
  readonly chosenBy?: string;
  readonly hasCanary?: boolean;
  readonly differences?: Parameters<typeof observed>[0];
}

/** Past the first step, after so many writes of the routes; its subset was chosen by `hash` before the write of that number. */
export function afterWrites(serial: number, chosen = { hash: 'abc', serial: 2 }) {
  return { step: 1, serial, marker: `split@r1.${serial}`, chosen };
}

/** v1 is adopted and was taken over; v2 is there or not. */
export function world({ record, rollout, chosenBy = '', hasCanary = false, differences = {} }: World): Observation {
  const v1 = { desired: 2, available: 2, rollout: rolls(rollout) };
  const subsets = hasCanary ? ['v1', 'v2'] : ['v1'];
  return observed({
    ...(record && { record: recordWith({ chosen: { hash: '', serial: 1 }, ...record }) }),
    pods: hasCanary ? { v1, v2: 2 } : { v1 },
    subsets,
    rule: { chosenBy: { v1: chosenBy } },
    ...differences,
  });
}
