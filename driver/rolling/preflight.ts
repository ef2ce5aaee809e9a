/** What can be known before the first write: what would fail is refused, and of what would lose requests it warns. */
import { canonical, fieldsOf, specOf } from '../../manifests';
import { annotations, findVersion, Refusal, versionNames, type Manifest } from '../../model';
import type { ApplyOrder } from './decision';
import { newestOf, type Observation, type ObservedDeployment, type ObservedReplicaSet } from './observation';
import { leastPods, type Wanted } from './wanted';
import { describeDifference, describeHarm, noWayBack } from './words';

export interface Preflight {
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly string[];
}

export function preflight(wanted: Wanted, order: ApplyOrder, seen: Observation): Preflight {
  const present = <T>(item: T | undefined): item is T => item !== undefined;
  return {
    refusals: [
      paused(seen),
      noNamespace(seen),
      otherSelector(wanted, seen),
      ...notOurs(order, seen),
      ...harmful(seen),
      otherScaler(seen),
    ].filter(present),
    warnings: [
      ...accepted(order, seen),
      ...brokenBudgets(wanted, seen),
      tooFewPods(wanted),
      loosePace(seen),
      servedByStrangers(seen),
      changedUnderItsName(wanted, seen),
    ].filter(present),
  };
}

function noNamespace({ hasNamespace, objects }: Observation): Refusal | undefined {
  if (hasNamespace || objects.some(({ name }) => name.startsWith('Namespace/'))) return undefined;
  const fix = 'create it, or let synth write it';
  return new Refusal('no-namespace', 'the namespace of the service', 'none, and none in the manifests', fix);
}

/** The selector of a Deployment cannot be changed: the API server would refuse it after other objects are written. */
function otherSelector({ deployment }: Wanted, seen: Observation): Refusal | undefined {
  if (!seen.deployment || !deployment) return undefined;
  const expected = fieldsOf(fieldsOf(specOf(deployment).selector).matchLabels);
  const found = seen.deployment.selector;
  if (canonical(expected) === canonical(found)) return undefined;
  const fix = 'delete it when few requests come, or use another name in the release file';
  const text = (selector: object) => JSON.stringify(selector);
  return new Refusal('other-deployment', `a Deployment that selects its pods by ${text(expected)}`, text(found), fix);
}

/** What handover never owned, and what somebody else wrote since, is not overwritten by the way. */
function notOurs({ accepted }: ApplyOrder, { objects }: Observation): Refusal[] {
  return objects
    .filter(({ name, essence, foreign }) => foreign.length > 0 && accepted[name] !== essence)
    .map(({ name, foreign }) => {
      const lines = foreign.map((difference) => `\n  ${describeDifference(difference)}`);
      const fix = `take it into the manifests, or accept the change with --adopt:${lines.join('')}`;
      return new Refusal('not-ours', `${name} as handover left it`, 'fields that somebody else wrote', fix);
    });
}

/** With --adopt: said before it happens, and in the log of whoever accepted it. */
function accepted({ accepted: names }: ApplyOrder, { objects }: Observation): string[] {
  return objects
    .filter(({ name, foreign }) => foreign.length > 0 && Object.hasOwn(names, name))
    .flatMap(({ name, foreign }) => foreign.map((one) => `--adopt overwrites ${name} ${describeDifference(one)}`));
}

function harmful({ objects }: Observation): Refusal[] {
  return objects.flatMap(({ name, change, harm }) => {
    if (!harm || change === 'none') return [];
    return [
      new Refusal(
        'loses-requests',
        `${name} to keep the pods that serve`,
        'a change that ends or hides them',
        describeHarm(harm),
      ),
    ];
  });
}

/** Two would set one number of pods against each other. */
function otherScaler({ otherScalers }: Observation): Refusal | undefined {
  if (otherScalers.length === 0) return undefined;
  const fix = 'delete it, or let the manifests have it and no number of pods';
  return new Refusal('other-scaler', 'a number of pods that the file alone decides', otherScalers.join(', '), fix);
}

/** Known at once: waiting for its pods would end in a timeout that names no cause. */
export function paused({ deployment }: Observation): Refusal | undefined {
  if (!deployment?.isPaused) return undefined;
  const fix = 'see who paused it, then kubectl rollout resume';
  return new Refusal('paused', 'a Deployment whose pods are replaced', 'a paused one', fix);
}

/** Invariant S10 for the live pods: an update ends all of them, within the times that they have. */
function brokenBudgets({ release: { timings } }: Wanted, { replicaSets }: Observation): string[] {
  const { endpointPropagationSeconds, longestRequestSeconds, exitMarginSeconds } = timings;
  return replicaSets
    .filter(({ pods }) => pods.some(({ isEnding }) => !isEnding))
    .flatMap(({ version, preStopSeconds, gracePeriodSeconds }) => {
      const which = `the live pods of ${version}`;
      if (preStopSeconds === 'unknown') return [`${which} have a preStop hook of unknown length`];
      const needed = preStopSeconds + longestRequestSeconds + exitMarginSeconds;
      const early = `${which} wait ${preStopSeconds} s in preStop, endpoints need ${endpointPropagationSeconds} s: ending them may lose requests that still arrive`;
      const late = `${which} are killed after ${gracePeriodSeconds} s, and need more than ${needed} s: ending them may cut off long requests`;
      return [
        ...(preStopSeconds < endpointPropagationSeconds ? [early] : []),
        ...(gracePeriodSeconds <= needed ? [late] : []),
      ];
    });
}

function tooFewPods(wanted: Wanted): string | undefined {
  if (leastPods(wanted) >= 2) return undefined;
  return 'one pod: while its node is down or drained, no pod answers; set replicas to 2 or more';
}

/** A rollback changes nothing but the template, and nobody should wait for it: what may lose requests is told. */
export function returnWarnings(seen: Observation): string[] {
  const { deployment, unsafe } = seen;
  const pace = deployment && deployment.maxUnavailable !== '0' ? [`the Deployment ${paceOf(deployment)}`] : [];
  return [...pace, ...unsafe].map((found) => `requests may be lost while pods are replaced: ${found}`);
}

function paceOf({ maxUnavailable }: ObservedDeployment): string {
  return maxUnavailable === 'all' ? 'recreates all pods at once' : `has maxUnavailable ${maxUnavailable}`;
}

function loosePace({ deployment }: Observation): string | undefined {
  if (!deployment || deployment.maxUnavailable === '0') return undefined;
  return `expected maxUnavailable 0, and the live Deployment ${paceOf(deployment)}; this apply corrects it`;
}

function servedByStrangers({ strangers }: Observation): string | undefined {
  if (strangers.length === 0) return undefined;
  return `the Service also sends requests to pods that this update does not replace: ${strangers.join(', ')}`;
}

/** Kubernetes rolls it out like any change, but a rollback could not bring the old configuration back. */
function changedUnderItsName({ release, deployment }: Wanted, seen: Observation): string | undefined {
  const newest = newestOf(seen);
  const name = newest && versionNames(release).find((version) => version === newest.version);
  if (name === undefined || !newest || !deployment) return undefined;
  if (findVersion(release, name).image === newest.image && hashIn(deployment) === newest.contentHash) return undefined;
  return `${name} gets another image or environment under its old name: a rollback cannot restore its environment; use a new name`;
}

/** The way back of a rollback. Throws a Refusal when there is none: that is known before the first write. */
export function passReturn(previous: ObservedReplicaSet | undefined): ObservedReplicaSet {
  if (!previous) {
    const fix = 'there is nothing to return to: correct the release file, then handover apply';
    throw new Refusal('no-previous', 'a ReplicaSet of an earlier version', 'none', fix);
  }
  const { version, wayBack } = previous;
  if (wayBack === 'open') return previous;
  const fix = `list ${version} in the release file again, with its environment, then handover apply`;
  throw new Refusal(
    'no-way-back',
    `a ConfigMap and a Service as ${version} had them`,
    noWayBack(version, wayBack),
    fix,
  );
}

/** Of the environment for which the Deployment was synthesized. */
function hashIn(deployment: Manifest): string {
  const template = fieldsOf(specOf(deployment).template);
  const hash = fieldsOf(fieldsOf(template.metadata).annotations)[annotations.contentHash];
  return typeof hash === 'string' ? hash : '';
}
