/** What is waited for, as sentences. */
import type { DrainCondition, Wait } from '../decision';
import { wholeCount } from '../accepted-loss';
import { describeObstacles } from './obstacles';
import { say, type Words } from '../../core/words';

export function describeWait(wait: Wait): string {
  return `waiting for ${subjects[wait.for]}: ${describeLastSeen(wait)}`;
}

export const subjects: Readonly<Record<Wait['for'], string>> = {
  pods: 'pods',
  gate: 'the gate',
  propagation: 'propagation',
  drain: 'the drain',
  pause: 'the pause',
  ending: 'the last pods',
  rollout: 'a rollout',
  health: 'a healthy version',
};

/** The last thing seen, which is what stands in the way. */
export function describeLastSeen(wait: Wait): string {
  switch (wait.for) {
    case 'pods': {
      const trouble = wait.trouble ? ` (${wait.trouble})` : '';
      const asked = wait.asked === undefined ? '' : `; its Deployment asks for ${wait.asked}, give it ${wait.needed}`;
      return `${wait.version} has ${wait.available} of ${wait.needed} available pods${asked}${trouble}`;
    }
    case 'gate':
    case 'propagation':
      return describeObstacles(wait.obstacles);
    case 'drain':
      return say(drains, { ...wait.until, version: wait.version });
    case 'pause':
      return wait.remainingSeconds === 'until promoted'
        ? 'until `handover promote`'
        : `${wait.remainingSeconds} s remain`;
    case 'ending':
      return `pods of ${wait.version} that are ending: ${wait.pods}`;
    case 'rollout':
      return `the Deployment ${wait.deployment} ${describeRollout(wait)}`;
    case 'health':
      return 'no version has an available pod; traffic stays where it is';
  }
}

function describeRollout({ paused, hashes }: Extract<Wait, { for: 'rollout' }>): string {
  if (hashes.length === 0) return 'has no pod';
  const pods = hashes.length > 1 ? `pods of ${hashes.length} templates (${hashes.join(', ')})` : 'a rollout under way';
  return `has ${pods}${paused === 'by others' ? ', and somebody has paused it there' : ''}`;
}

/** What a person can do about a wait that has no end, such as for WebSockets that stay open; '' when nothing. */
export function wayOut(wait: Wait): string {
  if (wait.for !== 'drain' || wait.until.code !== 'idle') return '';
  const inFlight = wholeCount(wait.until);
  if (inFlight === undefined || inFlight === 0) return '';
  return `; should they be cut off, run the same command with --accept-loss ${wait.version}=${inFlight}`;
}

const drains: Words<DrainCondition & { readonly version: string }> = {
  unrouted: ({ obstacles }) => describeObstacles(obstacles),
  'own-route': ({ version, route }) =>
    `the VirtualService ${route} itself names ${version}, in a route that no release edits, such as one behind a catch-all`,
  unnamed: ({ version, by }) => `other VirtualServices name the subset of ${version}: ${by.join(', ')}`,
  idle: ({ version, atPods, atProxies }) => {
    const proxies = atProxies === undefined ? '' : `, ${count(atProxies)} at the proxies`;
    return `requests to ${version} in flight: ${count(atPods)} at its pods${proxies}`;
  },
  window: ({ version, windowMs }) => `no request to ${version} is in flight; this must last ${windowMs} ms`,
  connections: ({ version, connectMs }) =>
    `a request may still wait for a connection to ${version}; that takes up to ${connectMs} ms`,
  held: ({ version, remainingSeconds }) =>
    `nothing to ${version} is counted; a filter may hold a request that is not, for ${remainingSeconds} s more`,
};

function count(found: number | 'unknown' | 'not counted' | 'proxies only'): string {
  switch (found) {
    case 'unknown':
      return 'an unknown number';
    case 'not counted':
      return 'not counted yet';
    case 'proxies only':
      return 'not counted (inFlight: proxies)';
    default:
      return String(found);
  }
}
