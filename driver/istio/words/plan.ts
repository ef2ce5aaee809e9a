/** The steps of a plan as lines. */
import { formatSplit, type Split } from '../../../model';
import type { PlanLine } from '../../core/plan-lines';
import type { PlanStep } from '../plan';
import type { Wait } from '../decision';
import { describeAction } from './actions';
import { describeReasons } from './reasons';

/** What the file says of the drain, which is part of the sentence about it. */
export interface DrainWindow {
  readonly drainWindowSeconds: number;
  readonly longestRequestSeconds: number;
}

export function planLine(step: PlanStep, timings: DrainWindow): PlanLine {
  switch (step.kind) {
    case 'write':
      return { kind: 'write', what: describeAction(step.action), because: describeReasons(step.because) };
    case 'wait':
      return { kind: 'wait', what: waitText(step.wait, step.split, timings) };
    case 'measure':
      return { kind: 'measure', what: analysisText(step.analysis) };
  }
}

function analysisText(analysis: string): string {
  return `take the analysis ${analysis}; when it fails, the release aborts; when it cannot tell, the driver holds`;
}

function waitText(wait: Wait, split: Split, { drainWindowSeconds, longestRequestSeconds }: DrainWindow): string {
  switch (wait.for) {
    case 'pods':
      return `until ${wait.version} has ${wait.needed} available ${wait.needed === 1 ? 'pod' : 'pods'}`;
    case 'ending':
      return `until the pods of ${wait.version} have ended`;
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
