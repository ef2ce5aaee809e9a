/** Asks the guard alone, without the rules. */
import type { Action } from '../../driver/istio/action';
import type { Exception } from '../../driver/istio/exceptions';
import { violationOf } from '../../driver/istio/guard';
import { nothingRemembered, type Memory } from '../../driver/istio/memory';
import type { Observation, ProbedProxy, ReadProxy, UnreadableProxy } from '../../driver/istio/observation';
import type { Split } from '../../model';
import { both } from './decisions';
import { observed, proxyWith, recordWith, releaseWith, type Differences } from './observations';

export const release = releaseWith('timings: {drainWindow: 10s, connectTimeout: 5s}');
export const record = recordWith();

export function asked(
  action: Action,
  seen: Observation,
  memory: Partial<Memory> = {},
  exceptions?: readonly Exception[],
) {
  return violationOf(action, { release, seen, memory: { ...nothingRemembered, ...memory } }, exceptions);
}

export const unreadable = (name = 'gateway-b'): UnreadableProxy => ({ name, kind: 'gateway', unreadable: 'refused' });
export const probed = (fields: Partial<ProbedProxy> = {}): ProbedProxy => ({
  name: 'gateway-p',
  kind: 'gateway',
  markers: { 'demo.example.com': record.marker },
  answers: { v1: 'answered', v2: 'answered' },
  ...fields,
});
export const sidecar: ReadProxy = { ...proxyWith({ subsets: ['v1', 'v2'] }), name: 'shop-pod', kind: 'sidecar' };

export function routeTo(split: Split, fields: Partial<Extract<Action, { kind: 'write-route' }>> = {}): Action {
  return { kind: 'write-route', split, headerVersions: [], probes: [], marker: 'split@r1.2', record, ...fields };
}

/** Both versions are there with two pods each, and a release is on record. */
export const ready = (differences: Differences = {}) => observed({ ...both, record, ...differences });
export const half = { v1: 50, v2: 50 };
/** No proxy has sent to v1 for longer than any request takes. */
export const longOff = recordWith({ unrouted: { v1: '1969-12-31T23:00:00.000Z' } });
