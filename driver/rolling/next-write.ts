/** The next object to write, or why a person has to look at it first. */
import type { ApplyOrder, Decision, HoldReason } from './decision';
import type { Memory } from './memory';
import type { Observation, ObservedObject } from './observation';

interface Surroundings {
  readonly seen: Observation;
  readonly memory: Memory;
}

export function nextWrite(
  stage: ObservedObject['stage'],
  order: ApplyOrder,
  { seen, memory }: Surroundings,
): Decision | undefined {
  const next = seen.objects.find((object) => object.stage === stage && object.change !== 'none');
  if (!next) return undefined;
  const because = obstacleOf(next, order, memory) ?? otherScaler(next, seen);
  if (because) return { kind: 'hold', because };
  const code = next.change === 'create' ? 'no-object' : 'not-as-in-file';
  return { kind: 'write', object: next.name, because: { code } };
}

function obstacleOf(next: ObservedObject, order: ApplyOrder, memory: Memory): HoldReason | undefined {
  return changedMeanwhile(next, memory) ?? notOurs(next, order) ?? harmful(next);
}

/**
 * An object that this driver wrote, or saw as the manifests have it, is so because of the release; a difference after that is
 * somebody's (S5). It is never overwritten. When nobody touched it since our write, that write had no effect.
 */
function changedMeanwhile({ name, essence, writer }: ObservedObject, { settled }: Memory): HoldReason | undefined {
  const before = settled[name];
  if (before === undefined) return undefined;
  if (before === essence) return { code: 'write-without-effect', object: name };
  return { code: 'changed-by-other', object: name, writer };
}

function notOurs({ name, essence, foreign: differences }: ObservedObject, order: ApplyOrder): HoldReason | undefined {
  if (differences.length === 0 || order.accepted[name] === essence) return undefined;
  return { code: 'not-ours', object: name, differences };
}

function harmful({ name, harm }: ObservedObject): HoldReason | undefined {
  return harm && { code: 'harm', object: name, harm };
}

/** It would go on scaling by numbers that are in no manifest, against the one that is written now. */
function otherScaler({ name }: ObservedObject, { otherScalers }: Observation): HoldReason | undefined {
  if (!name.startsWith('Deployment/') || otherScalers.length === 0) return undefined;
  return { code: 'other-scaler', scalers: otherScalers };
}
