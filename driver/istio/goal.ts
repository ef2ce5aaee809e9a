/** Where the release should stand now: the plan's stage turned into versions and a split. */
import { adoptedIn, allTo, shareTo, versionNames, weightOf, type Release, type Split } from '../../model';
import type { Observation } from './observation';
import { hasNoPod } from './sick';
import { stagesOf, weightAt } from './stages';
import type { ReleaseRecord } from './record';

export interface Goal {
  /** Versions that must have a Deployment and a subset. */
  readonly versions: readonly string[];
  /** Versions that are not removed, whether they must exist or not. */
  readonly keep: readonly string[];
  readonly split: Split;
}

export function goalOf(release: Release, record: ReleaseRecord): Goal {
  const listed = versionNames(release);
  const { stable } = record;
  switch (record.mode) {
    case 'apply':
      return { versions: listed, keep: listed, split: release.split };
    case 'abort':
      return { versions: [stable], keep: keptByAbort(release, record), split: allTo(stable) };
    case 'promote':
    case 'run':
      return isLastStage(release, record) ? finished(release, record) : underWay(release, record);
  }
}

/**
 * The new version keeps its pods: they are what an operator wants to look at now. The file still lists it. Beside an adopted version it
 * goes: only alone behind the Service may that roll again.
 */
function keptByAbort(release: Release, { stable, canary }: ReleaseRecord): string[] {
  const all = [...versionNames(release), stable, canary];
  return adoptedIn(release, stable) ? all.filter((version) => version !== canary) : all;
}

export function isLastStage(release: Release, record: ReleaseRecord): boolean {
  return record.mode === 'promote' ? record.step > 0 : record.step >= stagesOf(release).length;
}

function underWay(release: Release, record: ReleaseRecord): Goal {
  const { stable, canary } = record;
  const weight = record.mode === 'promote' ? 100 : weightAt(stagesOf(release), record.step);
  const split = weight === 0 ? allTo(stable) : shareTo(canary, weight, stable);
  return { versions: [stable, canary], keep: [...versionNames(release), stable, canary], split };
}

function finished(release: Release, { stable, canary }: ReleaseRecord): Goal {
  const listed = versionNames(release);
  const remaining = listed.filter((version) => version !== stable || adoptedIn(release, version)?.isKept);
  return { versions: [canary], keep: [...remaining, canary], split: allTo(canary) };
}

/**
 * Invariant S8: when a version that carries traffic has lost all its pods, its share goes to the healthy one, also when
 * the plan or an abort would send traffic the other way (flagger#1898 sent it all to the sick side). Undefined when no
 * version is healthy.
 */
export function healthySplit(goal: Goal, seen: Observation): Split | undefined {
  const live = seen.route?.split ?? {};
  const isSick = (version: string) => weightOf(live, version) > 0 && hasNoPod(version, seen);
  const wanted = Object.keys(goal.split);
  if (!wanted.some(isSick)) return goal.split;
  const healthy = [...wanted, ...Object.keys(live), ...goal.keep].find(
    (version) => (seen.workloads[version]?.available ?? 0) > 0,
  );
  return healthy === undefined ? undefined : allTo(healthy);
}
