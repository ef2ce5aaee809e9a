/**
 * A Deployment that runs becomes a version: its routes, which lead to the whole Service, get its subset. It moves no request to
 * another pod. It comes before everything else: as long as a proxy sends to the whole Service, pods of another version would get
 * requests as soon as they are ready.
 */
import { adoptedVersion, allTo } from '../../../model';
import { availableNow, podsNeeded } from '../capacity';
import { act, hold, waitFor, type Decision } from '../decision';
import type { Observation, RouteChange } from '../observation';
import { lacksCluster, obstacles } from '../proxy-checks';
import { addSubsets, awaitOldClusters } from './add';
import { whenNamed } from './kept';
import { chooseByTemplateBeside } from './rollout';
import { awaitPropagation, markerOf } from './route';
import type { Rule, Situation } from './situation';

export const takeOver: Rule = (situation) => {
  const { release, record, seen } = situation;
  const version = adoptedVersion(release);
  const { whole } = seen.route;
  if (!whole || version === undefined) return undefined;
  // Alone behind the Service it never lost a request: an abort has nothing to take back.
  if (record.mode === 'abort' && isAlone(version, seen)) return undefined;
  const { change, beyond } = whole;
  if (!change) return hold({ code: 'not-taken-over', version });
  // Somebody has edited them since a person saw the lines and accepted them: that edit is not ours to take away.
  if (beyond) return hold({ code: 'other-routes', fields: beyond });
  return awaitReady(version, situation) ?? chooseBeside(version, situation) ?? nameSubset(version, situation, change);
};

/** By the same gate as every other write: a proxy that does not know the subset would answer with 503 (S1). */
function awaitReady(version: string, situation: Situation): Decision | undefined {
  const { seen, gateLimitMs } = situation;
  if (!seen.subsets.versions.includes(version))
    return awaitOldClusters([version], seen, gateLimitMs) ?? addSubsets([version], seen.subsets);
  const available = availableNow(seen.workloads[version]);
  // Alone it carries all of the traffic already, whatever an old status tells.
  const needed = isAlone(version, seen) ? 0 : podsNeeded(version, 100, situation);
  if (available < needed) return waitFor({ for: 'pods', version, available, needed }, gateLimitMs);
  // All of its pods, as these carry all of the traffic in the next moment.
  const found = obstacles(seen, lacksCluster(version, Math.max(1, available)));
  if (found.length > 0) return waitFor({ for: 'gate', obstacles: found }, gateLimitMs);
  // By an old status, such as in the moment in which a rollout begins, nobody knows of a pod (S4).
  return available < 1 ? waitFor({ for: 'pods', version, available, needed: 1 }, gateLimitMs) : undefined;
}

/**
 * Somebody may have led the routes back to the whole Service in mid-release, such as an agent that applies Git: then pods of the
 * other version carry a part of the traffic, whatever the split, and lose it by the take-over (S4).
 */
function isAlone(version: string, { workloads }: Pick<Observation, 'workloads'>): boolean {
  return Object.entries(workloads).every(([other, { isGone }]) => other === version || isGone === true);
}

/**
 * After a release that has kept it the subset chooses all pods of the Service: named beside the other version it would send to the pods
 * of both, as the whole Service does. An abort waits for no rollout.
 */
function chooseBeside(version: string, situation: Situation): Decision | undefined {
  if (isAlone(version, situation.seen)) return undefined;
  const decision = chooseByTemplateBeside(situation);
  return decision?.kind === 'act' || situation.record.mode !== 'abort' ? decision : undefined;
}

function nameSubset(version: string, { record, seen }: Situation, change: RouteChange): Decision {
  const serial = record.serial + 1;
  const marker = markerOf(change, { ...record, serial });
  const hash = seen.subsets.chosenBy?.[version];
  const chosen = hash === undefined ? {} : { chosen: { hash, serial } };
  const next = { ...record, serial, marker, ...chosen, ...whenNamed(record, [version]) };
  const content = { split: allTo(version), headerVersions: [], probes: [], marker };
  return act(
    { kind: 'write-route', ...content, record: next, changes: 'as in the manifests' },
    { code: 'taken-over', version, fields: change.fields },
  );
}

/** Also where something of the next version is there already, such as its ConfigMap: the first pod is what matters. */
export const awaitTakeOver: Rule = (situation) => {
  const { release, record, goal, seen } = situation;
  const isAdopting = adoptedVersion(release) !== undefined && record.mode !== 'abort';
  const isFirst =
    isAdopting && goal.versions.some((version) => seen.workloads[version]?.isGone ?? !(version in seen.workloads));
  return isFirst ? awaitPropagation(situation) : undefined;
};
