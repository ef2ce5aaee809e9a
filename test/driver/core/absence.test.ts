/** An API server that is away for a while costs time, and neither the release nor a request. */
import { Absences, type Absence } from '../../../driver/core/absence';
import { Refusal } from '../../../model';
import { exitCodes } from '../../../model';
import { bothVersions, releaseText } from '../../support/release';
import { simulatedIo } from '../../support/simulated-io';

const timings = { longestRequest: '2s' };
const installed = releaseText({ timings, versions: { v1: bothVersions.v1 } });
const file = releaseText({ timings, versions: bothVersions, weights: { v1: 100 }, steps: [{ weight: 50 }] });

function worldAway(afterWrites: number, ms: number, forMs: number) {
  const accident = { kind: 'api-away', forMs, when: { afterWrites, ms } } as const;
  return simulatedIo({ file, installed, scenario: { accidents: [accident] } });
}

describe('an API server that is away', () => {
  it('is told once, with its return, and waited for: the release then goes on', async () => {
    const io = worldAway(2, 100, 60_000);
    expect(await io.run(['run', 'v2', '--no-write-back'])).toBe(exitCodes.completed);
    const lines = io.printed.err.split('\n').filter((line) => line.includes('API server'));
    expect(lines).toEqual([
      expect.stringContaining('the API server does not answer; traffic keeps the routes it has: expected an answer'),
      expect.stringContaining('the API server answers again'),
    ]);
    expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('may take the answer to write %i with it', async (write) => {
    const io = worldAway(write, 0, 10_000);
    expect(await io.run(['run', 'v2', '--no-write-back'])).toBe(exitCodes.completed);
    expect(io.printed.out).toContain('every proxy routes by v2-100');
    expect(io.printed.err).toContain('the API server answers again');
    expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
  });

  it('ends the release when it is away for longer than --timeout, with traffic where it is', async () => {
    const io = worldAway(5, 100, 3_600_000);
    expect(await io.run(['run', 'v2', '--timeout', '60', '--json'])).toBe(exitCodes['timed-out']);
    expect(JSON.parse(io.printed.out)).toMatchObject({
      outcome: 'timed-out',
      because: 'waited 60 s for the API server; last seen: connection refused; traffic keeps the routes it has',
    });
    expect(io.printed.err).toContain('"event":"away"');
    expect(io.world.result().lost).toEqual([]);
  });

  it('refuses a release that has not begun', async () => {
    const io = worldAway(0, 0, 60_000);
    expect(await io.run(['run', 'v2'])).toBe(exitCodes.refused);
    expect(io.printed.err).toContain('handover: unreachable: ');
  });
});

it('an API server that is away is not waited for by a driver that was stopped', async () => {
  const told: Absence[] = [];
  const slept: number[] = [];
  const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: (ms: number) => Promise.resolve(void slept.push(ms)) };
  const stop = AbortSignal.abort();
  const absences = new Absences({ clock, stop, awayLimitMs: 1_000, pollMs: 1, tell: (absence) => told.push(absence) });
  const away = () => Promise.reject(new Refusal('unreachable', 'an answer', 'none', 'wait'));
  expect(await absences.through(away)).toBeUndefined();
  expect([told, slept]).toEqual([[], []]);
});

describe('an API server that refuses in the middle of a release', () => {
  const absencesAt = (times: number[], told: Absence[] = []) => {
    const monotonicMs = () => times.shift() ?? 0;
    const clock = { nowMs: () => 0, monotonicMs, sleep: () => Promise.resolve() };
    const stop = new AbortController().signal;
    const underWay = () => 'v1 to v2, at 50 %';
    const tell = (absence: Absence) => void told.push(absence);
    return new Absences({ clock, stop, awayLimitMs: 1_000, pollMs: 1, tell, underWay });
  };
  const refusing = (code: string) => () => Promise.reject(new Refusal(code, 'a right', 'none', 'grant it'));

  it.each(['forbidden', 'unauthorized', 'api-refused'])(
    'is waited for, and then told with where it stands: %s',
    async (code) => {
      const told: Absence[] = [];
      const absences = absencesAt([0, 500, 1_000], told);
      expect(await absences.through(refusing(code))).toBeUndefined();
      expect(await absences.through(refusing(code))).toBeUndefined();
      expect(await absences.through(refusing(code))).toMatchObject({
        outcome: 'interrupted',
        code,
        because: expect.stringContaining('stays on record: v1 to v2, at 50 %; the same command carries on') as string,
      });
      expect(told.map(({ event }) => event)).toEqual(['refused']);
    },
  );

  it('waits anew after it has answered once', async () => {
    const absences = absencesAt([0, 900, 2_000]);
    await absences.through(refusing('forbidden'));
    await absences.through(() => Promise.resolve(undefined));
    expect(await absences.through(refusing('forbidden'))).toBeUndefined();
  });

  it('holds for what no second look would change', async () => {
    expect(await absencesAt([0]).through(refusing('manifests'))).toMatchObject({ outcome: 'held', code: 'manifests' });
  });
});

describe('whatever else goes wrong', () => {
  it.each([new TypeError('x is undefined'), new Refusal('forbidden', 'a right', 'none', 'grant it')])(
    'is no absence: %s',
    async (error) => {
      const told: Absence[] = [];
      const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: () => Promise.resolve() };
      const stop = new AbortController().signal;
      const absences = new Absences({ clock, stop, awayLimitMs: 1, pollMs: 1, tell: (absence) => told.push(absence) });
      await expect(absences.through(() => Promise.reject(error))).rejects.toBe(error);
      expect(told).toEqual([]);
    },
  );
});
