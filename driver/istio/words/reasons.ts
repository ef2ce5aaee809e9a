/** Why a write was made, why the driver held, and how a release ended, as sentences. */
import { formatSplit, type Grade } from '../../../model';
import type { DoneReason, HoldReason, Reason, Violation } from '../decision';
import type { TurnReason } from '../record';
import { describeAction } from './actions';

/** What a sentence may claim of the proxies, by the grade of evidence of its look (invariant S6). */
const everyProxy: Readonly<Record<Grade, string>> = {
  proxy: 'every proxy',
  probe: 'every gateway (by its answers to probes)',
  assumed: 'every proxy (assumed: none was asked)',
};

export function describeReasons(reasons: readonly Reason[]): string {
  return reasons.map(describeReason).join('; ');
}

function describeReason(reason: Reason): string {
  switch (reason.code) {
    case 'release-begins':
      return 'a release begins';
    case 'step-complete':
      return reason.step === 0 ? 'the new version is in place' : `step ${reason.step} is complete`;
    case 'no-deployment':
      return `${reason.version} has no Deployment yet`;
    case 'needs-pods':
      return `${reason.version} needs ${reason.pods} pods, whatever its load is now`;
    case 'autoscaler-decides':
      return `${reason.version} has carried its share; its autoscaler decides again`;
    case 'no-subset':
      return `${reason.versions.join(', ')} has pods and no subset yet`;
    case 'ready-everywhere':
      return `${everyProxy[reason.evidence]} has ${reason.versions.join(' and ')} in use, with healthy endpoints`;
    case 'probes-change':
      return `probes go to ${reason.versions.join(' and ') || 'no version'} from now on`;
    case 'drained':
      return `no proxy routes to ${reason.versions.join(', ')}, and nothing of it is in flight`;
    case 'back-on-stable':
      return `all traffic is back on ${reason.version}`;
    case 'as-in-file':
      return 'everything is as the file says';
    case 'adopted':
      return `the release goes on from the route that ${reason.by} left`;
    default:
      return describeTurn(reason);
  }
}

export function describeTurn(reason: TurnReason): string {
  switch (reason.code) {
    case 'operator-asked':
      return `an operator asked to ${reason.verb}`;
    case 'analysis-failed':
      return `an analysis failed: ${reason.detail}`;
    case 'no-available-pod':
      return `${reason.version} has no available pod`;
    case 'not-ready': {
      const trouble = reason.trouble ? `: ${reason.trouble}` : '';
      return `${reason.version} was not ready within ${reason.seconds} s${trouble}`;
    }
  }
}

export function describeHold(reason: HoldReason): string {
  switch (reason.code) {
    case 'not-installed':
      return `${reason.name} has no VirtualService or no DestinationRule in ${reason.namespace}`;
    case 'record-removed':
      return `${reason.by} removed the record of the release`;
    case 'changed-by-other':
      return `${reason.by} changed the route: it was ${reason.expected} and is now ${reason.found || 'unnamed'}; look at it, then run the same command with --adopt to go on from there`;
    case 'no-success':
      return `the analysis ${reason.analysis} is ${reason.verdict}: ${reason.detail}`;
    case 'steps-changed':
      return `the release began with the steps ${reason.began.join(', ')}, and the file has ${reason.found.join(', ')}; put them back, promote or abort`;
    case 'only-healthy':
      return `all traffic is on ${formatSplit(reason.split)}: the other version has no available pod`;
    case 'probes-cannot-tell':
      return `the API server has ${formatSplit(reason.split)}; without a release on record probes cannot tell which proxies act on it; --evidence proxy can`;
    case 'unsafe-write':
      return `refused to ${describeAction(reason.action)}: ${describeViolation(reason.violation)}`;
  }
}

export function describeViolation(violation: Violation): string {
  return `${violation.invariant}: ${predicate(violation)}`;
}

function predicate(violation: Violation): string {
  const { version } = violation;
  switch (violation.code) {
    case 'not-ready-at':
      return `a route would name ${version} before ${violation.proxy ?? 'any gateway'} was seen to have it active with healthy endpoints`;
    case 'few-pods':
      return `${version} has ${violation.available} of ${violation.needed} pods for its weight`;
    case 'no-release':
      return `the weight of ${version} would rise outside a release`;
    case 'routed':
      return `${version} would be removed while the route sends to it`;
    case 'may-be-routed-at':
      return `${version} would be removed while ${violation.proxy ?? 'an unseen gateway'} may route to it`;
    case 'not-idle':
      return `the pods of ${version} would be removed before nothing of it was in flight for ${violation.windowMs} ms`;
    case 'connecting':
      return `the pods of ${version} would be removed while a request may wait for a connection to them`;
  }
}

export function describeDone(reason: DoneReason): string {
  const routes = `${everyProxy[reason.evidence]} routes by ${formatSplit(reason.split)}`;
  if (reason.outcome === 'completed') return routes;
  return `${reason.cause ? describeTurn(reason.cause) : 'aborted'}; ${routes}`;
}
