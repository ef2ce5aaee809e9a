/** What is no part of a release: a subset that is no version, and a version that header routes send to at weight 0. */
import fc from 'fast-check';
import { World } from '../../../driver/istio/simulation';
import type { Order } from '../../../driver/istio/stages';
import { releaseWith } from '../../support/observations';
import { atFault, releaseIn } from '../../support/release-runs';
import { arbitraryScenario } from '../../support/scenarios';

const file =
  releaseWith(`timings: {longestRequest: 2s, drainWindow: 1s, startup: 30s, progressDeadline: 60s, drainLimit: 600s}
headerRoutes: [{header: x-beta, exact: yes, version: v0}, {header: x-user, exact: tester, version: v2}]
steps: [{weight: 10}, {weight: 50}]`);
const [v1, ...others] = file.versions;
const release = { ...file, versions: [{ ...v1, name: 'v0' }, v1, ...others] as typeof file.versions };
const kinds = ['crash', 'evict', 'freeze', 'proxy-restarts', 'operator-request'] as const;

const runs = fc.record({
  order: fc.constant<Order>({ kind: 'run', canary: 'v2' }),
  scenario: arbitraryScenario({ kinds }),
  seed: fc.nat(),
});

it('stays as it was, however the release goes and ends', async () => {
  await fc.assert(
    fc.asyncProperty(runs, async ({ order, scenario, seed }) => {
      const world = World.installed({ ...release, versions: release.versions.slice(0, 2) }, scenario, seed);
      const before = world.api.readSubsets()?.versions ?? [];
      world.api.storeSubsets(
        new Map([...before, 'all'].map((name) => [name, name === 'all' ? 'v1' : name])),
        'foreign',
      );
      await releaseIn(world, { release, order, evidence: ['proxy'], scenario, pollMs: 1_000, seed });
      expect(world.api.readSubsets()?.versions).toEqual(expect.arrayContaining(['all', 'v0']));
      expect(world.api.readRoute()?.headerVersions).toContain('v0');
      expect(atFault(world.result())).toEqual({ lost: [], strayed: [], violations: [] });
    }),
    { numRuns: 60 },
  );
});
