import { fieldsOf } from '../../../manifests';
import { exitCodes, Refusal } from '../../../model';
import { appOfTheRepository, rollingFile as fileOf, rollingIo } from '../../support/rolling-io';
import type { Faults } from '../../support/rolling/deployment-controller';

/** v1 is installed and serves, and clients call it. */
async function installed(faults: Faults = {}) {
  const { world, handover, stop } = rollingIo();
  expect(await handover(fileOf('v1'), 'apply')).toMatchObject({ code: exitCodes.completed });
  world.faults = faults;
  world.traffic.ports = [8080];
  world.leastAvailable = Infinity;
  return { world, handover, stop };
}

/** The writes that a command told, in order. */
const writesIn = (err: string) =>
  [...err.matchAll(/ s {2}(?:write (\S+)|give the Deployment (the template of \S+))/g)].map(
    ([, object, template]) => object ?? template,
  );

describe('handover apply of a rolling update', () => {
  it('installs everything where there is nothing', async () => {
    const { handover } = await installed();
    expect(await handover(fileOf('v1'), 'plan')).toMatchObject({ code: exitCodes.completed });
  });

  it('waits for an API server that is away, and says so once', async () => {
    const { world, handover } = await installed();
    let asked = 0;
    world.api.interrupt = () => {
      asked++;
      if (asked > 200 && asked < 210)
        throw new Refusal('unreachable', 'an answer', 'connection refused', 'wait for it');
    };
    const { code, err } = await handover(fileOf('v2'), 'apply');
    expect(code).toBe(exitCodes.completed);
    expect(err.match(/the API server does not answer/g)).toHaveLength(1);
    expect(err).toContain('the API server answers again');
  });

  it('is complete only when the old pods are gone, those that are ending included', async () => {
    const { handover } = await installed();
    const { code, out, err } = await handover(fileOf('v2'), 'apply');
    expect(code).toBe(exitCodes.completed);
    expect(out).toBe('completed: 3 of 3 pods of v2 are available, and no other pod is left\n');
    expect(err).toContain('waiting for the old pods to end: ');
  });

  it('tells each write with its reason', async () => {
    const { handover } = await installed();
    const { err } = await handover(fileOf('v2'), 'apply');
    expect(err).toContain('   0.0 s  write ConfigMap/demo-v2 (there is none)\n');
    expect(err).toContain('   0.0 s  write Deployment/demo (it is not as the file says)\n');
  });

  it('makes live what an app added in TypeScript: a sidecar, a label and a custom resource', async () => {
    const monitor = {
      apiVersion: 'monitoring.example.com/v1',
      kind: 'Monitor',
      metadata: { name: 'demo', namespace: 'demo-ns', labels: { 'handover/service': 'demo' } },
    };
    const patched = async (text: string) => {
      const [file] = await appOfTheRepository(text);
      const added = (file?.text ?? '')
        .replace('      containers:\n', '      containers:\n        - { name: logs, image: logs:1 }\n')
        .replace(/(kind: Deployment\nmetadata:\n {2}labels:\n)/, '$1    team: shop\n');
      return [{ file: 'demo.yaml', text: `${added}\n---\n${JSON.stringify(monitor)}\n` }];
    };
    const { world, handover } = rollingIo(undefined, undefined, patched);
    expect(await handover(fileOf('v1'), 'apply')).toMatchObject({ code: exitCodes.completed });
    expect(await handover(fileOf('v2'), 'apply')).toMatchObject({ code: exitCodes.completed });
    const live = world.read('deployments');
    const { containers } = fieldsOf(fieldsOf(fieldsOf(live?.spec).template).spec);
    expect(containers).toMatchObject([{ name: 'logs', image: 'logs:1' }, { image: 'demo:v2' }]);
    expect(live?.metadata.labels).toMatchObject({ team: 'shop', version: 'v2' });
    expect(world.api.paths).toContain('/apis/monitoring.example.com/v1/namespaces/demo-ns/monitors/demo');
  });

  it('tells programs what was decided, in words and in fields, and what was seen', async () => {
    const { handover } = await installed();
    const { out, err } = await handover(fileOf('v2'), 'apply', '--json');
    const events = err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(events).toContainEqual({
      at: expect.any(String) as string,
      event: 'decided',
      decision: {
        kind: 'wait',
        for: 'pods',
        version: 'v2',
        available: 3,
        wanted: 3,
        updated: 1,
        old: 3,
        limitSeconds: 250,
      },
      message: 'waiting for the pods of v2: 3 of 3 available, 1 updated, 3 old',
      state: {
        deployment: { isCurrent: true, wanted: 3, updated: 1, available: 3, total: 4 },
        objects: [
          { name: 'Namespace/demo-ns', change: 'none' },
          { name: 'ServiceAccount/demo', change: 'none' },
          { name: 'ConfigMap/demo-v2', change: 'none' },
          { name: 'PodDisruptionBudget/demo', change: 'none' },
          { name: 'Service/demo', change: 'none' },
          { name: 'Deployment/demo', change: 'none' },
          { name: 'Ingress/demo', change: 'none' },
        ],
        replicaSets: [
          expect.objectContaining({ version: 'v2', isNewest: true, available: 0, ending: 0 }),
          expect.objectContaining({ version: 'v1', isNewest: false, available: 3, ending: 0 }),
        ],
      },
    });
    expect(JSON.parse(out)).toEqual({
      outcome: 'completed',
      because: '3 of 3 pods of v2 are available, and no other pod is left',
    });
  });

  it('never has fewer pods than wanted on the way', async () => {
    const { world, handover } = await installed();
    await handover(fileOf('v2'), 'apply');
    expect(world.leastAvailable).toBe(3);
  });

  it('tells the cause of a stuck update long before the deadline, holds, and says the way back', async () => {
    const { world, handover } = await installed({ broken: { 'demo:v2': 'image' } });
    const beganMs = world.monotonicMs();
    const { code, out } = await handover(fileOf('v2'), 'apply');
    expect(code).toBe(exitCodes.held);
    expect(out).toContain('v2 does not come up: pod-4: ImagePullBackOff; 3 pods of v1 still serve');
    expect(out).toContain('handover rollback returns to v1');
    expect(world.monotonicMs() - beganMs).toBeLessThan(10_000);
  });

  it('gives what may pass by itself the time of a slow start, and names it meanwhile', async () => {
    const { world, handover } = await installed({ broken: { 'demo:v2': 'probe' } });
    const beganMs = world.monotonicMs();
    const { code, err } = await handover(fileOf('v2'), 'apply');
    expect(code).toBe(exitCodes.held);
    expect(err).toContain('old; pod-4: Readiness probe failed: 503');
    expect(world.monotonicMs() - beganMs).toBeGreaterThan(60_000);
    expect(world.monotonicMs() - beganMs).toBeLessThan(120_000);
  });

  it('with --on-failure rollback returns by itself and is aborted only when that is seen', async () => {
    const { world, handover } = await installed({ broken: { 'demo:v2': 'image' } });
    const { code, out, err } = await handover(fileOf('v2'), 'apply', '--on-failure', 'rollback');
    expect(code).toBe(exitCodes.aborted);
    expect(out).toMatch(
      /^aborted: v2 does not come up: .*; 3 of 3 pods of v1 are available, and no other pod is left\n$/,
    );
    expect(writesIn(err)).toEqual([
      'ConfigMap/demo-v2',
      'PodDisruptionBudget/demo',
      'Deployment/demo',
      'the template of v1',
    ]);
    expect(world.traffic.lost).toEqual([]);
    expect(world.leastAvailable).toBe(3);
  });

  it('does not return to a version whose ConfigMap has other contents now', async () => {
    const { world, handover } = await installed({ broken: { 'demo:v2': 'image' } });
    world.api.edit(world.path('configmaps', 'demo-v1'), 'kubectl-edit', (map) => ({ ...map, data: { COLOUR: 'red' } }));
    const { code, out, err } = await handover(fileOf('v2'), 'apply', '--on-failure', 'rollback');
    expect(code).toBe(exitCodes.held);
    expect(out).toContain('there is no way back to v1: its ConfigMap is gone, or has other contents now');
    expect(writesIn(err)).not.toContain('the template of v1');
  });

  it('returns to the version that serves, not to the one that failed before', async () => {
    const { handover } = await installed({ broken: { 'demo:v2': 'image', 'demo:v3': 'image' } });
    await handover(fileOf('v2'), 'apply');
    const { out } = await handover(fileOf('v3'), 'apply', '--on-failure', 'rollback');
    expect(out).toContain('3 of 3 pods of v1 are available');
  });

  it('reports a quota by the words of the controller', async () => {
    const { handover } = await installed({ replicaFailure: 'exceeded quota: pods' });
    expect(await handover(fileOf('v2'), 'apply')).toMatchObject({
      code: exitCodes.held,
      out: expect.stringContaining('v2 does not come up: exceeded quota: pods') as string,
    });
  });

  it('believes the progress deadline of the Deployment', async () => {
    const { handover } = await installed({ hasMissedDeadline: true });
    const { code, out } = await handover(fileOf('v2'), 'apply');
    expect([code, out]).toEqual([exitCodes.held, expect.stringContaining('no progress within 120 s')]);
  });

  it.each<[string, Faults, string]>([
    ['a controller that does not answer', { isControllerAsleep: true }, 'it has not seen the newest specification'],
    ['pods that never end', { neverEnds: true }, 'waiting for the old pods to end: pod-1, pod-2, pod-3'],
  ])('gives up %s after a limit, with what was last seen', async (_, faults, lastSeen) => {
    const { handover } = await installed(faults);
    const { code, out } = await handover(fileOf('v2'), 'apply');
    expect(code).toBe(exitCodes['timed-out']);
    expect(out).toContain(lastSeen);
  });

  it('is refused while another driver holds the lock', async () => {
    const { world, handover } = await installed();
    const first = world.connect();
    await first.lock({ namespace: 'demo-ns', name: 'demo' }, 'the first driver', 15);
    world.meanwhile = () => void first.lock({ namespace: 'demo-ns', name: 'demo' }, 'the first driver', 15);
    const before = world.read('deployments');
    expect(await handover(fileOf('v2'), 'apply')).toMatchObject({ code: exitCodes.locked });
    expect(world.read('deployments')?.spec).toEqual(before?.spec);
  });

  it('stops on request, and the same command carries on', async () => {
    const { handover, world, stop } = await installed();
    stop.abort();
    const { code, err } = await handover(fileOf('v2'), 'apply');
    expect(code).toBe(exitCodes.stopped);
    expect(writesIn(err)).toEqual([]);
    expect(world.read('configmaps', 'demo-v2')).toBeUndefined();
  });

  it.each([
    ['preStop shorter than endpoints need', { lifecycle: {} }, {}, 'wait 0 s in preStop, endpoints need 5 s'],
    [
      'a grace period that cuts off',
      {},
      { terminationGracePeriodSeconds: 10 },
      'are killed after 10 s, and need more than 26 s',
    ],
  ])('warns of live pods with %s', async (_, container, pod, warning) => {
    const { world, handover } = await installed();
    for (const { metadata } of world.controller.setsOf(world.read('deployments') ?? { metadata: { name: '' } }))
      world.edit('replicasets', 'kubectl-edit', (spec) => withPod(spec, container, pod), metadata.name);
    const { err } = await handover(fileOf('v2'), 'plan');
    expect(err).toContain(warning);
  });

  it('warns of a single pod, and of a name that gets another build', async () => {
    const { handover } = await installed();
    expect((await handover(fileOf('v2', { replicas: 1 }), 'plan')).err).toContain('warning: one pod');
    const rebuilt = fileOf('v1').replace('demo:v1', 'demo:v1-again');
    expect((await handover(rebuilt, 'plan')).err).toContain('v1 gets another image or environment under its old name');
  });
});

describe('handover plan of a rolling update', () => {
  it('prints the writes and the wait, changes nothing and exits 2', async () => {
    const { world, handover } = await installed();
    const before = world.api.paths;
    const { code, err, out } = await handover(fileOf('v2'), 'plan');
    expect([code, err]).toEqual([exitCodes.changes, '']);
    expect(out).toMatchInlineSnapshot(`
      "┌───┬────────────────────────────────┬─────────────────────────────────────────────┬───────────────────┐
      │ # │ operation                      │ waits, and why                              │ traffic           │
      ├───┼────────────────────────────────┼─────────────────────────────────────────────┼───────────────────┤
      │ 1 │ write ConfigMap/demo-v2        │ there is none                               │ stays             │
      │   │ + ConfigMap/demo-v2            │                                             │                   │
      │ 2 │ write PodDisruptionBudget/demo │ it is not as the file says                  │ stays             │
      │   │ ~ PodDisruptionBudget/demo     │                                             │                   │
      │ 3 │ write Deployment/demo          │ it is not as the file says                  │ new pods take the │
      │   │ ~ Deployment/demo              │                                             │ place of old ones │
      │   │ the end                        │ waits until its pods are available, and all │                   │
      │   │                                │ old pods are gone                           │                   │
      └───┴────────────────────────────────┴─────────────────────────────────────────────┴───────────────────┘
      1 object to create, 1 move of traffic, 3 writes in all
      "
    `);
    expect(world.api.paths).toEqual(before);
  });

  it('with --diff says what becomes of each object, and shows no value of an environment', async () => {
    const { handover } = await installed();
    const { code, out } = await handover(fileOf('v2', { env: { TOKEN: 'hidden' } }), 'plan', '--diff');
    expect(code).toBe(exitCodes.changes);
    expect(out).toContain('\n+ create ConfigMap/demo-v2\n');
    expect(out).toContain('\n~ change Deployment/demo\n');
    expect(out).toMatch(/~ spec\.template\.spec\.containers\[0\]\.image: "demo:v1" → "demo:v2"/);
    expect(out).toContain('TOKEN: (masked');
    expect(out).not.toContain('hidden');
  });

  it('leads out of an update that has missed its deadline', async () => {
    const { handover } = await installed({ hasMissedDeadline: true });
    await handover(fileOf('v2'), 'apply');
    const { code, out } = await handover(fileOf('v3'), 'plan');
    expect([code, out]).toEqual([exitCodes.changes, expect.stringContaining('write Deployment/demo')]);
  });

  it('is refused, with the reason, while the update that it would wait for is stuck', async () => {
    const { handover } = await installed({ hasMissedDeadline: true });
    await handover(fileOf('v2'), 'apply');
    const { code, err } = await handover(fileOf('v2'), 'plan');
    expect([code, err]).toEqual([
      exitCodes.refused,
      expect.stringContaining('no-safe-plan: expected a plan that ends, found v2 does not come up: no progress'),
    ]);
  });

  it('is what apply then does', async () => {
    const { handover } = await installed();
    const { out } = await handover(fileOf('v2'), 'apply', '--dry-run', '--json');
    const { err } = await handover(fileOf('v2'), 'apply');
    const planned = (JSON.parse(out) as { kind: string; what: string }[]).filter(({ kind }) => kind === 'write');
    expect(writesIn(err)).toEqual(planned.map(({ what }) => what.replace('write ', '')));
  });
});

describe('handover rollback of a rolling update', () => {
  it('returns to the version before, and says that the file does not', async () => {
    const { world, handover } = await installed();
    await handover(fileOf('v2'), 'apply');
    const { code, out, err } = await handover(fileOf('v2'), 'rollback');
    expect(code).toBe(exitCodes.completed);
    expect(out).toContain('3 of 3 pods of v1 are available, and no other pod is left');
    expect(err).toContain('does not list v1: list it, or the next apply');
    expect(world.leastAvailable).toBe(3);
  });

  it('is refused when there is nothing to return to', async () => {
    const { handover } = await installed();
    const { code, err } = await handover(fileOf('v1'), 'rollback');
    expect([code, err]).toEqual([exitCodes.refused, expect.stringContaining('a ReplicaSet of an earlier version')]);
  });
});

describe('handover status of a rolling update', () => {
  it('shows ReplicaSets, trouble, and what is not as the file says', async () => {
    const { handover } = await installed({ broken: { 'demo:v2': 'image' } });
    await handover(fileOf('v2'), 'apply');
    const { out } = await handover(fileOf('v3'), 'status');
    expect(out).toContain('trouble: pod-4: ImagePullBackOff');
    expect(out).toContain('not as the file says: ConfigMap/demo-v3, PodDisruptionBudget/demo, Deployment/demo');
    expect(out).toMatch(/2 \(newest\).*v2/);
  });

  it('is JSON for programs', async () => {
    const { handover } = await installed();
    const { out } = await handover(fileOf('v1'), 'status', '--json');
    expect(JSON.parse(out)).toMatchObject({ deployment: { available: 3, wanted: 3 } });
  });
});

describe('verbs that need weights', () => {
  it.each(['run', 'promote', 'abort'])('refuse %s, and name the verbs that work', async (verb) => {
    const { handover } = await installed();
    const { code, err } = await handover(fileOf('v2'), verb, ...(verb === 'run' ? ['v2'] : []));
    expect([code, err]).toEqual([exitCodes.refused, expect.stringContaining('use handover apply')]);
  });
});

/** A spec whose template has other fields in its only container, or in its pod. */
function withPod(spec: object, container: object, pod: object): object {
  const template = fieldsOf(fieldsOf(spec).template);
  const before = fieldsOf(template.spec);
  const containers = (before.containers as object[]).map((one) => ({ ...one, ...container }));
  return { ...spec, template: { ...template, spec: { ...before, ...pod, containers } } };
}
