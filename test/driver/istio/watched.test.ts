/** Pauses are measured by how long drivers looked, and never by the difference of two clocks. */
import fc from 'fast-check';
import type { Observation } from '../../../driver/istio/observation';
import { rememberWatched, type Watched } from '../../../driver/istio/watched';
import { observed, recordWith } from '../../support/observations';

const record = recordWith({ since: '2026-01-01T00:00:00.000Z' });
const look = (atMs: number, state?: Observation['state']): Observation => ({ ...observed({ atMs, record }), state });
const after = (...times: readonly number[]) =>
  times.reduce<Watched | undefined>((known, atMs) => rememberWatched(known, look(atMs)), undefined)?.ms;

describe('a step is watched', () => {
  it('for the time between the looks of one driver', () => {
    expect(after(1_000)).toBe(0);
    expect(after(1_000, 2_000, 5_000)).toBe(4_000);
  });

  it('pauses compare the clocks of two hosts: no more, a host that is ahead of the one before has watched nothing', () => {
    const hourAhead = Date.parse(record.since) + 3_600_000;
    expect(after(hourAhead)).toBe(0);
  });

  it('and the next driver goes on from what the one before has noted of this step, and of no other', () => {
    const left = (since: string) => ({
      resourceVersion: '1',
      history: [],
      kept: {},
      current: { record, of: {}, restored: [], watched: { since, ms: 30_000 } },
    });
    expect(rememberWatched(undefined, look(7, left(record.since)))?.ms).toBe(30_000);
    expect(rememberWatched(undefined, look(7, left('another step')))?.ms).toBe(0);
  });

  it('never for longer than a minute between two looks, nor for less than nothing: a clock may be set', () => {
    expect(after(0, 3_600_000)).toBe(60_000);
    expect(after(10_000, 0, 1_000)).toBe(1_000);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 2 }), (times) => {
        const ms = after(...times) ?? 0;
        return ms >= 0 && ms <= 60_000 * (times.length - 1);
      }),
    );
  });

  it('anew when another step begins', () => {
    const known = { since: 'before', ms: 5_000, atMs: 0 };
    expect(rememberWatched(known, look(1_000))).toEqual({ since: record.since, ms: 0, atMs: 1_000 });
  });
});
