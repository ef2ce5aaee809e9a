/** decide() in few words: a release with a step of each kind, run as v2. */
import { decide } from '../../driver/istio/decide';
import type { Decision } from '../../driver/istio/decision';
import { nothingRemembered, type Memory } from '../../driver/istio/memory';
import type { Observation } from '../../driver/istio/observation';
import type { Order } from '../../driver/istio/stages';
import type { Release } from '../../model';
import { releaseWith } from './observations';

export const stepped = releaseWith('steps: [{weight: 10}, {pause: 10s}, {weight: 50}, {pause: until promoted}]');
export const run: Order = { kind: 'run', canary: 'v2' };
/** Both versions are there, with two pods each. */
export const both = { subsets: ['v1', 'v2'], pods: { v1: 2, v2: 2 } };

export function decideOn(
  seen: Observation,
  memory: Partial<Memory> = {},
  release: Release = stepped,
  order = run,
): Decision {
  const limits = { gateLimitMs: 60_000, releaseId: 'r1' };
  return decide({ release, order, seen, memory: { ...nothingRemembered, ...memory }, ...limits });
}
