/** How long a filter may still hold a request, in the record and out of it. */
import { goalOf } from '../../../../driver/istio/goal';
import { nothingRemembered } from '../../../../driver/istio/memory';
import { heldForMs } from '../../../../driver/istio/rules/held';
import type { InstalledObservation } from '../../../../driver/istio/rules/situation';
import { both, decideOn, stepped } from '../../../support/decisions';
import { observed, proxyWith, recordWith } from '../../../support/observations';

const marker = 'split@r1.4';

it('is the whole time of the longest request while nobody has seen the last proxy off the route', () => {
  const heldWith = (unrouted?: Record<string, string>, longestRequestSeconds = 15) => {
    const record = recordWith({ step: 6, marker, unrouted });
    const release = { ...stepped, timings: { ...stepped.timings, longestRequestSeconds } };
    const seen = observed({ ...both, record, serverMs: 60_000 }) as InstalledObservation;
    const common = { memory: nothingRemembered, goal: goalOf(release, record), gateLimitMs: 1 };
    return heldForMs('v1', { ...common, release, record, seen });
  };
  expect(heldWith()).toBe(15_000);
  expect(heldWith({ v2: new Date(0).toISOString() })).toBe(15_000);
  expect(heldWith({ v1: new Date(50_000).toISOString() })).toBe(5_000);
  expect(heldWith({ v1: new Date(0).toISOString() })).toBe(0);
  // Not known is more than none, also where requests take no time.
  expect(heldWith(undefined, 0)).toBeGreaterThan(0);
});

describe('the time that is on record', () => {
  const moment = new Date(0).toISOString();
  const unrouted = { v0: moment, v1: moment };
  const now = { ...both, split: { v2: 100 }, atMs: 60_000, serverMs: 60_000 };

  it('is forgotten of a version that a write routes to again, and of no other', () => {
    const record = recordWith({ mode: 'abort', step: 6, marker, unrouted });
    expect(decideOn(observed({ ...now, record }))).toHaveProperty('action.record.unrouted', { v0: moment });
  });

  it('is forgotten of a version that a proxy routes to again, and of no other', () => {
    const foreign = { ...proxyWith({ split: { v2: 100 }, marker, subsets: ['v1', 'v2'] }), namedVersions: ['v1'] };
    const seen = observed({ ...now, record: recordWith({ step: 6, marker, unrouted }), proxies: [foreign] });
    expect(decideOn(seen)).toHaveProperty('action.record.unrouted', { v0: moment });
  });
});
