/** Decisions are data (see decision.ts); this folder has the words for them. Nothing reads these words again. */
import type { Decision } from '../decision';
import { describeHold } from './holds';
import { describeDone, describeReasons } from './reasons';
import { describeWait } from './waits';

export { describeAction } from './actions';
export { describeHold } from './holds';
export { describeDone, describeReasons } from './reasons';
export { describePast } from './past';
export { describeStanding, describeStep } from './steps';
export { describeLastSeen, describeWait, subjects, wayOut } from './waits';

export function describeDecision(decision: Decision): string {
  switch (decision.kind) {
    case 'act':
      return describeReasons(decision.because);
    case 'wait':
      return describeWait(decision.wait);
    case 'measure':
      return `measuring ${decision.analysis}`;
    case 'hold':
      return describeHold(decision.because);
    case 'done':
      return describeDone(decision.because);
  }
}

/** These writes rest on what is known of the proxies. */
export function restsOnProxies(decision: Decision): boolean {
  if (decision.kind !== 'act') return false;
  return ['write-route', 'write-subsets', 'remove-version'].includes(decision.action.kind);
}

export const assumptionWarning = 'no proxy was asked; a proxy that is slower than --assume-after loses requests';
