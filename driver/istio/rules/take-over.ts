/**
 * A Deployment that runs becomes a version: its routes, which lead to the whole Service, get its subset. It moves no request to
 * another pod. It comes before everything else: as long as a proxy sends to the whole Service, pods of another version would get
 * requests as soon as they are ready.
 */
import { adoptedVersion, allTo } from '../../../model';
import { act, hold, waitFor } from '../decision';
import { lacksCluster, obstacles } from '../proxy-checks';
import { addSubsets, awaitOldClusters } from './add';
import { whenNamed } from './kept';
import { awaitPropagation, markerOf } from './route';
import type { Rule } from './situation';

/** By the same gate as every other write: a proxy that does not know the subset would answer with 503 (S1). */
export const takeOver: Rule = ({ release, record, seen, gateLimitMs }) => {
  const version = adoptedVersion(release);
  const { route, subsets } = seen;
  // An abort has nothing to take back: the adopted version never lost a request.
  if (!route.whole || version === undefined || record.mode === 'abort') return undefined;
  const { change, beyond } = route.whole;
  if (!change) return hold({ code: 'not-taken-over', version });
  // Somebody has edited them since a person saw the lines and accepted them: that edit is not ours to take away.
  if (beyond) return hold({ code: 'other-routes', fields: beyond });
  if (!subsets.versions.includes(version))
    return awaitOldClusters([version], seen, gateLimitMs) ?? addSubsets([version], subsets);
  // All of its pods, as these carry all of the traffic in the next moment.
  const pods = Math.max(1, seen.workloads[version]?.available ?? 0);
  const found = obstacles(seen, lacksCluster(version, pods));
  if (found.length > 0) return waitFor({ for: 'gate', obstacles: found }, gateLimitMs);
  const serial = record.serial + 1;
  const marker = markerOf(change, { ...record, serial });
  const next = { ...record, serial, marker, ...whenNamed(record, [version]) };
  const content = { split: allTo(version), headerVersions: [], probes: [], marker };
  return act(
    { kind: 'write-route', ...content, record: next, changes: 'as in the manifests' },
    { code: 'taken-over', version, fields: change.fields },
  );
};

export const awaitTakeOver: Rule = (situation) => {
  const { release, record, goal, seen } = situation;
  const isAdopting = adoptedVersion(release) !== undefined && record.mode !== 'abort';
  const isFirst = isAdopting && goal.versions.some((version) => !(version in seen.workloads));
  return isFirst ? awaitPropagation(situation) : undefined;
};
