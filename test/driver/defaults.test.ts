/** A release file whose steps and timings are in a file that it shares with others. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exitCodes } from '../../model';
import { installed, withV2 } from '../support/shop-release';
import { simulatedIo, type SimulatedIo } from '../support/simulated-io';

const shared = withV2.slice(withV2.indexOf('timings:'));
const own = withV2.replace(shared, 'defaults: defaults.yaml\n');

function ioBeside(defaults: string): SimulatedIo {
  const io = simulatedIo({ file: own, installed });
  writeFileSync(join(dirname(io.file), 'defaults.yaml'), defaults);
  return io;
}
const defaultsOf = (io: SimulatedIo) => readFileSync(join(dirname(io.file), 'defaults.yaml'), 'utf8');

it('is released by the steps of both, and the end is written into the release file alone', async () => {
  const io = ioBeside(shared);
  expect(await io.run(['run', 'v2'])).toBe(exitCodes.completed);
  const weights = io.world
    .result()
    .timeline.flatMap(({ text }) => /route v1-(\d+)\.v2-\d+: written/.exec(text)?.[1] ?? []);
  expect(weights).toEqual(['90', '50']);
  expect(readFileSync(io.file, 'utf8')).toBe(
    own.replace("  v1: { image: 'demo:1' }\n", '').replace('v1: 100', 'v2: 100'),
  );
  expect(defaultsOf(io)).toBe(shared);
});

it('is refused before the first write, with the place in the file that is wrong', async () => {
  const io = ioBeside(`${shared}retires: { attempts: 0 }\n`);
  expect(await io.run(['run', 'v2'])).toBe(exitCodes.refused);
  expect(io.printed.err).toContain(`${join(dirname(io.file), 'defaults.yaml')}:3:1 retires: expected a known field`);
});

it('is told when the shared file is not there', async () => {
  const io = simulatedIo({ file: own, installed });
  expect(await io.run(['plan', 'v2'])).toBe(exitCodes.refused);
  expect(io.printed.err).toContain(`${io.file}:9:1 defaults: expected a file at defaults.yaml, found none;`);
});

/** As in the ConfigMap of the Job. */
it('may be in the folder of the manifests, where the shared file is none', async () => {
  const io = ioBeside(shared);
  const folder = dirname(io.file);
  mkdirSync(io.dist);
  const files = await io.synth.synthesize({ releaseFile: io.file });
  const manifestsIn = () => Promise.resolve([...files, { file: join(folder, 'defaults.yaml'), text: defaultsOf(io) }]);
  const args = ['run', 'v2', '--manifests', folder, '--no-write-back'];
  expect(await io.run(args, { synth: { ...io.synth, manifestsIn } })).toBe(exitCodes.completed);
});
