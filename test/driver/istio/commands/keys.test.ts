/** Keys while a release runs: each does what its verb does in another shell. */
import { exitCodes } from '../../../../model';
import type { Listener } from '../../../../driver/core/keyboard';
import { steeringKeys } from '../../../../driver/istio/commands/keys';
import { releaseIn, type Options } from '../../../../driver/options';
import { recordWith } from '../../../support/observations';
import { installed, withV2 } from '../../../support/shop-release';
import { simulatedIo, type SimulatedIo } from '../../../support/simulated-io';

const paused = withV2.replace('pause: 1s', 'pause: until promoted');

/** A release on a terminal, 12 seconds after its beginning: at its pause. */
async function atPause() {
  const io = simulatedIo({ file: paused, installed });
  let listener: Listener | undefined;
  const keyboard = {
    isHeard: true,
    listen: (given: Listener) => {
      listener = given;
      return () => (listener = undefined);
    },
  };
  const running = io.run(['run', 'v2'], { isTerminal: true, keyboard });
  await io.clock.sleep(12_000);
  const type = async (name: string) => {
    listener?.key(name);
    await io.clock.sleep(50);
  };
  return { io, running, type, isListening: () => listener !== undefined };
}

const lastPicture = ({ printed }: SimulatedIo) => printed.err.slice(printed.err.lastIndexOf('\x1b[J'));

test('a and y abort: the traffic goes back, and the record says who asked', async () => {
  const { io, running, type, isListening } = await atPause();
  expect(lastPicture(io)).toContain('keys:  [a] abort  [p] promote  [d] detail');
  await type('a');
  expect(lastPicture(io)).toContain('abort: all traffic returns to v1. [y] yes, do it');
  await type('y');
  expect(await running).toBe(exitCodes.aborted);
  expect(io.printed.err).toContain('abort: asked for; carried out at the next look');
  expect(io.printed.out).toContain('asked to abort; every proxy routes by v1-100');
  expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
  expect(isListening()).toBe(false);
  expect(lastPicture(io)).not.toContain('keys:');
});

test('p and y end the pause, and the release goes on to its end', async () => {
  const { io, running, type } = await atPause();
  await type('p');
  await type('y');
  expect(await running).toBe(exitCodes.completed);
  expect(io.world.result()).toMatchObject({ lost: [], violations: [] });
});

test('what comes too late is refused in the words of its verb', async () => {
  const io = simulatedIo({ file: paused, installed });
  const release = releaseIn(io, paused, { file: io.file } as Options);
  const keys = steeringKeys(await io.connect({}), release)(recordWith({ step: 2 }));
  expect(keys.map(({ name }) => name)).toEqual(['abort', 'promote']);
  for (const { act } of keys) await expect(act()).rejects.toThrow('expected a release under way, found none');
});

test.each([
  ['an apply', { mode: 'apply' } as const, []],
  ['an abort', { mode: 'abort' } as const, []],
  ['a promotion in full', { mode: 'promote' } as const, ['abort']],
  ['a step that is no pause', { step: 1 }, ['abort']],
])('the keys of %s', async (_, fields, names) => {
  const io = simulatedIo({ file: paused, installed });
  const keysOf = steeringKeys(await io.connect({}), releaseIn(io, paused, { file: io.file } as Options));
  expect(keysOf(recordWith(fields)).map(({ name }) => name)).toEqual(names);
  expect(keysOf(undefined)).toEqual([]);
});

test('without a yes nothing is asked of the cluster', async () => {
  const { io, running, type } = await atPause();
  await type('a');
  await type('n');
  await io.clock.sleep(5_000);
  expect(io.world.api.readRoute()?.request).toBeUndefined();
  await type('d');
  expect(lastPicture(io)).toMatch(/proxies, by the evidence proxy:\n(.*routes? by|.*split@)/s);
  await type('a');
  await type('y');
  await running;
});
