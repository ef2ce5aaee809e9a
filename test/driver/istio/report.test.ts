/** What a terminal shows of a release: what is decided again on each look is one line. */
import { exitCodes } from '../../../model';
import type { Cluster } from '../../../driver/istio/cluster';
import { installed, withV2 } from '../../support/shop-release';
import { simulatedIo } from '../../support/simulated-io';

const analysed = `${withV2.replace('pause: 1s', 'analyse: errors')}analyses:
  errors: { prometheus: { address: 'http://prometheus.test', query: up, max: 0, interval: 5s, count: 3 } }
`;

afterEach(() => jest.restoreAllMocks());

const linesWith = (text: string, printed: string) => printed.split('\n').filter((line) => line.includes(text));

it.each([[[]], [['--json']]])('an analysis of many looks is told once, with %j', async (flags) => {
  jest.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('no such host'));
  const io = simulatedIo({ file: analysed, installed });
  await io.run(['run', 'v2', ...flags]);
  expect(linesWith('measuring errors', io.printed.err)).toHaveLength(1);
  expect(linesWith('inconclusive', io.printed.err).length).toBeGreaterThan(0);
});

it('a wait that lasts says in the lines, too, what a person can do, and says it once', async () => {
  const io = simulatedIo({ file: withV2, installed, scenario: { neverReady: ['v2'] } });
  expect(await io.run(['run', 'v2'])).toBe(exitCodes.aborted);
  const told = linesWith('see why with kubectl -n shop get pods -l app=demo,version=v2', io.printed.err);
  expect(told).toEqual([expect.stringMatching(/^\S+Z +3\d\.\d s {4}see why/)]);
});

it('a write that changes nothing is made again without haste, and not for ever', async () => {
  const io = simulatedIo({ file: withV2, installed });
  const client: Cluster = await io.connect({});
  const real = client.perform.bind(client);
  // As when somebody takes its labels off each time: what was created is not found.
  const perform = jest
    .spyOn(client, 'perform')
    .mockImplementation((release, action, seen) =>
      action.kind === 'add-version' ? Promise.resolve('written') : real(release, action, seen),
    );
  expect(await io.run(['run', 'v2', '--timeout', '30'])).toBe(exitCodes['timed-out']);
  expect(io.printed.out).toContain('create the objects of v2; look at these objects');
  expect(perform.mock.calls.length).toBeLessThan(150);
});

describe('a write that meets a conflict on ten looks', () => {
  async function conflicting(...flags: string[]): Promise<string> {
    const io = simulatedIo({ file: withV2, installed });
    const client: Cluster = await io.connect({});
    const perform = client.perform.bind(client);
    let conflicts = 0;
    jest.spyOn(client, 'perform').mockImplementation((release, action, seen) => {
      const isRefused = action.kind === 'write-subsets' && ++conflicts <= 10;
      return isRefused ? Promise.resolve('conflict') : perform(release, action, seen);
    });
    await io.run(['run', 'v2', ...flags]);
    return io.printed.err;
  }

  it('is one decision and one conflict on a terminal', async () => {
    const lines = linesWith('write the subsets v1, v2', await conflicting());
    expect(lines).toEqual([
      expect.stringContaining('] write the subsets v1, v2 ('),
      expect.stringContaining('somebody else changed the object; looking again before this write'),
    ]);
  });

  it('is told each time to a program', async () => {
    const printed = await conflicting('--json');
    expect(linesWith('"event":"conflict"', printed)).toHaveLength(10);
    expect(
      linesWith('"decision":{"kind":"act","action":{"kind":"write-subsets","versions":["v1","v2"]', printed),
    ).toHaveLength(11);
  });
});
