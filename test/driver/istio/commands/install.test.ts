/** A release of a service that is not installed: whoever is told to install it must not lose what serves now. */
import { exitCodes } from '../../../../model';
import { installed, withV2 } from '../../../support/shop-release';
import { simulatedIo } from '../../../support/simulated-io';

const refusedWith = async (lost: string | undefined) => {
  const io = simulatedIo({ file: withV2, installed });
  io.world.api.delete('route');
  io.world.api.delete('subsets');
  const lostByInstalling = () => Promise.resolve(lost);
  const connect = () => Promise.resolve(Object.assign(io.world.connect(), { lostByInstalling }));
  expect(await io.run(['run', 'v2'], { connect })).toBe(exitCodes.refused);
  expect(io.world.result().timeline.some(({ text }) => text.endsWith(': written'))).toBe(false);
  return io.printed.err;
};

test('names a Service that would lose its pods, and what to do before', async () => {
  const told = await refusedWith('a Service demo that would lose its pods old-1');
  expect(told).toContain(
    'found a Service demo that would lose its pods old-1; first roll its pods out with the label app: demo',
  );
  expect(told).toContain('handover import');
});

test('says how to install where nothing is in the way', async () => {
  const told = await refusedWith(undefined);
  expect(told).toContain('install it first: kubectl apply -f dist/');
  expect(told).not.toContain('nothing is lost by installing');
});
