/** How releases end when several processes, crashes, missing rights and wrong clocks meet: each accident by its sentence. */
import { existsSync, readFileSync } from 'node:fs';
import type { Cluster } from '../../driver/istio/cluster';
import { Killed, type Scenario } from '../../driver/istio/simulation';
import type { Clock } from '../../driver/core/clock';
import type { Io } from '../../driver/io';
import { exitCodes } from '../../model';
import { installed, pausedAndStopped, withV2 } from '../support/shop-release';
import { simulatedIo, type SimulatedIo } from '../support/simulated-io';

const paused = withV2.replace('pause: 1s', 'pause: until promoted');
const second = { holder: 'second-shell' };
const other = (io: SimulatedIo): Partial<Io> => {
  const client = io.world.connect();
  return { ...second, clock: client, connect: () => Promise.resolve(client) };
};
const historyOf = (io: SimulatedIo) => io.world.api.readState().history.map(({ outcome }) => outcome);
const writesOf = (io: SimulatedIo) => io.world.result().timeline.filter(({ text }) => text.endsWith(': written'));

function expectFilesAsBefore(io: SimulatedIo): void {
  expect(readFileSync(io.file, 'utf8')).toBe(paused);
  expect(existsSync(io.dist)).toBe(false);
}

/** Lets something happen in the cluster right after a request was left, before the process that left it takes its turn. */
async function meanwhile(io: SimulatedIo, happens: () => Promise<unknown>): Promise<Partial<Io>> {
  const client = Object.assign(await io.connect({}), {});
  const leave = client.leaveRequest.bind(client);
  const leaveRequest: Cluster['leaveRequest'] = async (...given) => {
    await leave(...given);
    await happens();
  };
  return { ...second, connect: () => Promise.resolve(Object.assign(client, { leaveRequest })) };
}

describe('abort wrote the aborted version into Git', () => {
  it('never: not the process that drives, nor the one that asked', async () => {
    const io = simulatedIo({ file: paused, installed });
    const running = io.run(['run', 'v2']);
    await io.clock.sleep(6_000);
    expect(await io.run(['abort'], other(io))).toBe(exitCodes.aborted);
    expect(await running).toBe(exitCodes.aborted);
    expectFilesAsBefore(io);
    expect(historyOf(io)).toEqual(['aborted']);
  });

  it('never: nor one that gets the lock when the release has ended', async () => {
    for (const verb of [['abort'], ['promote', '--full']]) {
      const io = simulatedIo({ file: paused, installed });
      await pausedAndStopped(io);
      const changes = await meanwhile(io, () => io.run(['abort'], { ...other(io), holder: 'third-shell' }));
      expect(await io.run(verb, changes)).toBe(exitCodes.aborted);
      expectFilesAsBefore(io);
      expect(io.printed.out).not.toContain('completed');
    }
  });
});

it.each([['run', 'v2'], ['apply'], ['promote'], ['promote', '--full'], ['abort'], ['plan', 'v2'], ['status']])(
  '--dry-run is offered and ignored: never by %s %s, which changes nothing',
  async (...args) => {
    const io = simulatedIo({ file: paused, installed });
    if (/promote|abort/.test(args[0] ?? '')) await pausedAndStopped(io);
    const live = () => [io.world.api.readRoute(), io.world.api.readSubsets(), io.world.api.readState()];
    const before = live();
    const code = await io.run([...args, '--dry-run'], second);
    expect(code).toBe(args[0] === 'status' ? exitCodes.completed : exitCodes.changes);
    expect(live()).toEqual(before);
    expectFilesAsBefore(io);
  },
);

describe('a refused abort stays pending', () => {
  it('never: none is left where no release is on record, and the next one is not aborted by it', async () => {
    const io = simulatedIo({ file: withV2, installed });
    expect(await io.run(['abort'])).toBe(exitCodes.refused);
    expect(io.world.api.readRoute()?.request).toBeUndefined();
    expect(await io.run(['run', 'v2'])).toBe(exitCodes.completed);
  });

  it('never: none is left by a command line that makes no sense, or while the old version is gone', async () => {
    const io = simulatedIo({ file: paused, installed });
    await pausedAndStopped(io);
    expect(await io.run(['abort', '--timeout', 'soon'])).toBe(exitCodes.failed);
    io.world.workloads.remove('v1', 'foreign');
    await io.clock.sleep(60_000);
    expect(await io.run(['abort'])).toBe(exitCodes.refused);
    expect(io.world.api.readRoute()?.request).toBeUndefined();
  });
});

describe('an aborted version is released again', () => {
  const scenario: Partial<Scenario> = {
    accidents: [{ kind: 'operator-request', verb: 'abort', when: { afterWrites: 6, ms: 0 } }],
  };

  type Kill = NonNullable<Scenario['kills'][number]>;

  /** One driver that dies at its n-th call, or lives; then the same command until it ends. */
  async function runUntilItEnds(kill: Kill, accidents: Scenario['accidents'] = scenario.accidents ?? []) {
    const io = simulatedIo({ file: withV2, installed, scenario: { accidents, kills: [kill] } });
    const client = io.world.connect.bind(io.world);
    const first = await io.run(['run', 'v2']).catch((error: unknown) => error);
    if (!(first instanceof Killed)) return { io, code: first };
    const next = client();
    await next.sleep(20_000);
    return {
      io,
      code: await io.run(['run', 'v2'], { holder: 'next', clock: next, connect: () => Promise.resolve(next) }),
    };
  }

  /** How many calls the release makes, without a kill. */
  async function callsOf(accidents: Scenario['accidents'] = scenario.accidents ?? []): Promise<number> {
    const io = simulatedIo({ file: withV2, installed, scenario: { accidents } });
    const client = (await io.connect({})) as unknown as Cluster & Clock & { readonly calls: number };
    await io.run(['run', 'v2']);
    return client.calls;
  }

  it('never, wherever the driver was killed after the decision: the same command ends as aborted, and begins nothing', async () => {
    const calls = await callsOf();
    // Of the last two dozen calls every other one, in turn before and after its effect.
    const kills = Array.from({ length: 12 }, (_, index) => calls - 2 * index);
    for (const [index, call] of kills.entries()) {
      const { io, code } = await runUntilItEnds({ call, effect: index % 2 === 0 ? 'before' : 'after' });
      if (io.world.api.abortedIds.size === 0) continue;
      // Once the history says how it ended, the same command is another release; the last calls only give the lock back.
      if (historyOf(io).length > 1) expect(call).toBeGreaterThan(calls - 3);
      else expect([call, code, historyOf(io)]).toEqual([call, exitCodes.aborted, ['aborted']]);
    }
  });

  it('and a completed one is called completed, wherever the driver was killed at its end', async () => {
    const calls = await callsOf([]);
    // The last calls give up the fields and tell the end; each of them is seen to be the completion of the one release.
    for (const call of [calls - 4, calls - 6, calls - 8, calls - 10]) {
      const { io, code } = await runUntilItEnds({ call, effect: 'after' }, []);
      expect([call, code, historyOf(io)]).toEqual([call, exitCodes.completed, ['completed']]);
    }
  });

  it('never by a Job whose pod was killed after the last word: the next pod is the same command', async () => {
    const io = simulatedIo({ file: withV2, installed, scenario });
    const job = { environment: { HANDOVER_COMMAND: 'uid-of-the-job' } };
    expect(await io.run(['run', 'v2'], job)).toBe(exitCodes.aborted);
    expect(await io.run(['run', 'v2'], { ...other(io), ...job })).toBe(exitCodes.aborted);
    expect(historyOf(io)).toEqual(['aborted']);
    // Another Job is another command: a person wants to try again.
    const again = { ...other(io), environment: { HANDOVER_COMMAND: 'uid-of-another' } };
    expect(await io.run(['run', 'v2'], again)).toBe(exitCodes.completed);
  });

  it('never, when somebody also took the record away that says so', async () => {
    // A pause that ends: a release that wrongly began again would come to its end.
    const io = simulatedIo({ file: withV2.replace('pause: 1s', 'pause: 600s'), installed });
    await pausedAndStopped(io);
    const { api } = io.world;
    const record = api.readRoute()?.record;
    if (!record) throw new Error('expected a record');
    const cause = { code: 'operator-asked', verb: 'abort' } as const;
    api.annotateRoute('order', { record: { ...record, mode: 'abort', cause } });
    // The driver sees it, notes it, and dies; then somebody applies dist/.
    const stop = new AbortController();
    const driving = io.run(['run', 'v2'], { ...other(io), stop: stop.signal });
    while (api.readState().current?.record.mode !== 'abort') await io.clock.sleep(50);
    stop.abort();
    await driving;
    if (!api.readRoute()?.record) return;
    api.annotateRoute('foreign', { record: undefined, request: undefined });
    expect(await io.run(['run', 'v2'], other(io))).toBe(exitCodes.aborted);
    expect(historyOf(io)).toEqual(['aborted']);
  });
});

describe('a second process that follows says "completed" when the record is gone', () => {
  it('never without the history: it waits for that, and says that it could not tell', async () => {
    const io = simulatedIo({ file: paused, installed });
    await pausedAndStopped(io);
    const changes = await meanwhile(io, async () => {
      await io.run(['abort'], { ...other(io), holder: 'third-shell' });
      io.world.api.delete('state');
    });
    expect(await io.run(['abort', '--timeout', '20'], changes)).toBe(exitCodes['timed-out']);
    expect(io.printed.out).toContain('last seen: no record, and no end in the history');
  });

  it('and by the history it says what the driver said', async () => {
    const io = simulatedIo({ file: paused, installed });
    await pausedAndStopped(io);
    expect(await io.run(['promote', '--full', 'demo', '--namespace', 'shop'], other(io))).toBe(exitCodes.completed);
    const late = { ...other(io), holder: 'late' };
    expect(await io.run(['status', '--history', '--json'], late)).toBe(exitCodes.completed);
    expect(JSON.parse(io.printed.out.split('\n').at(-2) ?? '')).toMatchObject([
      {
        from: 'v1',
        to: 'v2',
        mode: 'promote',
        outcome: 'completed',
        by: expect.stringContaining('driver-under-test') as string,
      },
    ]);
  });
});

describe('a right that is missing in mid-release is called "refused before the first write"', () => {
  const missing = (forMs: number, afterWrites: number): Partial<Scenario> => ({
    accidents: [{ kind: 'rights-lost', to: 'all', forMs, when: { afterWrites, ms: 0 } }],
  });

  it('never: it is waited for, and after --timeout the ending says where the release stands; the same command carries on', async () => {
    const io = simulatedIo({ file: withV2, installed, scenario: missing(60_000, 5) });
    expect(await io.run(['run', 'v2', '--timeout', '30'])).toBe(exitCodes.interrupted);
    expect(io.printed.out).toMatch(
      /^interrupted: waited 30 s; last seen: expected the right to do anything.* v1 to v2, /,
    );
    expect(io.printed.err).toContain('the API server refuses; waiting for it to allow this again');
    await io.clock.sleep(60_000);
    expect(await io.run(['run', 'v2'], other(io))).toBe(exitCodes.completed);
  });

  it('but it is, when nothing was written yet', async () => {
    const io = simulatedIo({ file: withV2, installed, scenario: missing(60_000, 0) });
    await io.clock.sleep(1);
    expect(await io.run(['run', 'v2'])).toBe(exitCodes.refused);
    expect(writesOf(io)).toEqual([]);
  });

  it('a release does not begin when its end could not be written down, and moves on when that is so in the middle', async () => {
    const unwritable = (afterWrites: number, forMs: number): Partial<Scenario> => ({
      accidents: [{ kind: 'rights-lost', to: 'state', forMs, when: { afterWrites, ms: 0 } }],
    });
    const io = simulatedIo({ file: withV2, installed, scenario: unwritable(0, 60_000) });
    await io.clock.sleep(1);
    expect(await io.run(['run', 'v2'])).toBe(exitCodes.refused);
    expect(writesOf(io)).toEqual([]);
    const later = simulatedIo({ file: withV2, installed, scenario: unwritable(3, 600_000) });
    expect(await later.run(['run', 'v2', '--timeout', '60'])).toBe(exitCodes['timed-out']);
    expect(later.printed.out).toContain('waited 60 s to write the history of the release');
    expect(later.world.api.readRoute()).toMatchObject({ split: { v2: 100 }, record: { canary: 'v2' } });
    await later.clock.sleep(600_000);
    expect(await later.run(['run', 'v2'], other(later))).toBe(exitCodes.completed);
    expect(later.world.result()).toMatchObject({ lost: [], violations: [] });
  });
});

describe('pauses compare the clocks of two hosts', () => {
  const minute = withV2.replace('pause: 1s', 'pause: 60s');

  /** Stopped after some of the pause; the next driver is on a host whose clock differs. Returns how long that one paused, in seconds. */
  async function pausedBy(aheadMs: number): Promise<number> {
    const io = simulatedIo({ file: minute, installed });
    const stop = new AbortController();
    const first = io.run(['run', 'v2'], { stop: stop.signal });
    await io.clock.sleep(45_000);
    stop.abort();
    expect(await first).toBe(exitCodes.stopped);
    const client = io.world.connect();
    const observe = client.observe.bind(client);
    const beganMs = io.world.simulation.nowMs;
    const ahead = Object.assign(client, {
      nowMs: () => io.world.simulation.nowMs + aheadMs,
      monotonicMs: () => io.world.simulation.nowMs + aheadMs,
      observe: async (...given: Parameters<Cluster['observe']>) => {
        const seen = await observe(...given);
        return { ...seen, atMs: seen.atMs + aheadMs, endedMs: seen.endedMs + aheadMs };
      },
    });
    expect(await io.run(['run', 'v2'], { ...second, clock: client, connect: () => Promise.resolve(ahead) })).toBe(0);
    const next = io.world.result().timeline.find(({ text }) => text === 'write the route v1-50.v2-50: written');
    return ((next?.atMs ?? 0) - beganMs) / 1000;
  }

  it.each([0, 3_600_000, -3_600_000])(
    'never: a host that is %s ms ahead pauses for what is left of the minute',
    async (ms) => {
      const seconds = await pausedBy(ms);
      // The first driver had watched about 39 s of it, and noted 30 s at least.
      expect(seconds).toBeGreaterThan(20);
      expect(seconds).toBeLessThan(40);
    },
  );
});

test('run wakes after another driver has completed the release: the end of the history, and its files are left alone', async () => {
  const io = simulatedIo({ file: withV2, installed });
  let wake: () => void = () => undefined;
  const asleep: { until?: Promise<void> } = {};
  const client = new Proxy(io.world.connect(), {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function' || name === 'nowMs' || name === 'monotonicMs') return value;
      const method = (value as (...args: unknown[]) => unknown).bind(target);
      return (...args: unknown[]) => (asleep.until ? asleep.until.then(() => method(...args)) : method(...args));
    },
  });
  const first = io.run(['run', 'v2'], { connect: () => Promise.resolve(client), holder: 'first' });
  await io.clock.sleep(4_000);
  asleep.until = new Promise((resolve) => (wake = resolve));
  await io.clock.sleep(20_000);
  expect(await io.run(['run', 'v2', '--no-write-back'], { holder: 'second' })).toBe(exitCodes.completed);
  const before = readFileSync(io.file, 'utf8');
  wake();
  expect(await first).toBe(exitCodes.completed);
  expect(io.printed.out).toContain('completed: the history of releases says: from v1 to v2 was completed at ');
  expect(io.printed.err).toContain('was left as it is: another driver ended the release and has a file of its own');
  expect(readFileSync(io.file, 'utf8')).toBe(before);
});
