/** Why the driver holds, as sentences: it ends, traffic stays where it is, and a person decides. */
import { formatSplit, stateName } from '../../../model';
import type { DeletedWhy, HoldReason, Violation } from '../decision';
import { describeAction, kindNames } from './actions';
import { aboutAgent } from './agents';
import { say, type Words } from '../../core/words';

const objects = { route: 'VirtualService', subsets: 'DestinationRule' } as const;

const holds: Words<HoldReason> = {
  'not-installed': ({ name, namespace }) => `${name} has no VirtualService or no DestinationRule in ${namespace}`,
  'record-removed': ({ by, deployment }) =>
    `${by} removed the record of the release${deployment === undefined ? '' : `; the Deployment ${deployment} stays paused until the next release ends: run the same command again`}`,
  'newer-record': ({ schema, known }) =>
    `the record of the release has the schema ${schema}, and this handover knows ${known}: use the handover that began it; abort works with this one, too`,
  'object-deleted': ({ what, why, name, namespace, missing }) =>
    `somebody deleted the ${kindNames[what]} ${name}${becauses[why](missing)}; put it back with: ${
      why === 'no-copy' ? 'kubectl apply -f dist/' : copyCommand(what, name, namespace)
    }; then the same command carries on`,
  'route-unsupported': ({ by, detail }) => `${by} changed the route, and it cannot be edited any more: ${detail}`,
  'not-taken-over': ({ version }) =>
    `the routes do not name ${version} yet, and only the manifests say how they will: run the command with the release file`,
  'other-routes': ({ fields }) =>
    `the routes differ from the manifests in more than subsets and names of routes: ${fields.join('; ')}; make the manifests say what is live, then run the same command`,
  'changed-by-other': ({ by, expected, found }) =>
    `${by} ${howChanged(expected, found)}; look at it, then run the same command with --adopt to go on from there${aboutAgent(by)}`,
  'subsets-changed': ({ by }) =>
    `${by} changed the DestinationRule; look at it, then run the same command with --adopt to go on from there${aboutAgent(by)}`,
  'changed-on-its-way': ({ of }) =>
    `the ${objects[of]} is not as it was sent, and nobody else is named as its writer: a webhook or a policy changes each write, or somebody took a field away; look at it, then run the same command with --adopt, or abort`,
  'no-success': ({ analysis, verdict, detail }) => `the analysis ${analysis} is ${verdict}: ${detail}`,
  'not-alone': ({ version, deployment, others }) =>
    `${others.join(', ')} has pods beside ${version}, so the Deployment ${deployment} cannot be resumed: its next pods would be in no subset; take them away, then run the same command`,
  'steps-changed': ({ began, found }) =>
    `the release began with the steps ${began.join(', ')}, and the file has ${found.join(', ')}; put them back, promote --full or abort`,
  'only-healthy': ({ split }) => `all traffic is on ${formatSplit(split)}: the other version has no available pod`,
  'probes-cannot-tell': ({ split }) =>
    `the API server has ${formatSplit(split)}; without a release on record probes cannot tell which proxies act on it; --evidence proxy can`,
  'unsafe-write': ({ action, violation }) =>
    `refused to ${describeAction(action)}: ${violation.invariant}: ${say<Violation>(violations, violation)}`,
};

/** By names of routes; '' of one that is not taken over yet. */
function howChanged(expected: string, found: string): string {
  if (found === expected) return `changed the contents of the route${expected && ` ${expected}`}`;
  return `changed the route: it was ${expected || 'unnamed'} and is now ${found || 'unnamed'}`;
}

function copyCommand(what: 'route' | 'subsets', name: string, namespace: string): string {
  return `kubectl -n ${namespace} get configmap ${stateName({ name })} -o jsonpath='{.data.${what}}' | kubectl create -f -`;
}

/** Why a person has to look first. */
const becauses: Readonly<Record<DeletedWhy, (missing: readonly string[]) => string>> = {
  again: () => ' again, after it was put back once',
  'no-copy': () => ', and there is no copy of it that could be put back',
  'no-subset': (missing) => `, and its copy names ${missing.join(', ')}, of which there is no subset any more`,
};

const violations: Words<Violation> = {
  'whole-service': ({ version }) =>
    `the routes lead to the whole Service, so the pods of ${version} would get requests whatever its weight`,
  'chooses-all': ({ version, beside }) =>
    `the subset of ${version} chooses all pods of the Service, or may do so at a proxy: pods of ${beside} would get its requests`,
  rolling: ({ version }) =>
    `the pods of ${version} are not all of one template, or will not stay so: a subset that chooses them by it would lose some`,
  'chosen-by-template': ({ version, proxy }) =>
    `${proxy ?? 'a proxy'} may choose the pods of ${version} by their template: its next pods would get no request`,
  'not-ready-at': ({ version, proxy }) =>
    `a route would name ${version} before ${proxy ?? 'any gateway'} was seen to have it active with healthy endpoints`,
  'few-pods': ({ version, available, needed }) => `${version} has ${available} of ${needed} pods for its weight`,
  'no-release': ({ version }) => `the weight of ${version} would rise outside a release`,
  routed: ({ version }) => `${version} would be removed while the route sends to it`,
  'named-elsewhere': ({ version, by }) => `${version} would be removed while ${by.join(', ')} may route to it`,
  'may-be-routed-at': ({ version, proxy }) =>
    `${version} would be removed while ${proxy ?? 'an unseen gateway'} may route to it`,
  'may-be-held': ({ version, longestMs }) =>
    `${version} would be removed before the longest request, ${longestMs} ms, has passed since no proxy routes to it`,
  'not-idle': ({ version, windowMs }) =>
    `the pods of ${version} would be removed before nothing of it was in flight for ${windowMs} ms`,
  connecting: ({ version }) =>
    `the pods of ${version} would be removed while a request may wait for a connection to them`,
};

export function describeHold(reason: HoldReason): string {
  return say<HoldReason>(holds, reason);
}
