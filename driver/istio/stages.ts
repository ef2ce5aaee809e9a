/** What the release file asks for, as a list of stages; the record in the cluster says which one is under way. */
import { wholeSplit, type Release, type Step } from '../../model';

export type Stage =
  /** Both versions, their subsets and the header routes exist; the split is still as it was. */
  | { readonly kind: 'prepare' }
  | { readonly kind: 'shift'; readonly weight: number }
  | { readonly kind: 'pause'; readonly ms: number | 'until promoted' }
  | { readonly kind: 'analyse'; readonly analysis: string };

/** Where a release stops short of its end: the version that it replaces has no traffic, is drained, and still there. */
export type Until = 'drained';

/** What a person asked this driver to do. */
export type Order =
  /** Make the file true as it stands. */
  | { readonly kind: 'apply' }
  /** Move all traffic to this version by the steps in the file, then remove the one it replaces, or leave that to others. */
  | { readonly kind: 'run'; readonly canary: string; readonly until?: Until }
  /** Carry on with whatever release the cluster has on record. */
  | { readonly kind: 'resume' };

/** Always ends with all traffic on the new version, whatever the file's last weight is. */
export function stagesOf(release: Release): readonly Stage[] {
  const stages = release.steps.map(stageOf);
  const weights = release.steps.flatMap((step) => ('weight' in step ? [step.weight] : []));
  const ending: Stage[] = weights.at(-1) === wholeSplit ? [] : [{ kind: 'shift', weight: wholeSplit }];
  return [{ kind: 'prepare' }, ...stages, ...ending];
}

function stageOf(step: Step): Stage {
  if ('weight' in step) return { kind: 'shift', weight: step.weight };
  if ('analyse' in step) return { kind: 'analyse', analysis: step.analyse };
  return { kind: 'pause', ms: step.pauseMs };
}

/** The weight of the new version once everything before `step` is complete. */
export function weightAt(stages: readonly Stage[], step: number): number {
  const shifts = stages.slice(0, step + 1).flatMap((stage) => (stage.kind === 'shift' ? [stage.weight] : []));
  return shifts.at(-1) ?? 0;
}

/** Its name, on terminals and on record: an edit of past steps is noticed by it. */
export function stageName(stage: Stage): string {
  switch (stage.kind) {
    case 'prepare':
      return 'add the new version';
    case 'shift':
      return `weight ${stage.weight}`;
    case 'pause':
      return stage.ms === 'until promoted' ? 'pause until promoted' : `pause ${stage.ms / 1000} s`;
    case 'analyse':
      return `analyse ${stage.analysis}`;
  }
}
