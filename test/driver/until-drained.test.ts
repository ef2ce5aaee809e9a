/** `run --until drained`: the former version is left to others, such as an agent that applies Git. */
import { readFileSync, writeFileSync } from 'node:fs';
import { exitCodes } from '../../model';
import { decideOn, run } from '../support/decisions';
import { observed, recordWith } from '../support/observations';
import { installed, pausedAndStopped, withV2 } from '../support/shop-release';
import { simulatedIo, type SimulatedIo } from '../support/simulated-io';

const drained = ['run', 'v2', '--until', 'drained'];
const unharmed = { lost: [], violations: [] };
const live = ({ world }: SimulatedIo) => ({
  versions: [...world.workloads.deployments.keys()],
  subsets: world.api.readSubsets()?.versions,
  split: world.api.readRoute()?.split,
  isUnderWay: world.api.readRoute()?.record !== undefined,
  history: world.api.readState().history.map(({ outcome }) => outcome),
});
const both = { versions: ['v1', 'v2'], subsets: ['v1', 'v2'], isUnderWay: true, history: [] };
const over = { versions: ['v2'], subsets: ['v2'], split: { v2: 100 }, isUnderWay: false, history: ['completed'] };
const writesOf = ({ world }: SimulatedIo) => world.result().timeline.filter(({ text }) => text.endsWith(': written'));

async function drainedIo(file = withV2): Promise<SimulatedIo> {
  const io = simulatedIo({ file, installed });
  expect(await io.run(drained)).toBe(exitCodes.drained);
  return io;
}

/** As an agent does after the merge. */
async function prune(io: SimulatedIo): Promise<void> {
  io.world.workloads.remove('v1', 'order');
  await io.clock.sleep(60_000);
}

describe('run --until drained', () => {
  it('ends when the old version is drained, with all of it still there and the release on record', async () => {
    const io = await drainedIo();
    expect(live(io)).toEqual({ ...both, split: { v2: 100 } });
    expect(io.printed.out).toMatch(/^drained: every proxy routes by v2-100; no proxy routes to v1, and nothing of it/);
    expect(io.world.result()).toMatchObject(unharmed);
  });

  it('writes into the files what Git is to say: the old version is not among it', async () => {
    const io = await drainedIo();
    expect(readFileSync(io.file, 'utf8')).toMatch(/versions:\n {2}v2: .*\nweights: { v2: 100 }/);
    expect(io.printed.err).toContain('now say what is live when v1 is gone');
  });

  it('asked again while the old version is there, writes nothing and says the same', async () => {
    const io = await drainedIo();
    const before = writesOf(io).length;
    expect(await io.run([...drained, '--json'])).toBe(exitCodes.drained);
    expect(writesOf(io)).toHaveLength(before);
    expect(io.printed.out).toContain('"code":"found-so"');
  });

  it('asked again when Git has pruned the old version, ends the release without a lost request', async () => {
    const io = await drainedIo();
    await prune(io);
    expect(live(io)).toMatchObject({ versions: ['v2'], subsets: ['v1', 'v2'], isUnderWay: true });
    expect(await io.run(drained)).toBe(exitCodes.completed);
    expect(live(io)).toEqual(over);
    expect(io.world.result()).toMatchObject(unharmed);
  });

  it.each([[['run', 'v2']], [['promote']], [['promote', '--full']]])(
    '%j then removes the old version itself, and ends the release',
    async (command) => {
      const io = await drainedIo();
      expect(await io.run(command)).toBe(exitCodes.completed);
      expect(live(io)).toEqual(over);
      expect(io.world.result()).toMatchObject(unharmed);
    },
  );

  it('is turned back by an abort, which finds all of the old version', async () => {
    const io = await drainedIo();
    expect(await io.run(['abort'])).toBe(exitCodes.aborted);
    expect(live(io)).toEqual({ ...both, split: { v1: 100 }, isUnderWay: false, history: ['aborted'] });
    expect(io.world.result()).toMatchObject(unharmed);
  });

  it('is on record: whoever passes a pause without knowing of it does not remove the old version', async () => {
    const io = simulatedIo({ file: withV2.replace('pause: 1s', 'pause: until promoted'), installed });
    const stop = new AbortController();
    const first = io.run(drained, { stop: stop.signal });
    await io.clock.sleep(6_000);
    stop.abort();
    expect(await first).toBe(exitCodes.stopped);
    expect(await io.run(['promote', 'demo', '-n', 'shop'])).toBe(exitCodes.drained);
    expect(live(io)).toEqual({ ...both, split: { v2: 100 } });
  });

  it('may be said later: the release that is under way ends there', async () => {
    const io = simulatedIo({ file: withV2.replace('pause: 1s', 'pause: 10s'), installed });
    await pausedAndStopped(io);
    expect(await io.run(drained)).toBe(exitCodes.drained);
    expect(live(io)).toEqual({ ...both, split: { v2: 100 } });
  });

  it('plans no removal', async () => {
    const io = simulatedIo({ file: withV2, installed });
    expect(await io.run(['plan', 'v2', '--until', 'drained'])).toBe(exitCodes.changes);
    expect(io.printed.out).toContain('write the route v2-100');
    expect(io.printed.out).not.toContain('delete the objects of v1');
    expect(await io.run(['run', 'v2', '--dry-run'])).toBe(exitCodes.changes);
    expect(io.printed.out).toContain('delete the objects of v1');
  });

  it('tells status and other commands where it stands', async () => {
    const io = await drainedIo();
    await io.run(['status']);
    expect(io.printed.out).toContain('from v1 to v2, drain v1, which others remove, since');
    await io.run(['status', '--json']);
    expect(io.printed.out).toContain('"until":"drained"');
    writeFileSync(io.file, readFileSync(io.file, 'utf8').replace('v2:', "v3: { image: 'demo:3' }\n  v2:"));
    expect(await io.run(['run', 'v3'])).toBe(exitCodes.refused);
    expect(io.printed.err).toContain('found a release of v2 (drain v1, which others remove); finish it');
  });

  it('is refused beside --accept-loss: nobody would count what the removal cuts off', async () => {
    const io = simulatedIo({ file: withV2, installed });
    expect(await io.run([...drained, '--accept-loss', 'v1=3'])).toBe(exitCodes.failed);
    expect(io.printed.err).toContain('no --accept-loss beside --until drained');
    expect(writesOf(io)).toEqual([]);
  });
});

describe('a version that is left to others', () => {
  const last = { step: 6, marker: 'split@r1.4', unrouted: { v1: new Date(0).toISOString() } };
  const quiet = { quietSinceMs: { v1: 0 }, connections: { begun: {}, settledSinceMs: { v1: 0 } } };
  const seen = (record: object, inFlight: number | undefined = 0) =>
    observed({
      record: recordWith({ ...last, ...record }),
      split: { v2: 100 },
      subsets: ['v1', 'v2'],
      pods: { v1: 2, v2: 2 },
      atMs: 600_000,
      inFlight: { v1: inFlight },
    });

  it('is waited for although a person accepted a loss: it is called drained', () => {
    const loss = { code: 'accept-loss', invariant: 'S3', version: 'v1', count: 3, by: 'alice', at: '' } as const;
    const given = seen({ until: 'drained', exceptions: [loss] }, 2);
    const order = { ...run, until: 'drained' } as typeof run;
    expect(decideOn(given, {}, undefined, order)).toMatchObject({ wait: { for: 'drain', until: { code: 'idle' } } });
  });

  it('is not added again by promote --full, which would send the release back', () => {
    const request = { id: 'q', verb: 'promote-full', release: 'r1' } as const;
    const given = seen({});
    const asked = { ...given, workloads: { v2: given.workloads['v2'] }, route: { ...given.route, request } };
    expect(decideOn(asked as typeof given, quiet as never)).toMatchObject({
      action: { kind: 'write-record', record: { mode: 'run', step: 6, handled: 'q' } },
    });
  });
});
