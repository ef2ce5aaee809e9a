/** Decisions are data (see decision.ts); this file has the words for them. Nothing reads these words again. */
import type { PlanLine } from '../core/plan-lines';
import type {
  Decision,
  DoneReason,
  Failure,
  HoldReason,
  Ongoing,
  Previous,
  ReturnReason,
  Wait,
  WriteReason,
} from './decision';

export function describeDecision(decision: Decision): string {
  switch (decision.kind) {
    case 'write':
      return `${describeWrite(decision)} (${describeReason(decision.because)})`;
    case 'return':
      return `${describeReturn(decision)} (${describeReason(decision.because)})`;
    case 'wait':
      return `waiting for ${describeWait(decision.wait)}`;
    case 'rollback':
      return `${describeFailure(decision.because)}; rolling back`;
    case 'hold':
      return describeHold(decision.because);
    case 'done':
      return describeDone(decision.because);
  }
}

export function planLine(step: Ongoing): PlanLine {
  switch (step.kind) {
    case 'write':
      return { kind: 'write', what: describeWrite(step), because: describeReason(step.because) };
    case 'return':
      return { kind: 'write', what: describeReturn(step), because: describeReason(step.because) };
    case 'wait':
      return { kind: 'wait', what: 'until its pods are available, and all old pods are gone' };
  }
}

function describeWrite({ object }: { readonly object: string }): string {
  return `write ${object}`;
}

function describeReturn({ version }: { readonly version: string }): string {
  return `give the Deployment the template of ${version} again`;
}

const reasons: Readonly<Record<(WriteReason | ReturnReason)['code'], string>> = {
  'no-object': 'there is none',
  'not-as-in-file': 'it is not as the file says',
  requested: 'a person asked for it',
  'update-failed': 'the update has failed',
};

function describeReason({ code }: WriteReason | ReturnReason): string {
  return reasons[code];
}

export function describeWait(wait: Wait): string {
  switch (wait.for) {
    case 'controller':
      return 'the Deployment controller: it has not seen the newest specification';
    case 'return':
      return `the Deployment controller: the newest ReplicaSet is still ${wait.newest ?? 'none'}`;
    case 'old-pods':
      return `the old pods to end: ${wait.pods.join(', ')}`;
    case 'pods': {
      const { version, available, wanted, updated, old, trouble } = wait;
      const counts = `${available} of ${wanted} available, ${updated} updated, ${old} old`;
      return `the pods of ${version}: ${counts}${trouble ? `; ${trouble.text}` : ''}`;
    }
  }
}

export function describeHold(reason: HoldReason): string {
  if (reason.code === 'changed-by-other') return `${reason.object} was changed by somebody else after it was written`;
  const { failure, previous } = reason;
  return [describeFailure(failure), ...(previous ? waysBack(previous) : [])].join('; ');
}

function waysBack(previous: Previous): string[] {
  const { version, available, isConfigIntact } = previous;
  const serving = available > 0 ? [`${available} pods of ${version} still serve`] : [];
  return [...serving, isConfigIntact ? `handover rollback returns to ${version}` : noWayBack(version)];
}

export function noWayBack(version: string): string {
  return `there is no way back to ${version}: its ConfigMap is gone, or has other contents now`;
}

function describeFailure(failure: Failure): string {
  const { version, trouble } = failure;
  const text = trouble?.text;
  if (failure.code === 'trouble') return `${version} does not come up: ${text}`;
  const cause = text === undefined ? '' : `: ${text}`;
  return `${version} does not come up: no progress within ${failure.deadlineSeconds} s${cause}`;
}

export function describeDone(reason: DoneReason): string {
  const { version, pods } = reason;
  const state = `${pods} of ${pods} pods of ${version} are available, and no other pod is left`;
  return reason.outcome === 'aborted' ? `${describeFailure(reason.failure)}; ${state}` : state;
}
