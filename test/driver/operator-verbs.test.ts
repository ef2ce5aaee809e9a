import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseRecord, parseRequest } from '../../driver/istio/record';
import { exitCodes, Refusal } from '../../model';
import { installed, pausedAndStopped, stoppedAtStepOne, withV2 } from '../support/shop-release';
import { simulatedIo, type SimulatedIo } from '../support/simulated-io';

describe('operator verbs', () => {
  it('abort from a second shell is carried out by the driver that holds the lock', async () => {
    const io = simulatedIo({ file: withV2.replace('pause: 1s', 'pause: until promoted'), installed });
    const running = io.run(['run', 'v2']);
    await io.clock.sleep(6_000);
    expect(await io.run(['abort'], { holder: 'second-shell' })).toBe(exitCodes.aborted);
    expect(await running).toBe(exitCodes.aborted);
    expect(io.printed.out).toContain('aborted: an operator asked to abort; every proxy routes by v1-100');
    expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
  });

  it('abort goes on by itself when the driver that has the lock was killed a moment ago', async () => {
    const io = simulatedIo({ file: withV2.replace('pause: 1s', 'pause: until promoted'), installed });
    await pausedAndStopped(io);
    io.world.api.lease.take('killed', 15);
    const beganMs = io.clock.nowMs();
    const report = ['--report', join(dirname(io.file), 'abort.html')];
    expect(await io.run(['abort', ...report], { holder: 'second-shell' })).toBe(exitCodes.aborted);
    expect(io.clock.nowMs() - beganMs).toBeLessThan(60_000);
    expect(io.printed.err.match(/the report is in/g)).toHaveLength(1);
    expect(io.printed.err.match(/that driver carries out the request/g)).toHaveLength(1);
    expect(io.printed.out).toContain('aborted: an operator asked to abort; every proxy routes by v1-100');
    expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
  });

  it.each([
    ['unreachable', 'connection refused'],
    ['api-refused', '429 too many requests'],
  ])('abort that waits for a dead driver endures an API server that does not answer (%s)', async (code, found) => {
    const io = simulatedIo({ file: withV2.replace('pause: 1s', 'pause: until promoted'), installed });
    await pausedAndStopped(io);
    io.world.api.lease.take('killed', 15);
    const client = io.world.connect();
    const own = client.observe.bind(client);
    const beganMs = io.clock.nowMs();
    const lost: Refusal[] = [new Refusal(code, 'an answer from the API server', found, 'wait for it')];
    const observe: typeof own = async (...args) => {
      const error = io.clock.nowMs() - beganMs > 7_000 ? lost.pop() : undefined;
      if (error) throw error;
      return own(...args);
    };
    const connect = () => Promise.resolve(Object.assign(client, { observe }));
    expect(await io.run(['abort'], { holder: 'second-shell', connect })).toBe(exitCodes.aborted);
    expect([lost, io.printed.err.match(/the API server answers again/g)?.length]).toEqual([[], 1]);
    expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
  });

  it('abort says in the outcome and in the history who asked for it', async () => {
    const io = simulatedIo({ file: withV2.replace('pause: 1s', 'pause: until promoted'), installed });
    const running = io.run(['run', 'v2']);
    await io.clock.sleep(6_000);
    const connect = async () => Object.assign(await io.connect({}), { user: 'ops@example.com' });
    expect(await io.run(['abort'], { holder: 'second-shell', connect })).toBe(exitCodes.aborted);
    await running;
    expect(io.printed.out).toContain('aborted: ops@example.com asked to abort; every proxy routes by v1-100');
    await io.run(['status', '--history']);
    expect(io.printed.out).toMatch(/from v1 to v2 was aborted at .*; ops@example\.com asked to abort; begun by /);
  });

  it('abort is carried out by itself when no driver runs', async () => {
    const stop = new AbortController();
    const io = simulatedIo({ file: withV2, installed });
    const first = io.run(['run', 'v2'], { stop: stop.signal });
    await io.clock.sleep(4_000);
    stop.abort();
    await first;
    expect(await io.run(['abort'], { holder: 'second-shell' })).toBe(exitCodes.aborted);
  });

  it('abort by somebody who may ask and not drive stays, and says so, when no driver runs', async () => {
    const io = simulatedIo({ file: withV2.replace('pause: 1s', 'pause: until promoted'), installed });
    await pausedAndStopped(io);
    const missing = new Refusal('forbidden', 'the right to update leases', 'none', 'grant it');
    const client = Object.assign(await io.connect({}), {});
    const connect = () => Promise.resolve(Object.assign(client, { lock: () => Promise.reject(missing) }));
    expect(await io.run(['abort', 'demo', '-n', 'shop'], { holder: 'on-call', connect })).toBe(exitCodes.refused);
    expect(io.printed.err).toContain('your request stays, and the next driver carries it out');
    expect(await io.run(['run', 'v2'], { connect: () => Promise.resolve(io.world.connect()) })).toBe(exitCodes.aborted);
  });

  it('abort by somebody who may not drive says how it ended when the driver was quicker', async () => {
    const io = simulatedIo({ file: withV2.replace('pause: 1s', 'pause: until promoted'), installed });
    await pausedAndStopped(io);
    const missing = new Refusal('forbidden', 'the right to update leases', 'none', 'grant it');
    const lock = async () => {
      await io.run(['run', 'v2'], { connect: () => Promise.resolve(io.world.connect()) });
      throw missing;
    };
    const client = Object.assign(await io.connect({}), { lock });
    const connect = () => Promise.resolve(client);
    expect(await io.run(['abort', 'demo', '-n', 'shop'], { holder: 'on-call', connect })).toBe(exitCodes.aborted);
    expect(io.printed.err).not.toContain('your request stays');
  });

  it('say where a release stands as the file counts its steps', async () => {
    const io = await stoppedAtStepOne(withV2);
    expect(await io.run(['promote'])).toBe(exitCodes.refused);
    expect(io.printed.err).toContain(
      'expected a release that pauses, found step 1 of 4: weight 10; wait for the pause',
    );
    expect(await io.run(['apply'])).toBe(exitCodes.refused);
    expect(io.printed.err).toContain('found a release of v2 (step 1 of 4: weight 10)');
  });

  it.each([['promote'], ['promote', '--full']])('%s %s ends a pause that waits for it', async (...args) => {
    const io = simulatedIo({ file: withV2.replace('pause: 1s', 'pause: until promoted'), installed });
    const running = io.run(['run', 'v2']);
    await io.clock.sleep(6_000);
    expect(await io.run(args, { holder: 'second-shell' })).toBe(exitCodes.completed);
    expect(await running).toBe(exitCodes.completed);
    expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
  });

  it('promote --full without a driver that runs completes the release, in the files too', async () => {
    const io = simulatedIo({ file: withV2.replace('pause: 1s', 'pause: until promoted'), installed });
    await pausedAndStopped(io);
    expect(await io.run(['promote', '--full'], { holder: 'second-shell' })).toBe(exitCodes.completed);
    expect(readFileSync(io.file, 'utf8')).not.toContain('v1');
    expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
  });

  it('promote is refused outside a pause, and names what skips the rest', async () => {
    const io = simulatedIo({ file: withV2.replace('pause: 1s', 'pause: 60s'), installed });
    const stop = new AbortController();
    const running = io.run(['run', 'v2'], { stop: stop.signal });
    await io.clock.sleep(1_000);
    expect(await io.run(['promote'], { holder: 'second-shell' })).toBe(exitCodes.refused);
    expect(io.printed.err).toContain('expected a release that pauses, found add v2; wait for the pause, or skip');
    stop.abort();
    await running;
  });

  it('abort returns to the old version after all traffic has moved, while it is kept', async () => {
    const kept = withV2.replace('{ weight: 50 }', '{ weight: 100 }, { pause: until promoted }');
    const io = simulatedIo({ file: kept, installed });
    const running = io.run(['run', 'v2']);
    await io.clock.sleep(9_000);
    expect(await io.run(['abort'], { holder: 'second-shell' })).toBe(exitCodes.aborted);
    expect(await running).toBe(exitCodes.aborted);
    expect(readFileSync(io.file, 'utf8')).toBe(kept);
    expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
  });

  it('abort and promote need nothing but a kubeconfig: the release is on record', async () => {
    for (const verb of ['abort', 'promote']) {
      const io = simulatedIo({ file: withV2.replace('pause: 1s', 'pause: until promoted'), installed });
      await pausedAndStopped(io);
      const readFile = () => {
        throw new Error('there is no file');
      };
      const synthesize = () => Promise.reject(new Error('there is no app'));
      const bare = { readFile, synth: { ...io.synth, synthesize }, holder: 'second-shell' };
      const code = await io.run([verb, 'demo', '--namespace', 'shop'], bare);
      expect(code).toBe(verb === 'abort' ? exitCodes.aborted : exitCodes.completed);
      expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
    }
  });

  it('with --dry-run prints its plan and changes nothing', async () => {
    const io = simulatedIo({ file: withV2.replace('pause: 1s', 'pause: until promoted'), installed });
    await pausedAndStopped(io);
    const writes = () => io.world.result().timeline.filter(({ text }) => text.includes('written')).length;
    const before = writes();
    expect(await io.run(['abort', '--dry-run'], { holder: 'second-shell' })).toBe(exitCodes.changes);
    expect(io.printed.out).toContain('write the route v1-100                    │ an operator asked to abort');
    expect(writes()).toBe(before);
  });

  it('that comes too late says how the release ended, and writes no file', async () => {
    const io = simulatedIo({ file: withV2.replace('pause: 1s', 'pause: until promoted'), installed });
    await pausedAndStopped(io);
    // The first abort ends the release between the second one's look and its turn.
    const late = Object.assign(await io.connect({}), {});
    const leaveRequest = late.leaveRequest.bind(late);
    const once = async (...given: Parameters<typeof leaveRequest>) => {
      await leaveRequest(...given);
      await io.run(['abort'], { holder: 'third-shell', connect: () => Promise.resolve(io.world.connect()) });
    };
    const connect = () => Promise.resolve(Object.assign(late, { leaveRequest: once }));
    expect(await io.run(['promote', '--full'], { holder: 'second-shell', connect })).toBe(exitCodes.aborted);
    expect(readFileSync(io.file, 'utf8')).toContain('weights: { v1: 100 }');
  });

  describe('what a person takes upon themselves in a second shell', () => {
    const noWait = withV2.replace('{ pause: 1s }, ', '');
    const second = (io: SimulatedIo, ...args: string[]) => {
      const connect = () => Promise.resolve(Object.assign(io.world.connect(), { user: 'ann' }));
      return io.run(args, { holder: 'second-shell', connect });
    };
    const drains = async (io: SimulatedIo) => {
      while (!io.printed.err.includes('requests to v1 in flight')) await io.clock.sleep(500);
    };
    const streams = (io: SimulatedIo) => io.world.result().lost.filter(({ isStream }) => isStream).length;

    it.each([
      ['', ''],
      ['also where its own number was smaller', '--accept-loss=v1=2'],
    ])('is handed over to the driver that runs, which goes on from it %s', async (_, own) => {
      const io = simulatedIo({ file: noWait, installed, scenario: { streams: 3 } });
      const running = io.run(['run', 'v2', ...(own ? [own] : [])]);
      await drains(io);
      expect(await second(io, 'run', 'v2', '--accept-loss', 'v1=3')).toBe(exitCodes.locked);
      expect(io.printed.err).toContain('--accept-loss v1=3 is handed over to that driver');
      expect(io.printed.out).toContain('it goes on, and has --accept-loss v1=3 on record');
      expect(readFileSync(io.file, 'utf8')).toBe(noWait);
      expect(await running).toBe(exitCodes.completed);
      expect(io.printed.out).toContain('requests in flight to v1 when it was removed: 3; ann accepted up to 3');
      await io.world.runOn(60_000);
      expect(streams(io)).toBe(3);
      expect(io.world.result().violations).toEqual([]);
    });

    it('is refused while an abort waits, and leaves it where it is', async () => {
      const io = simulatedIo({ file: withV2.replace('pause: 1s', 'pause: until promoted'), installed });
      await pausedAndStopped(io);
      const client = io.world.connect();
      await client.lock({} as never, 'first', 600);
      const { record } = io.world.api.readRoute() ?? {};
      await client.leaveRequest({} as never, { id: 'a', verb: 'abort', release: record?.id });
      expect(await second(io, 'run', 'v2', '--accept-loss', 'v1=3')).toBe(exitCodes.refused);
      expect(io.printed.err).toContain('abort-waits');
      expect(io.world.api.readRoute()?.request).toMatchObject({ id: 'a', verb: 'abort' });
    });

    it('comes with a promotion, too', async () => {
      const paused = withV2.replace('pause: 1s', 'pause: until promoted');
      const io = simulatedIo({ file: paused, installed, scenario: { streams: 3 } });
      const running = io.run(['run', 'v2']);
      await io.clock.sleep(6_000);
      expect(await second(io, 'promote', '--full', '--accept-loss', 'v1=3')).toBe(exitCodes.completed);
      expect(await running).toBe(exitCodes.completed);
      expect(io.printed.out).toContain('ann accepted up to 3');
    });

    it('may be a proxy that is not waited for any more', async () => {
      const hidden = { kind: 'unreadable', proxy: 1, forMs: 3_600_000, when: { afterWrites: 1, ms: 0 } } as const;
      const proxies = ['a.istio-system', 'b.istio-system'];
      const io = simulatedIo({ file: noWait, installed, scenario: { proxies, accidents: [hidden] } });
      const running = io.run(['run', 'v2']);
      while (!io.printed.err.includes('b.istio-system could not be read')) await io.clock.sleep(500);
      expect(await second(io, 'run', 'v2', '--without-proxy', 'b.istio-system')).toBe(exitCodes.locked);
      expect(await running).toBe(exitCodes.completed);
      expect(io.printed.out).toContain('every proxy but b.istio-system, which ann left out, routes by v2-100');
    });
  });

  describe('abort asks for nothing that it does not need', () => {
    const paused = withV2.replace('pause: 1s', 'pause: until promoted');
    const forMs = 40_000;
    const scenario = { accidents: [{ kind: 'unreadable', proxy: 1, forMs, when: { afterWrites: 4, ms: 0 } }] } as const;

    it('no answer of every proxy: the traffic goes back at once, and it ends when each was seen to send it there', async () => {
      const io = simulatedIo({ file: paused, installed, scenario });
      await pausedAndStopped(io);
      const beganMs = io.clock.nowMs();
      expect(await io.run(['abort'], { holder: 'second-shell' })).toBe(exitCodes.aborted);
      const back = io.world.result().timeline.find(({ text }) => text.includes('write the route v1-100: written'));
      expect(back?.atMs ?? 0).toBeLessThan(beganMs + forMs / 2);
      expect(io.clock.nowMs()).toBeGreaterThan(beganMs + forMs / 2);
      expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
    });

    it('no app that synthesizes, and no file that agrees with the release', async () => {
      const io = simulatedIo({ file: paused, installed });
      await pausedAndStopped(io);
      const synthesize = () => Promise.reject(new Error('there is no app'));
      const readFile = () => paused.replace('{ weight: 50 }', '{ weight: 70 }').replace("'demo:2'", "'demo:3'");
      const other = { holder: 'second-shell', readFile, synth: { ...io.synth, synthesize } };
      expect(await io.run(['abort'], other)).toBe(exitCodes.aborted);
    });
  });

  describe('left for a release that another driver carries out', () => {
    const paused = withV2.replace('pause: 1s', 'pause: until promoted');
    const leave = (io: SimulatedIo, verb: 'abort' | 'promote-full', release: string) =>
      io.world.api.leaveRequest({ id: verb, verb, release });

    it('are not taken away: a promotion is refused while an abort waits', async () => {
      const io = simulatedIo({ file: paused, installed });
      await pausedAndStopped(io);
      leave(io, 'abort', 'r1');
      expect(await io.run(['promote', '--full'], { holder: 'second-shell' })).toBe(exitCodes.refused);
      expect(io.printed.err).toContain('expected no abort that waits to be carried out');
      expect(await io.run(['run', 'v2'])).toBe(exitCodes.aborted);
    });

    it('are not obeyed by the next release', async () => {
      const io = simulatedIo({ file: paused, installed });
      expect(() => leave(io, 'promote-full', 'r1')).toThrow('a moment ago');
      // By a handover that did not look, such as an older one.
      io.world.api.annotateRoute('foreign', { request: { id: 'late', verb: 'promote-full' } });
      await pausedAndStopped(io);
      expect(io.world.api.readRoute()).toMatchObject({ split: { v1: 90, v2: 10 }, request: undefined });
    });

    it('stand in nobody’s way when they cannot be read', () => {
      expect(parseRequest('{"id":"x","verb":"rollback"}')).toBeUndefined();
      expect(parseRequest('{')).toBeUndefined();
      expect(() => parseRecord('{')).toThrow('expected what handover wrote as the record of the release');
    });
  });
});
