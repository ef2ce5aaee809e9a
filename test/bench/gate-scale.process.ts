/** `npm run bench -- gate-scale` as it is run: its simulated API server has to keep up with what the driver asks. */
import { execFileSync, spawnSync } from 'node:child_process';

beforeAll(() => execFileSync('node', ['scripts/bundle.mjs', 'bench', 'handover', 'handover-app']), 60_000);

test('a whole release passes the gates of a simulated mesh, and each of them after the last arrival', () => {
  const options = ['--sizes', '3', '--services', '20', '--delay', '50,100', '--json'];
  const run = spawnSync('node', ['build/bench.js', 'gate-scale', ...options], { encoding: 'utf8', timeout: 60_000 });
  expect([run.status, run.stderr]).toEqual([0, '']);
  const found = JSON.parse(run.stdout) as { beyondMs: number[]; traffic: { questions: number } };
  expect(found.beyondMs).toHaveLength(3);
  for (const beyondMs of found.beyondMs) expect(beyondMs).toBeGreaterThanOrEqual(0);
  expect(found.traffic.questions).toBeGreaterThan(0);
}, 60_000);
