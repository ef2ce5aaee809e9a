/** Writes as one line each, for plans, events and terminals. */
import { formatSplit, templateHashLabel } from '../../../model';
import type { Action, Choice } from '../action';

export const kindNames = { route: 'VirtualService', subsets: 'DestinationRule' } as const;

export function describeAction(action: Action): string {
  switch (action.kind) {
    case 'add-version':
      return `create the objects of ${action.version}`;
    case 'write-subsets':
      return describeSubsets(action);
    case 'write-route':
      return `${action.changes ? 'change the routes, at' : 'write the route'} ${formatSplit(action.split)}`;
    case 'write-record':
      return describeRecord(action.record);
    case 'set-minimum':
      return `set the autoscaler's minimum of ${action.version} to ${action.pods}`;
    case 'disown':
      return `give up the fields of the ${kindNames[action.what]}`;
    case 'restore':
      return `create the deleted ${kindNames[action.what]} as it was`;
    case 'set-paused':
      return `${action.isPaused ? 'pause' : 'resume'} the rollout of the Deployment of ${action.version}`;
    case 'remove-version':
      return `delete the objects of ${action.version}`;
  }
}

function describeSubsets({ versions, changes, creates, choose }: Extract<Action, { kind: 'write-subsets' }>): string {
  if (choose) return describeChoice(choose);
  if (creates) return `create the DestinationRule with the subset ${versions.join(', ')}`;
  return changes ? 'change the traffic policy' : `write the subsets ${versions.join(', ')}`;
}

function describeChoice({ version, hash }: Choice): string {
  return hash === ''
    ? `let the subset of ${version} choose all pods of the Service`
    : `let the subset of ${version} choose the pods with ${templateHashLabel}: ${hash}`;
}

type Recorded = Extract<Action, { kind: 'write-record' }>['record'];

function describeRecord({ mode, step, steps = [], stable, canary, unrouted }: Recorded): string {
  if (mode === 'abort') return `record the abort: all traffic returns to ${stable}`;
  if (unrouted) return `record since when no proxy routes to ${Object.keys(unrouted).join(', ') || 'what leaves'}`;
  if (mode === 'promote') return `record the promotion of ${canary}`;
  return step < steps.length ? `record step ${step}` : 'record that all steps are complete';
}
