/** An adopted Deployment in a simulated world, which its owner may roll. */
import fc from 'fast-check';
import type { Action } from '../../../../driver/istio/action';
import { calm, span, World, type Scenario } from '../../../../driver/istio/simulation';
import type { Pod } from '../../../../driver/istio/simulation/pod';
import { advance, newRollout } from '../../../../driver/istio/simulation/rollout';
import { driven } from '../../../support/driven';
import { releaseWith } from '../../../support/observations';
import { rollAfterwards } from '../../../support/release-runs';
import { takenOver, withRollouts } from '../../../support/take-overs';
import { Bench } from '../../../support/worlds';

const order = { kind: 'run', canary: 'v2' } as const;
const chosen = { routes: [], isNamed: false, ports: [80], rule: 'plain', isScaled: false, order } as const;

function service(differences: Partial<Scenario> = {}, isKept = false) {
  const scenario = calm({ startup: span(2_000, 2_000), controllerDelay: span(100, 100), ...differences });
  const run = withRollouts(takenOver(releaseWith('steps: []'), { ...chosen, isKept, scenario }), []);
  const { release } = run;
  const world = World.installed({ ...release, versions: release.versions.slice(0, 1) }, run.scenario, 1);
  return { release, world, bench: new Bench(world, release), pods: () => templatesOf(world) };
}

function templatesOf({ workloads }: World): string[] {
  const living = workloads.podsOf('v1').filter(({ deletedBy }) => deletedBy === undefined);
  return living.map(({ hash, state }) => `${hash} ${state}`);
}

/** As in a release, up to the moment before another version is made. */
async function alone({ bench, world }: ReturnType<typeof service>): Promise<void> {
  await bench.subsets('v1');
  await world.runOn(2_000);
  const { route } = await bench.look();
  const content = { split: { v1: 100 }, headerVersions: [], probes: [], marker: 'web@x.1', record: route?.record };
  await bench.write({ kind: 'write-route', ...content, changes: 'as in the manifests' });
  await bench.write(pause);
  await bench.until(({ workloads }) => workloads.v1?.rollout?.isRolling === false);
  await bench.write(choose('t1'));
  await bench.write({ kind: 'write-route', ...content, marker: 'web@x.2' });
  await world.runOn(2_000);
}

const pause: Action = { kind: 'set-paused', version: 'v1', isPaused: true };
const resume: Action = { ...pause, isPaused: false };
const choose = (hash: string): Action => ({
  kind: 'write-subsets',
  versions: ['v1'],
  choose: { version: 'v1', hash },
});
const found = (world: World) => world.result().violations.map(({ message }) => message);

describe('a rollout', () => {
  it('makes one pod more, and as soon as that is available one less, until all are of the new template', async () => {
    const { world, bench, pods } = service();
    world.workloads.changeTemplate('v1', 't2');
    await world.runOn(1_000);
    expect(pods()).toEqual(['t1 ready', 't1 ready', 't2 starting']);
    expect((await bench.look()).workloads.v1?.rollout).toMatchObject({ hashes: ['t1', 't2'], isRolling: true });
    await world.runOn(2_000);
    expect(pods()).toEqual(['t1 ready', 't2 ready', 't2 starting']);
    await world.runOn(3_000);
    expect(pods()).toEqual(['t2 ready', 't2 ready']);
    expect((await bench.look()).workloads.v1?.rollout).toMatchObject({ hashes: ['t2'], isRolling: false });
    expect(world.result().lost).toEqual([]);
  });

  it('waits while the Deployment is paused, which scales and replaces its pods all the same', async () => {
    const { world, bench, pods } = service();
    await bench.write(pause);
    world.workloads.changeTemplate('v1', 't2');
    world.workloads.restartByOwner('v1');
    world.workloads.evict('v1', 0);
    world.workloads.scaleByHand('v1', 3);
    await world.runOn(10_000);
    expect(pods()).toEqual(['t1 ready', 't1 ready', 't1 ready']);
    const waiting = { paused: 'by handover', isPending: true, isRolling: false };
    expect((await bench.look()).workloads.v1?.rollout).toMatchObject(waiting);
    await bench.write(resume);
    await world.runOn(20_000);
    expect(pods()).toEqual(['t2 ready', 't2 ready', 't2 ready']);
  });

  it('stays half way when its owner pauses it there, and is seen so', async () => {
    const { world, bench, pods } = service();
    world.workloads.changeTemplate('v1', 't2');
    await world.runOn(1_000);
    world.workloads.pauseByOwner('v1', true);
    await world.runOn(20_000);
    expect(pods()).toEqual(['t1 ready', 't1 ready', 't2 ready']);
    expect((await bench.look()).workloads.v1?.rollout).toMatchObject({ paused: 'by others', isRolling: true });
  });

  it('is not paused by whoever has seen the Deployment before its template was changed', async () => {
    const { release, world, bench } = service();
    const seen = await bench.look();
    world.workloads.changeTemplate('v1', 't2');
    expect(await bench.client.perform(release, pause, seen)).toBe('conflict');
  });

  it('has never too few pods, and at most one too many, whenever it is changed, paused or scaled', () => {
    const step = fc.record({
      template: fc.constantFrom('t1', 't2', 't3'),
      isPaused: fc.boolean(),
      desired: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
        const rollout = newRollout();
        let pods: Pod[] = [];
        for (const { template, isPaused, desired } of [{ template: 't1', isPaused: false, desired: 2 }, ...steps]) {
          Object.assign(rollout, { template, isPaused });
          for (let sync = 0; sync < 3; sync++) {
            advance(rollout, desired, pods);
            const all = [...rollout.replicaSets].flatMap(([hash, count]) => Array<string>(count).fill(hash));
            expect(all.length).toBeGreaterThanOrEqual(desired);
            expect(all.length).toBeLessThanOrEqual(desired + 1);
            pods = all.map((hash) => ({ hash, isAvailable: true }) as Pod);
          }
        }
        const { desired } = steps.at(-1) ?? { desired: 0 };
        rollout.isPaused = false;
        for (let sync = 0; sync < 12; sync++) {
          advance(rollout, desired, pods);
          pods = [...rollout.replicaSets].flatMap(([hash, count]) =>
            Array.from({ length: count }, () => ({ hash, isAvailable: true }) as Pod),
          );
        }
        expect(pods.map(({ hash }) => hash)).toEqual(Array(desired).fill(rollout.template));
      }),
      { numRuns: 40 },
    );
  });
});

describe('a subset', () => {
  it('chooses all pods of the Service, or those of one template', async () => {
    const made = service();
    const { world, bench } = made;
    await alone(made);
    const endpointsOf = () => world.proxies.serving()[0]?.clusters.get('v1')?.endpoints.pods.length;
    expect((await bench.look()).subsets).toMatchObject({ chosenBy: { v1: 't1' } });
    expect(endpointsOf()).toBe(2);
    await bench.write(choose('t9'));
    await world.runOn(2_000);
    expect(endpointsOf()).toBe(0);
    await bench.write(choose(''));
    await bench.write({ kind: 'add-version', version: 'v2' });
    await world.runOn(5_000);
    expect((await bench.look()).subsets).toMatchObject({ chosenBy: { v1: '' } });
    expect(endpointsOf()).toBe(4);
    expect(world.result().strayed).toContainEqual(expect.objectContaining({ subset: 'v1', version: 'v2' }));
  });

  it('has chosen otherwise at each proxy that shows a route which was written later', async () => {
    const late = { cds: span(20, 20), eds: span(9_000, 9_000), rds: span(20, 20) };
    const made = service({ delays: late });
    const { world, bench } = made;
    await alone(made);
    await bench.write(choose(''));
    await world.runOn(1_000);
    const selectors = () => world.proxies.serving().map(({ clusters }) => clusters.get('v1')?.endpoints.selector);
    expect(selectors()).toEqual(['v1#t1', 'v1#t1']);
    const { route } = await bench.look();
    if (route) await bench.write({ kind: 'write-route', ...route, marker: 'web@x.3', record: undefined });
    await world.runOn(1_000);
    expect(selectors()).toEqual(['', '']);
  });
});

describe('the judge finds the mistake', () => {
  it('to pause half way', async () => {
    const { world, bench } = service();
    world.workloads.changeTemplate('v1', 't2');
    await world.runOn(1_000);
    await bench.write(pause);
    expect(found(world)).toEqual(['v1 is paused half way: its pods are of t1, t2']);
  });

  it('to choose by a template that may roll, or that not all pods have', async () => {
    const { world, bench } = service();
    await bench.subsets('v1');
    await bench.write(choose('t1'));
    await bench.write(pause);
    await bench.until(({ workloads }) => workloads.v1?.rollout?.isRolling === false);
    await bench.write(choose('t2'));
    const message = (hash: string) => `the subset of v1 chooses ${hash}: its pods are of t1`;
    expect(found(world)).toEqual([message('t1'), message('t2')]);
  });

  it('to make another version beside a subset of all pods', async () => {
    const made = service();
    await alone(made);
    const { world, bench } = made;
    await bench.write({ kind: 'add-version', version: 'v2' });
    expect(found(world)).toEqual([]);
    world.workloads.remove('v2', 'foreign');
    await bench.write(choose(''));
    await bench.write({ kind: 'add-version', version: 'v2' });
    expect(found(world)).toEqual([expect.stringContaining('pods are made beside v1')]);
  });

  it('to resume while a proxy chooses by the template, and requests are lost by that', async () => {
    const made = service();
    await alone(made);
    const { world, bench } = made;
    world.workloads.changeTemplate('v1', 't2');
    await bench.write(resume);
    expect(found(world)).toEqual([expect.stringContaining('v1 is resumed: gateway-1, gateway-2')]);
    await world.runOn(30_000);
    expect(world.result().lost).toContainEqual(expect.objectContaining({ cause: 'UH', blame: 'order' }));
  });

  it('to go on while pods are in no subset, as its owner has resumed it', async () => {
    const made = service();
    await alone(made);
    const { world, bench } = made;
    world.workloads.changeTemplate('v1', 't2');
    world.workloads.pauseByOwner('v1', false);
    await world.runOn(30_000);
    await bench.write(pause);
    expect(found(world)).toEqual(['set-paused, while pods of v1 are in no subset: it chooses t1']);
    // What its owner has done is not laid to the order of writes.
    expect(new Set(world.result().lost.map(({ blame }) => blame))).toEqual(new Set(['foreign']));
  });
});

it.each([true, false])('is released by the driver while its owner rolls it (kept: %s)', async (isKept) => {
  const accidents = [2, 5, 8].map((afterWrites, index) => ({
    ...({ kind: 'owner-rolls', template: index + 2 } as const),
    when: { afterWrites, ms: 50 },
  }));
  const { release, world, pods } = service({ accidents }, isKept);
  const ending = await driven(world.connect(), release, { order });
  await rollAfterwards(world);
  expect(ending.outcome).toBe('completed');
  expect(world.result()).toMatchObject({ lost: [], strayed: [], violations: [] });
  expect(new Set(pods())).toEqual(new Set(isKept ? ['after ready'] : []));
});
