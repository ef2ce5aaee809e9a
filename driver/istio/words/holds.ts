/** Why the driver holds, as sentences: it ends, traffic stays where it is, and a person decides. */
import { formatSplit } from '../../../model';
import type { HoldReason, Violation } from '../decision';
import { describeAction } from './actions';
import { say, type Words } from '../../core/words';

const objects = { route: 'VirtualService', subsets: 'DestinationRule' } as const;

const holds: Words<HoldReason> = {
  'not-installed': ({ name, namespace }) => `${name} has no VirtualService or no DestinationRule in ${namespace}`,
  'record-removed': ({ by }) => `${by} removed the record of the release`,
  'route-unsupported': ({ by, detail }) => `${by} changed the route, and it cannot be edited any more: ${detail}`,
  'changed-by-other': ({ by, expected, found }) =>
    `${by} changed the route: it was ${expected} and is now ${found === expected ? 'the same name with other contents' : found || 'unnamed'}; look at it, then run the same command with --adopt to go on from there`,
  'subsets-changed': ({ by }) =>
    `${by} changed the DestinationRule; look at it, then run the same command with --adopt to go on from there`,
  'changed-on-its-way': ({ of }) =>
    `the ${objects[of]} is not as it was sent, and nobody else is named as its writer: a webhook or a policy changes each write, or somebody took a field away; look at it, then run the same command with --adopt, or abort`,
  'no-success': ({ analysis, verdict, detail }) => `the analysis ${analysis} is ${verdict}: ${detail}`,
  'steps-changed': ({ began, found }) =>
    `the release began with the steps ${began.join(', ')}, and the file has ${found.join(', ')}; put them back, promote --full or abort`,
  'only-healthy': ({ split }) => `all traffic is on ${formatSplit(split)}: the other version has no available pod`,
  'probes-cannot-tell': ({ split }) =>
    `the API server has ${formatSplit(split)}; without a release on record probes cannot tell which proxies act on it; --evidence proxy can`,
  'unsafe-write': ({ action, violation }) =>
    `refused to ${describeAction(action)}: ${violation.invariant}: ${say<Violation>(violations, violation)}`,
};

const violations: Words<Violation> = {
  'not-ready-at': ({ version, proxy }) =>
    `a route would name ${version} before ${proxy ?? 'any gateway'} was seen to have it active with healthy endpoints`,
  'few-pods': ({ version, available, needed }) => `${version} has ${available} of ${needed} pods for its weight`,
  'no-release': ({ version }) => `the weight of ${version} would rise outside a release`,
  'not-asked': ({ version, proxy }) =>
    `${version} would move or go while nobody asked ${proxy}, and no person answers for it`,
  routed: ({ version }) => `${version} would be removed while the route sends to it`,
  'named-elsewhere': ({ version, by }) => `${version} would be removed while ${by.join(', ')} may route to it`,
  'may-be-routed-at': ({ version, proxy }) =>
    `${version} would be removed while ${proxy ?? 'an unseen gateway'} may route to it`,
  'not-idle': ({ version, windowMs }) =>
    `the pods of ${version} would be removed before nothing of it was in flight for ${windowMs} ms`,
  connecting: ({ version }) =>
    `the pods of ${version} would be removed while a request may wait for a connection to them`,
};

export function describeHold(reason: HoldReason): string {
  return say<HoldReason>(holds, reason);
}
