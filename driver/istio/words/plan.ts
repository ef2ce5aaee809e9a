/** The steps of a plan as lines: what, of which objects, what it does to traffic, and how long it takes at least. */
import { formatSplit, sameSplit, weightOf, type Analysis, type Release, type Split } from '../../../model';
import type { PlanLine } from '../../core/planned';
import type { Action } from '../action';
import type { PlanStep, Routed } from '../plan';
import type { Wait } from '../decision';
import { describeAction, kindNames } from './actions';
import { describeReasons } from './reasons';

/** Which objects a version has: Kind/name of each; undefined where nobody here knows. */
export interface PlanObjects {
  readonly created: (version: string) => readonly string[] | undefined;
  readonly removed: (version: string) => readonly string[] | undefined;
}

type Planned = Pick<Release, 'name' | 'timings' | 'analyses'>;

export function planLine(step: PlanStep, release: Planned, objects: PlanObjects): PlanLine {
  switch (step.kind) {
    case 'write': {
      const traffic = trafficOf(step.action, step.before);
      const what = { what: describeAction(step.action), because: describeReasons(step.because) };
      return { kind: 'write', ...what, ...changeOf(step.action, release, objects), ...(traffic && { traffic }) };
    }
    case 'wait':
      return { kind: 'wait', what: waitText(step.wait, step.split, release.timings), ...timeOf(step, release) };
    case 'measure': {
      const seconds = secondsOf(release.analyses[step.analysis]);
      return { kind: 'measure', what: analysisText(step.analysis), ...(seconds !== undefined && { seconds }) };
    }
  }
}

type Change = Pick<Extract<PlanLine, { kind: 'write' }>, 'change' | 'objects'>;

function changeOf(action: Action, { name }: Planned, objects: PlanObjects): Change {
  switch (action.kind) {
    case 'add-version':
      return { change: 'create', objects: objects.created(action.version) };
    case 'remove-version':
      return { change: 'remove', objects: objects.removed(action.version) };
    case 'write-subsets':
      return { change: action.creates ? 'create' : 'change', objects: [`${kindNames.subsets}/${name}`] };
    case 'write-route':
    case 'write-record':
      return { change: 'change', objects: [`${kindNames.route}/${name}`] };
    case 'disown':
      return { change: 'change', objects: [`${kindNames[action.what]}/${name}`] };
    case 'restore':
      return { change: 'create', objects: [`${kindNames[action.what]}/${name}`] };
    case 'set-minimum':
      return { change: 'change', objects: ofKind('HorizontalPodAutoscaler', objects.removed(action.version)) };
    case 'set-paused':
      return { change: 'change', objects: ofKind('Deployment', objects.removed(action.version)) };
  }
}

function ofKind(kind: string, objects: readonly string[] | undefined): readonly string[] | undefined {
  return objects?.filter((object) => object.startsWith(`${kind}/`));
}

/** Undefined while every request goes where it went. */
function trafficOf(action: Action, before: Routed): string | undefined {
  if (action.kind !== 'write-route') return undefined;
  const { split, headerVersions } = action;
  const moved = sameSplit(split, before.split) ? [] : shares(split, before.split);
  const pinned = headerVersions.filter((version) => !before.headerVersions.includes(version));
  const unpinned = before.headerVersions.filter((version) => !headerVersions.includes(version));
  const parts = [
    ...moved,
    ...pinned.map((version) => `pinned to ${version}`),
    ...unpinned.map((version) => `not pinned to ${version}`),
  ];
  return parts.length > 0 ? parts.join(', ') : undefined;
}

function shares(after: Split, before: Split): string[] {
  const versions = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort((a, b) =>
    a.localeCompare(b, 'en'),
  );
  return versions.map((version) => `${version} ${weightOf(before, version)} → ${weightOf(after, version)} %`);
}

type Time = Pick<Extract<PlanLine, { kind: 'wait' }>, 'seconds' | 'until'>;

/** What is certain: of pods and proxies nothing is. */
function timeOf({ wait, isWhole }: Extract<PlanStep, { kind: 'wait' }>, { timings }: Planned): Time {
  if (wait.for === 'pause')
    return wait.remainingSeconds === 'until promoted' ? { until: 'promoted' } : { seconds: wait.remainingSeconds };
  if (wait.for !== 'drain') return {};
  if (isWhole) return { seconds: Math.max(timings.longestRequestSeconds, timings.drainWindowSeconds) };
  return { seconds: wait.until.code === 'held' ? wait.until.remainingSeconds : timings.drainWindowSeconds };
}

function secondsOf(analysis: Analysis | undefined): number | undefined {
  if (!analysis) return undefined;
  if ('requests' in analysis) return analysis.requests.seconds;
  return analysis.prometheus.count * analysis.prometheus.intervalSeconds;
}

function analysisText(analysis: string): string {
  return `take the analysis ${analysis}; when it fails, the release aborts; when it cannot tell, the driver holds`;
}

function waitText(
  wait: Wait,
  split: Split,
  {
    drainWindowSeconds,
    longestRequestSeconds,
  }: Pick<Release['timings'], 'drainWindowSeconds' | 'longestRequestSeconds'>,
): string {
  switch (wait.for) {
    case 'pods':
      return `until ${wait.version} has ${wait.needed} available ${wait.needed === 1 ? 'pod' : 'pods'}`;
    case 'ending':
      return `until the pods of ${wait.version} have ended`;
    case 'rollout':
      return `until all pods of the Deployment ${wait.deployment} are of one template`;
    case 'health':
      return 'until a version has an available pod';
    case 'gate':
      return 'until every proxy has the clusters active, with healthy endpoints';
    case 'propagation':
      return `until every proxy routes by ${formatSplit(split)}`;
    case 'drain':
      return `until no request to ${wait.version} is in flight at any proxy or pod for ${drainWindowSeconds} s, no connection to it is being opened, and the longest request, ${longestRequestSeconds} s, has passed since its last route`;
    case 'pause':
      return wait.remainingSeconds === 'until promoted' ? 'until `handover promote`' : `for ${wait.remainingSeconds} s`;
  }
}
