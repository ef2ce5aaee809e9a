/**
 * Every order of events in small worlds, over the real decide(). `npm run explore` searches larger ones; docs/proof.md says what
 * follows from it, and what does not.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, stop } from 'esbuild';
import type { Findings } from '../../support/small-worlds/search';

const folder = mkdtempSync(join(tmpdir(), 'handover-small-worlds-'));
const program = join(folder, 'explore.js');
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  const entryPoints = ['test/support/small-worlds/main.ts'];
  await build({ entryPoints, bundle: true, platform: 'node', target: 'node20', outfile: program });
  await stop(); // its process would outlive the tests
});

/** As a program of its own: in jest's sandbox it takes longer. At a violation it ends with 1. */
async function explored(options: string): Promise<Findings> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...options.split(' ')]).catch(
    (error: { stdout: string }) => error,
  );
  return JSON.parse(stdout) as Findings;
}

describe('in every order of events S1–S9 hold in each state, and from each the driver comes to an end (S12)', () => {
  it.concurrent.each([
    ['two gateways, each late by itself', '--gateways 2 --kills 0 --acts 0', 3_500],
    ['a driver that is killed once', '--gateways 1 --kills 1 --acts 0 --weights 0', 4_000],
    [
      'an abort at any moment, weights edited by hand, or all pods of the new version gone',
      '--gateways 1 --kills 0 --acts 1 --order one --weights 0 --among abort --among {"v1":100} --among die',
      5_000,
    ],
  ])(
    'with %s',
    async (_, options, leastStates) => {
      const { violation, isWhole, states, endings, mostTurns } = await explored(options);
      expect(violation).toBeUndefined();
      expect(isWhole).toBe(true);
      // A search that finds few states has looked at nothing.
      expect(states).toBeGreaterThan(leastStates);
      expect(endings['completed: own']).toBeGreaterThan(0);
      expect(mostTurns).toBeLessThan(50);
    },
    600_000,
  );
});
