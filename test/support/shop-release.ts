/** A release file as text, before and after a new version is listed: with a comment, a step of each kind, short times. */
import { simulatedIo, type SimulatedIo } from './simulated-io';
import { exitCodes } from '../../model';

export const installed = `# the shop
name: demo
namespace: shop
hosts: [demo.example.com]
versions:
  v1: { image: 'demo:1' }
weights: { v1: 100 }
timings: { longestRequest: 2s, drainWindow: 1s }
steps: [{ weight: 10 }, { pause: 1s }, { weight: 50 }]
`;
export const withV2 = installed.replace("'demo:1' }\n", "'demo:1' }\n  v2: { image: 'demo:2' } # new\n");

/** A release whose driver was stopped while it paused at 10 %. */
export async function pausedAndStopped(io: SimulatedIo): Promise<void> {
  const stop = new AbortController();
  const first = io.run(['run', 'v2'], { stop: stop.signal });
  await io.clock.sleep(6_000);
  stop.abort();
  expect(await first).toBe(exitCodes.stopped);
}

/** Its driver was stopped as soon as the record said that the first step of the file is under way. */
export async function stoppedAtStepOne(file: string): Promise<SimulatedIo> {
  const io = simulatedIo({ file, installed });
  const stop = new AbortController();
  const running = io.run(['run', 'v2'], { stop: stop.signal });
  while (io.world.api.readRoute()?.record?.step !== 1) await io.clock.sleep(100);
  stop.abort();
  expect(await running).toBe(exitCodes.stopped);
  return io;
}
