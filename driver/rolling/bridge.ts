/**
 * A Service whose port gets another name has no endpoints under that name for a moment: kube-proxy looks for endpoints by
 * name, and hears of the Service before the controller has written them. So an EndpointSlice of ours bridges that moment: it
 * has the pods under the new names before the Service has them, and goes when the controller's own have come.
 */
import { bridgeState } from './bridge-state';
import type { Decision, Wait } from './decision';
import { isComplete, type Observation } from './observation';
import type { Question } from './question';

/** One that a driver left behind, before pods are replaced: it would lead to pods that are gone. */
export function clearBridge(question: Question): Decision | undefined {
  const { seen, order } = question;
  const isLast = order.kind === 'apply' && isComplete(seen) && !hasEarlyWrites(seen);
  return seen.bridge.isLive && !isLast ? remove(question) : undefined;
}

/** Around the write of the Service, when all pods are new. */
export function bridgeNow(question: Question): Decision | undefined {
  const { bridge } = question.seen;
  if (!bridge.isWanted) return bridge.isLive ? remove(question) : undefined;
  if (!bridge.isLive || !bridge.isCurrent) return { kind: 'bridge', act: 'raise', because: { code: 'port-renamed' } };
  return untilKnown(question);
}

/** No proxy says which endpoints it has: after the time that the file allows for it, each is taken to have them. */
function untilKnown({ seen, memory, release }: Question): Decision | undefined {
  const { endpointPropagationSeconds } = release.timings;
  const state = bridgeState(seen.bridge);
  const standing = memory.bridge?.what === state ? memory.bridge : undefined;
  const sinceMs = standing?.sinceMs ?? seen.atMs;
  return seen.atMs - sinceMs >= endpointPropagationSeconds * 1000
    ? undefined
    : wait({ for: 'endpoints', state: state ?? 'outdated' }, endpointPropagationSeconds);
}

function remove(question: Question): Decision {
  const { isCovered, isCurrent, isWanted } = question.seen.bridge;
  const gone = { kind: 'bridge', act: 'remove', because: { code: 'bridge-done' } } as const;
  if (isWanted) return gone;
  if (!isCovered) return wait({ for: 'endpoints', state: 'uncovered' }, 0);
  return isCurrent ? (untilKnown(question) ?? gone) : gone;
}

function wait(what: Wait, seconds: number): Decision {
  return { kind: 'wait', wait: what, limitMs: (seconds + controllerSeconds) * 1000 };
}

const controllerSeconds = 60;

function hasEarlyWrites({ objects }: Observation): boolean {
  return objects.some(({ stage, change }) => stage === 'before-pods' && change !== 'none');
}
