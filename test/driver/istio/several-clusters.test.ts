/** Other clusters behind the same mesh: a release would not see what their proxies do. */
import type { OtherClusters } from '../../../driver/istio/mesh/other-clusters';
import { exitCodes } from '../../../model';
import { installed, pausedAndStopped, withV2 } from '../../support/shop-release';
import { simulatedIo } from '../../support/simulated-io';

const east: OtherClusters = { found: ['east, by the Secret istio-system/istio-remote-secret-east'] };

function worldWith(others: OtherClusters) {
  const io = simulatedIo({ file: withV2, installed });
  const otherClusters = () => Promise.resolve(others);
  const connect = () => Promise.resolve(Object.assign(io.world.connect(), { otherClusters }));
  const written = () => io.world.result().timeline.filter(({ text }) => text.endsWith(': written'));
  return { io, written, run: (...args: string[]) => io.run(args, { connect }) };
}

test.each([[['run', 'v2']], [['plan', 'v2']], [['apply']]])(
  'are refused before the first write by %j',
  async (args) => {
    const { io, written, run } = worldWith(east);
    expect(await run(...args)).toBe(exitCodes.refused);
    expect(io.printed.err).toMatch(
      /check failed: the mesh is of this cluster alone\n {2}expected a mesh of one cluster, .*found istiod knows others: east, by the Secret istio-system\/istio-remote-secret-east;/,
    );
    expect(written()).toEqual([]);
  },
);

test('are said and not refused when they cannot be told', async () => {
  const { io, run } = worldWith({ found: [], untold: 'istiod-1.istio-system: forbidden' });
  expect(await run('run', 'v2')).toBe(exitCodes.completed);
  expect(io.printed.err).toContain(
    'warning: whether other clusters share this mesh cannot be told (istiod-1.istio-system: forbidden): ',
  );
});

test('that came in mid-release hold up no abort', async () => {
  const { io, run } = worldWith(east);
  await pausedAndStopped(io);
  expect(await run('run', 'v2')).toBe(exitCodes.refused);
  expect(await run('abort')).toBe(exitCodes.aborted);
});
