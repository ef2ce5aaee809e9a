/** A service in production, before anybody has released it by weights: what a simulated world has of it. */
import { calm, World } from '../../../../driver/istio/simulation';
import { driven } from '../../../support/driven';
import { releaseWith } from '../../../support/observations';
import { changedOfOwner } from '../../../support/owner-objects';
import { takenOver } from '../../../support/take-overs';
import { Bench } from '../../../support/worlds';

const order = { kind: 'run', canary: 'v2' } as const;
const chosen = {
  routes: [],
  isNamed: false,
  ports: [80],
  rule: 'with subsets',
  isScaled: true,
  isKept: false,
} as const;

function service(scenario = calm(), rule: 'none' | 'with subsets' = 'with subsets') {
  const run = takenOver(releaseWith('steps: []'), { ...chosen, scenario, rule, order });
  const { release } = run;
  const world = World.installed({ ...release, versions: release.versions.slice(0, 1) }, run.scenario, 1);
  return { run, release, world, bench: new Bench(world, release) };
}

it('has routes that lead to the whole Service, and no version beside the adopted one', async () => {
  const { bench } = service();
  const { route, subsets, workloads, proxies } = await bench.look();
  expect(route).toMatchObject({ whole: { change: { base: 'web' } }, split: { v1: 100 }, marker: '' });
  expect(subsets?.versions).toEqual(['all']);
  expect(Object.keys(workloads)).toEqual(['v1']);
  expect(proxies[0]).toMatchObject({ clusters: { all: {} }, namedVersions: [] });
});

it('may have no DestinationRule', async () => {
  const { bench } = service(calm(), 'none');
  expect((await bench.look()).subsets).toBeUndefined();
});

it('sends requests to the pods of every version, as soon as they are ready', async () => {
  const { world, release } = service();
  world.workloads.create(release, 'v2');
  await world.runOn(10_000);
  const pods = world.proxies.serving().flatMap(({ clusters }) => [...(clusters.get('')?.sent.keys() ?? [])]);
  expect(pods.some((pod) => pod.startsWith('v2'))).toBe(true);
});

it('finds the mistake to make another version behind it (S1), and to make the adopted one anew (S11)', async () => {
  const { bench, world } = service();
  await bench.write({ kind: 'add-version', version: 'v2' });
  world.workloads.remove('v1', 'foreign');
  await bench.write({ kind: 'add-version', version: 'v1' });
  const found = world.result().violations.map(({ invariant, message }) => `${invariant} ${message}`);
  expect(found).toEqual([
    'S1 pods of v2 are made: gateway-1, gateway-2 sends to the whole Service',
    'S11 v1, which is adopted, is made',
  ]);
});

it('finds the mistake to name the subset before each proxy has it (S1)', async () => {
  const { bench, world } = service();
  const { route } = await bench.look();
  const content = { split: { v1: 100 }, headerVersions: [], probes: [], marker: 'web@x.1', record: route?.record };
  await bench.write({ kind: 'write-route', ...content, changes: 'as in the manifests' });
  expect(world.result().violations[0]?.message).toContain('the route names v1');
  await world.runOn(10_000);
  expect(world.result().lost.length).toBeGreaterThan(0);
});

it('is taken over and released by the driver, which changes nothing else of its owner’s', async () => {
  const { run, release, world } = service();
  const ending = await driven(world.connect(), release, { order, pollMs: 1_000 });
  await world.runOn(60_000);
  expect(ending.outcome).toBe('completed');
  expect(world.result()).toMatchObject({ lost: [], violations: [] });
  expect(world.api.readSubsets()?.versions).toEqual(['all', 'v2']);
  expect([...world.workloads.deployments.keys()]).toEqual(['v2']);
  expect(changedOfOwner(world, { ...run, evidence: ['proxy'], pollMs: 1_000, seed: 1 }, 'completed')).toEqual([]);
});
