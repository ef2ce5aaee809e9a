/**
 * Events and states as programs get them with --json. Nothing internal is in here: the driver's own types may change, these
 * fields may only be added to.
 */
import type { Trouble } from '../core/trouble';
import type { Decision } from './decision';
import type { Event } from './events';
import { troubleOf, type Observation, type ObservedObject } from './observation';
import { describeDecision } from './words';

export function publicEvent(event: Event): object {
  if (event.event !== 'decided') return event;
  const { decision, seen } = event;
  return {
    event: 'decided',
    decision: publicDecision(decision),
    message: describeDecision(decision),
    state: publicState(seen),
  };
}

function publicDecision(decision: Decision): object {
  switch (decision.kind) {
    case 'write':
    case 'return':
    case 'rollback':
    case 'bridge':
      return decision;
    case 'record':
      return { kind: 'record', because: decision.because };
    case 'wait':
      return { kind: 'wait', ...decision.wait, limitSeconds: decision.limitMs / 1000 };
    case 'hold':
    case 'done':
      return { kind: decision.kind, ...decision.because };
  }
}

export interface PublicState {
  /** null: it is not installed. */
  readonly deployment: PublicDeployment | null;
  /** What of the file is not live yet, and what is. */
  readonly objects: readonly Pick<ObservedObject, 'name' | 'change'>[];
  readonly replicaSets: readonly PublicReplicaSet[];
  readonly trouble?: Trouble;
}

interface PublicDeployment {
  readonly isCurrent: boolean;
  readonly wanted: number;
  readonly updated: number;
  readonly available: number;
  readonly total: number;
}

interface PublicReplicaSet {
  readonly name: string;
  readonly revision: number;
  readonly version: string;
  readonly image: string;
  readonly isNewest: boolean;
  readonly available: number;
  readonly ending: number;
}

/** What was seen in one look; also what `handover status --json` prints. */
export function publicState(seen: Observation): PublicState {
  const trouble = troubleOf(seen);
  return {
    deployment: publicDeployment(seen),
    objects: seen.objects.map(({ name, change }) => ({ name, change })),
    replicaSets: publicReplicaSets(seen),
    ...(trouble && { trouble }),
  };
}

function publicDeployment({ deployment }: Observation): PublicDeployment | null {
  if (!deployment) return null;
  const { isCurrent, wanted, updated, available, total } = deployment;
  return { isCurrent, wanted, updated, available, total };
}

function publicReplicaSets({ replicaSets }: Observation): PublicReplicaSet[] {
  return replicaSets.map(({ name, revision, version, image, isNewest, available, pods }) => {
    const ending = pods.filter(({ isEnding }) => isEnding).length;
    return { name, revision, version, image, isNewest, available, ending };
  });
}
