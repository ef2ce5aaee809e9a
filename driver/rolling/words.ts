/** Decisions are data (see decision.ts); this file has the words for them. Nothing reads these words again. */
import type { PlanLine } from '../core/planned';
import { say, type Words } from '../core/words';
import type {
  BridgeReason,
  Decision,
  DoneReason,
  Failure,
  HoldReason,
  Ongoing,
  Previous,
  RecordReason,
  ReturnReason,
  Wait,
  WriteReason,
} from './decision';
import { bridgeName } from '../../model';
import type { BridgeState } from './bridge-state';
import type { FieldDifference } from './field-difference';
import type { Harm, WayBack } from './observation';

export function describeDecision(decision: Decision): string {
  switch (decision.kind) {
    case 'write':
      return `${describeWrite(decision)} (${describeReason(decision.because)})`;
    case 'return':
      return `${describeReturn(decision)} (${describeReason(decision.because)})`;
    case 'bridge':
      return `${describeBridge(decision)} (${bridges[decision.because.code]})`;
    case 'record':
      return describeRecord(decision.because);
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

/** `rolls` says of which objects a write starts new pods. */
export function planLine(step: Ongoing, { name }: { readonly name: string }, rolls: readonly string[]): PlanLine {
  switch (step.kind) {
    case 'write': {
      const change = step.because.code === 'no-object' ? 'create' : 'change';
      const traffic = rolls.includes(step.object) && { traffic: replaced };
      const what = { what: describeWrite(step), because: describeReason(step.because) };
      return { kind: 'write', ...what, change, objects: [step.object], ...traffic };
    }
    case 'return': {
      const what = { what: describeReturn(step), because: describeReason(step.because) };
      return { kind: 'write', ...what, change: 'change', objects: [`Deployment/${name}`], traffic: replaced };
    }
    case 'bridge': {
      const what = { what: describeBridge(step), because: bridges[step.because.code] };
      const change = step.act === 'raise' ? 'create' : 'remove';
      return { kind: 'write', ...what, change, objects: [`EndpointSlice/${bridgeName({ name })}`] };
    }
    case 'record':
      return { kind: 'wait', what: describeRecord(step.because) };
    case 'wait':
      return { kind: 'wait', what: 'until its pods are available, and all old pods are gone' };
  }
}

const replaced = 'new pods take the place of old ones';

function describeWrite({ object }: { readonly object: string }): string {
  return `write ${object}`;
}

function describeReturn({ version }: { readonly version: string }): string {
  return `give the Deployment the template of ${version} again`;
}

function describeBridge({ act }: { readonly act: 'raise' | 'remove' }): string {
  return `${act === 'raise' ? 'write' : 'delete'} the EndpointSlice that bridges the change of port names`;
}

const bridges: Readonly<Record<BridgeReason['code'], string>> = {
  'port-renamed': 'without it new connections find no endpoint until the controller has followed',
  'bridge-done': "the controller's own take its place",
};

const recorded: Readonly<Record<RecordReason['code'], (version: string) => string>> = {
  complete: (version) => `all pods of ${version} are available: on record as a way back`,
  returning: (version) => `the return to ${version} is on record until it is complete`,
  superseded: (version) =>
    `the return to ${version} that was under way is taken off the record: the file names another version`,
};

function describeRecord({ code, version }: RecordReason): string {
  return recorded[code](version);
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
    case 'endpoints':
      return endpoints[wait.state];
    case 'pods': {
      const { version, available, wanted, updated, old, trouble } = wait;
      const counts = `${available} of ${wanted} available, ${updated} updated, ${old} old`;
      return `the pods of ${version}: ${counts}${trouble ? `; ${trouble.text}` : ''}`;
    }
  }
}

const endpoints: Readonly<Record<BridgeState, string>> = {
  standing: 'proxies to learn of the new names of ports',
  outdated: 'proxies to learn of the new names of ports',
  covered: "proxies to learn of the controller's own endpoints",
  uncovered: 'the controller to write endpoints under the new names of ports',
};

const holds: Words<HoldReason> = {
  'changed-by-other': ({ object, writer }) =>
    writer === undefined
      ? `${object} was deleted by somebody else after it was written or seen as the file says`
      : `${object} was changed by somebody else (${writer}) after it was written or seen as the file says`,
  'write-without-effect': ({ object }) =>
    `${object} was written, and the API server keeps it otherwise: see which admission webhook changes it`,
  'not-ours': ({ object, differences }) =>
    `${object} has fields that somebody else wrote, and an apply would change them: ${describeDifferences(differences)}; take them into the manifests, or accept the change with --adopt`,
  harm: ({ object, harm }) => `${object} is not written, as requests would be lost: ${describeHarm(harm)}`,
  'other-scaler': ({ scalers }) =>
    `the Deployment is scaled by ${scalers.join(', ')}, of which the manifests know nothing, and the file says a number of pods: delete it, or take it into the manifests`,
  paused: () => 'the Deployment is paused, so no pod is replaced; kubectl rollout resume continues it',
  'scaled-to-zero': () =>
    'the Deployment is scaled to 0 pods, and without a pod nobody can see a version work; scale it up first',
  'rollback-under-way': ({ to, from }) =>
    `a rollback from ${from} to ${to} is not complete; handover rollback carries it on, and a file with another version than ${from} takes its place`,
  'update-failed': ({ failure, previous }) =>
    [describeFailure(failure), ...(previous ? waysBack(previous) : [])].join('; '),
};

export function describeHold(reason: HoldReason): string {
  return say(holds, reason);
}

/** More would fill the screen; the JSON event has all. */
const mostDifferences = 12;

function describeDifferences(differences: readonly FieldDifference[]): string {
  const shown = differences.slice(0, mostDifferences).map(describeDifference);
  const left = differences.length - shown.length;
  return [...shown, ...(left > 0 ? [`and ${left} more`] : [])].join(', ');
}

export function describeDifference({ path, live, after }: FieldDifference): string {
  return `${path} ${live} → ${after}`;
}

const harms: Words<Harm> = {
  'cuts-pods': ({ from, to }) =>
    `${from} pods serve, and it allows ${to}: raise its maximum to ${from} or more, or scale down first`,
  'service-unfit': ({ expected, found }) =>
    `expected ${expected}, found ${found}: keep that port and label in this update, and change them in the next`,
};

export function describeHarm(harm: Harm): string {
  return say(harms, harm);
}

function waysBack(previous: Previous): string[] {
  const { version, available, wayBack } = previous;
  const serving = available > 0 ? [`${available} pods of ${version} still serve`] : [];
  return [...serving, wayBack === 'open' ? `handover rollback returns to ${version}` : noWayBack(version, wayBack)];
}

const closed: Readonly<Record<Exclude<WayBack, 'open'>, (version: string) => string>> = {
  'config-changed': (version) => `there is no way back to ${version}: its ConfigMap is gone, or has other contents now`,
  'service-unfit': (version) =>
    `there is no way back to ${version}: the Service leads to labels or ports that its pods do not have`,
};

export function noWayBack(version: string, because: keyof typeof closed): string {
  return closed[because](version);
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
