/** Why a write was made, and how a release ended, as sentences. */
import { formatSplit, type Grade } from '../../../model';
import type { Loss } from '../accepted-loss';
import type { DoneReason, Reason } from '../decision';
import type { TurnReason } from '../record';
import { say, type Words } from '../../core/words';
import { kindNames } from './actions';

/** What a sentence may claim of the proxies, by the grade of evidence of its look (invariant S6). */
const everyProxy: Readonly<Record<Grade, string>> = {
  proxy: 'every proxy',
  probe: 'every gateway (by its answers to probes)',
  assumed: 'every proxy (assumed: none was asked)',
};

export const turns: Words<TurnReason> = {
  'operator-asked': ({ verb, by = 'an operator' }) => `${by} asked to ${verb.replace('-full', ' it in full')}`,
  'analysis-failed': ({ detail }) => `an analysis failed: ${detail}`,
  'no-available-pod': ({ version }) => `${version} has no available pod`,
  'not-ready': ({ version, seconds, trouble }) =>
    `${version} was not ready within ${seconds} s${trouble ? `: ${trouble}` : ''}`,
};

const reasons: Words<Reason> = {
  ...turns,
  'release-begins': () => 'a release begins',
  'step-complete': ({ step }) => (step === 0 ? 'the new version is in place' : `step ${step} is complete`),
  'no-deployment': ({ version }) => `${version} has no Deployment yet`,
  'needs-pods': ({ version, pods }) => `${version} needs ${pods} pods, whatever its load is now`,
  'autoscaler-decides': ({ version }) => `the autoscaler of ${version} gets its own minimum again`,
  'no-subset': ({ versions }) => `${versions.join(', ')} has pods and no subset yet`,
  'subset-gone': ({ versions }) => `the subset of ${versions.join(', ')} is gone, which was there before`,
  'subset-stale': ({ version }) =>
    `somebody removed ${version}, and proxies may still know its former pods; its subset comes back with new pods`,
  'ready-everywhere': ({ versions, evidence }) =>
    `${everyProxy[evidence]} has ${versions.join(' and ')} in use, with healthy endpoints`,
  'routes-change': ({ fields }) => `the manifests have it otherwise: ${fields.join('; ')}`,
  'probes-change': ({ versions }) => `probes go to ${versions.join(' and ') || 'no version'} from now on`,
  unrouted: ({ off, back }) =>
    off.length > 0
      ? `no proxy routes to ${off.join(', ')} any more; a filter may hold a request to it for the longest that one takes`
      : `a proxy routes to ${back.join(', ')} again`,
  drained: ({ versions, counted }) => describeDrained(versions, counted),
  'back-on-stable': ({ version }) => `all traffic is back on ${version}`,
  'taken-over': ({ version, fields }) =>
    `every proxy knows ${version}, and nothing else runs; from now on the routes name it: ${fields.join('; ')}`,
  'ends-at': ({ until }) =>
    until === 'drained'
      ? 'the release is to end when the former version is drained, and others remove it'
      : 'the release is to remove the former version itself',
  'as-in-file': () => 'everything is as the file says',
  'owners-return': () => 'the release is over; its owner can apply it again without force',
  'left-out': ({ proxies }) => `${proxies.join(', ')} is not waited for, as a person has judged it`,
  'loss-accepted': ({ version, count, by }) =>
    `${by} accepts that up to ${count} requests to ${version} are cut off when it is removed`,
  'cut-off': describeLoss,
  deleted: ({ what }) => `somebody deleted the ${kindNames[what]} while a release is under way`,
  'rollout-pauses': ({ deployment }) =>
    `another version runs beside the Deployment ${deployment} from now on; until that has ended it scales, and a change of its template waits`,
  'rollout-resumes': ({ deployment, isPending }) =>
    `nothing runs beside the Deployment ${deployment} any more${isPending ? '; its template was changed meanwhile, and rolls out now' : ''}`,
  'rollout-needed': ({ deployment }) =>
    `paused, the Deployment ${deployment} does not get the pods that it is to have: it rolls out, and is paused again`,
  'chosen-alone': ({ version }) =>
    `pods of another version will be behind the same Service, and none of them is of ${version}`,
  'chosen-by-service': ({ version }) =>
    `no pod of another version gets a request of ${version} by that; a rollout of it loses none`,
  'rolled-meanwhile': ({ version, deployment }) =>
    `somebody has resumed the Deployment ${deployment}, and it rolls: new pods of ${version} are in no subset until it chooses all pods of the Service`,
  'choice-marked': ({ version }) => `a proxy that shows this route has the subset of ${version} as it is now`,
  'abort-outlives': () => 'somebody took the record away of a release that is being aborted; the abort goes on',
  'changed-and-back': ({ by }) =>
    `somebody changed the route and changed it back (the last was ${by}); a proxy may have had the other route, so the release waits for all of them again`,
  adopted: ({ by }) => `the release goes on from what ${by} left`,
  'subset-lost': ({ by, versions }) =>
    `${by} removed the subset of ${versions.join(', ')}, which the live route names: its requests are lost until it is back`,
};

/** Of the moment before its pods went: nobody sees which of them ended in time after all. */
export function describeLoss({ version, inFlight, accepted, by }: Omit<Loss, 'code'>): string {
  return `requests in flight to ${version} when it was removed: ${inFlight}; ${by} accepted up to ${accepted}`;
}

export function describeReasons(because: readonly Reason[]): string {
  return because.map((reason) => say<Reason>(reasons, reason)).join('; ');
}

function describeDrained(versions: readonly string[], counted?: 'proxies'): string {
  const where = counted ? ' at any proxy; its pods were not asked (inFlight: proxies)' : '';
  return `no proxy routes to ${versions.join(', ')}, and nothing of it is in flight${where}`;
}

function describeLeft(left: readonly string[]): string {
  return `the release stays on record until ${left.join(', ')} is removed, for example by Git; then the same command ends it; until then it can be aborted`;
}

export function describeDone(reason: DoneReason): string {
  const but = reason.without ? ` but ${reason.without.join(', ')},` : '';
  const routes = `${everyProxy[reason.evidence]}${but} routes by ${formatSplit(reason.split)}`;
  const losses = (reason.losses ?? []).map((loss) => `; ${describeLoss(loss)}`).join('');
  if (reason.outcome === 'completed') return routes + losses;
  if (reason.outcome === 'drained')
    return `${routes}; ${describeDrained(reason.left, reason.counted)}; ${describeLeft(reason.left)}`;
  return `${reason.cause ? say<TurnReason>(turns, reason.cause) : 'aborted'}; ${routes}${losses}`;
}
