/** A cluster in which every write succeeds and every wait comes true: what plans are made on. */
import { nameOf } from '../../manifests';
import type { Ongoing } from './decision';
import type { Observation, ObservedDeployment, ObservedReplicaSet } from './observation';
import { emptyRecord } from './record';
import { leastPods, type Wanted } from './wanted';

/** `least`: with how many pods a new Deployment begins. */
export function ideally(least: number, seen: Observation, step: Ongoing): Observation {
  if (step.kind === 'record') return { ...seen, record: { ...seen.record, is: step.record } };
  if (step.kind === 'bridge') return bridged(seen, step.act);
  if (step.kind === 'wait') return settled(least, seen);
  if (step.kind === 'return') return rolling(seen, step.replicaSet);
  const written = seen.objects.find(({ name }) => name === step.object);
  const objects = seen.objects.map((object) => (object === written ? { ...object, change: 'none' as const } : object));
  if (written?.rolls) return rolling({ ...seen, objects }, 'new');
  const isService = step.object.startsWith('Service/');
  return { ...seen, objects, ...(isService && { bridge: { ...seen.bridge, isWanted: false, isCovered: true } }) };
}

/** Another image is live, and everything else is as the manifests say. */
export function beforeUpdate(wanted: Wanted): Observation {
  const objects = wanted.manifests.map((manifest) => {
    const rolls = manifest === wanted.deployment;
    return { ...asWritten, name: nameOf(manifest), rolls, change: rolls ? ('update' as const) : ('none' as const) };
  });
  const seen: Observation = {
    atMs: 0,
    hasNamespace: true,
    objects,
    deployment: newDeployment,
    replicaSets: [{ ...newReplicaSet, name: 'old', version: 'old', template: 'old' }],
    strangers: [],
    unsafe: [],
    otherScalers: [],
    bridge: { isWanted: false, isLive: false, isCurrent: false, isCovered: true, resourceVersion: undefined },
    record: { resourceVersion: undefined, is: emptyRecord },
  };
  return settled(leastPods(wanted), seen);
}

const asWritten = {
  resourceVersion: '1',
  stage: 'before-pods',
  foreign: [],
  fields: [],
  essence: '',
  writer: undefined,
  harm: undefined,
} as const;

function bridged(seen: Observation, act: 'raise' | 'remove'): Observation {
  const isLive = act === 'raise';
  return { ...seen, bridge: { ...seen.bridge, isLive, isCurrent: isLive } };
}

/** The controller has seen it, and no pod has been replaced yet. What was wrong with the last update is over. */
function rolling(seen: Observation, replicaSet: string): Observation {
  const older = seen.replicaSets.map((set) => ({ ...set, isNewest: set.name === replicaSet }));
  const isKnown = older.some(({ isNewest }) => isNewest);
  const deployment = { ...(seen.deployment ?? newDeployment), updated: 0, isCurrent: true, ...withoutTrouble };
  return { ...seen, deployment, replicaSets: isKnown ? older : [newReplicaSet, ...older] };
}

function settled(least: number, seen: Observation): Observation {
  const wanted = Math.max(seen.deployment?.wanted ?? 0, least);
  const counts = { wanted, updated: wanted, available: wanted, total: wanted, isCurrent: true };
  return {
    ...seen,
    deployment: { ...(seen.deployment ?? newDeployment), ...counts, ...withoutTrouble },
    replicaSets: seen.replicaSets.map((set) => ({ ...set, available: set.isNewest ? wanted : 0, pods: [] })),
  };
}

const withoutTrouble = { hasMissedDeadline: false, replicaFailure: undefined };

const newDeployment: ObservedDeployment = {
  resourceVersion: '',
  isCurrent: true,
  wanted: 1,
  updated: 0,
  available: 0,
  total: 0,
  isPaused: false,
  maxUnavailable: '0',
  selector: {},
  ...withoutTrouble,
};

const newReplicaSet: ObservedReplicaSet = {
  name: 'new',
  revision: 0,
  version: 'new',
  image: '',
  contentHash: '',
  template: 'new',
  isNewest: true,
  available: 0,
  wayBack: 'open',
  preStopSeconds: 0,
  gracePeriodSeconds: 0,
  pods: [],
};
