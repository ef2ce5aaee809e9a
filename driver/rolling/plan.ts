/** The plan as it is printed: decide() run over a cluster in which every write succeeds and every wait comes true. */
import type { Plan, PlanLine } from '../core/plan-lines';
import { decide, type RollingDecision, type RollingOrder } from './decide';
import { nothingRemembered } from './drive';
import { describeDecision } from './report';
import { findVersion, leastPods, versionNames, type Release } from '../../model';
import type { ObservedReplicaSet, RollingObservation } from './observation';

/** More turns than objects and waits: reaching it means that decide() goes in a circle. */
const mostTurns = 100;

export function foreseeRolling(release: Release, order: RollingOrder, today: RollingObservation): Plan {
  const lines: PlanLine[] = [];
  let seen = today;
  for (let turn = 0; turn < mostTurns; turn++) {
    const decision = decide({ release, order, seen, memory: nothingRemembered });
    if (decision.kind === 'done') return { lines, obstacle: undefined };
    if (decision.kind === 'hold' || decision.kind === 'turn') return { lines, obstacle: describeDecision(decision) };
    lines.push(...lineOf(decision, seen));
    seen = ideally(release, seen, decision);
  }
  throw new Error(`the plan of ${release.name} does not end within ${mostTurns} turns`);
}

type Foreseeable = Extract<RollingDecision, { kind: 'write' | 'return' | 'wait' }>;

function lineOf(decision: Foreseeable, { replicaSets }: RollingObservation): PlanLine[] {
  if (decision.kind === 'write')
    return [{ kind: 'write', what: `write ${decision.object}`, because: decision.because }];
  if (decision.kind === 'wait')
    return [{ kind: 'wait', what: 'until its pods are available, and all old pods are gone' }];
  const version = replicaSets.find(({ name }) => name === decision.replicaSet)?.version ?? decision.replicaSet;
  return [{ kind: 'write', what: `give the Deployment the template of ${version} again`, because: decision.because }];
}

function ideally(release: Release, seen: RollingObservation, decision: Foreseeable): RollingObservation {
  if (decision.kind === 'wait') return settled(release, seen);
  if (decision.kind === 'return') return rolling(seen, decision.replicaSet);
  const written = seen.objects.find(({ name }) => name === decision.object);
  const objects = seen.objects.map((object) => (object === written ? { ...object, change: 'none' as const } : object));
  return written?.rolls ? rolling({ ...seen, objects }, 'new') : { ...seen, objects };
}

/** The controller has seen it, and no pod has been replaced yet. */
function rolling(seen: RollingObservation, replicaSet: string): RollingObservation {
  const older = seen.replicaSets.map((set) => ({ ...set, isNewest: set.name === replicaSet }));
  const isKnown = older.some(({ isNewest }) => isNewest);
  const deployment = { ...(seen.deployment ?? newDeployment), updated: 0, isCurrent: true };
  return { ...seen, deployment, replicaSets: isKnown ? older : [newReplicaSet, ...older] };
}

function settled(release: Release, seen: RollingObservation): RollingObservation {
  const [version = ''] = versionNames(release);
  const wanted = Math.max(seen.deployment?.wanted ?? 0, leastPods(release, findVersion(release, version)));
  const counts = { wanted, updated: wanted, available: wanted, total: wanted, isCurrent: true };
  return {
    ...seen,
    deployment: { ...(seen.deployment ?? newDeployment), ...counts, hasMissedDeadline: false, isPaused: false },
    replicaSets: seen.replicaSets.map((set) => ({ ...set, pods: [] })),
  };
}

const newDeployment: NonNullable<RollingObservation['deployment']> = {
  resourceVersion: '',
  isCurrent: true,
  wanted: 1,
  updated: 0,
  available: 0,
  total: 0,
  isPaused: false,
  hasMissedDeadline: false,
  maxUnavailable: '0',
  selector: {},
  replicaFailure: undefined,
};

const newReplicaSet: ObservedReplicaSet = {
  name: 'new',
  revision: 0,
  version: 'new',
  image: '',
  contentHash: '',
  isNewest: true,
  available: 0,
  isConfigIntact: true,
  preStopSeconds: 0,
  gracePeriodSeconds: 0,
  pods: [],
};
