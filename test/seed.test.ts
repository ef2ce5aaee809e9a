/** The same commit gives the same result: what is drawn at random is drawn by the seed in jest.config.js, or by HANDOVER_SEED. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { committedSeed } from './support/seed';

const drawn = (by: { readonly seed?: number }) => fc.sample(fc.nat(), { numRuns: 5, ...by });

test('a property that names no seed is tried with the committed one', () => {
  expect(fc.readConfigureGlobal().seed).toBe(committedSeed());
  const seed = committedSeed();
  expect(drawn({})).toEqual(drawn({ seed }));
  expect(drawn({})).not.toEqual(drawn({ seed: seed + 1 }));
});

test('HANDOVER_SEED is another seed for all of them', () => {
  const program = "require('./jest.config.js'); process.stdout.write(process.env.HANDOVER_SEED)";
  const seedWith = (env: NodeJS.ProcessEnv) =>
    execFileSync(process.execPath, ['-e', program], { env: { ...process.env, ...env }, encoding: 'utf8' });
  expect(seedWith({ HANDOVER_SEED: '7' })).toBe('7');
  expect(seedWith({ HANDOVER_SEED: undefined })).toMatch(/^\d+$/);
});
