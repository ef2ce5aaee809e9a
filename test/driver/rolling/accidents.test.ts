/** Each accident has its sentence. All of them are tried with the driver's own adapter, on a cluster in memory with clients. */
import { fieldsOf } from '../../../manifests';
import { exitCodes } from '../../../model';
import { rollingFile as fileOf, rollingIo } from '../../support/rolling-io';
import { byHand, type ByHand } from '../../support/rolling/by-hand';
import { RollingWorld } from '../../support/rolling/rolling-world';

const service = { namespace: 'demo-ns', name: 'demo' };

/** v1 is installed by handover and serves, and clients call it. */
async function installed(changes: object = {}) {
  const { world, handover, stop } = rollingIo();
  expect(await handover(fileOf('v1', changes), 'apply')).toMatchObject({ code: exitCodes.completed });
  world.traffic.ports = [8080];
  world.leastAvailable = Infinity;
  return { world, handover, stop };
}

/** What somebody made by hand serves, and clients call it. */
async function foreign(made: ByHand) {
  const world = new RollingWorld();
  world.install(...byHand(made));
  await world.sleep(10_000);
  world.traffic.ports = [8080];
  return rollingIo(world);
}

const portsOf = (world: RollingWorld) => fieldsOf(world.read('services')?.spec).ports;

describe('29: pods that live behind a Service', () => {
  it('answer at each moment while their Deployment and Service are taken over', async () => {
    const { world, handover } = await foreign({});
    const { code, err } = await handover(fileOf('v2'), 'apply', '--adopt');
    expect({ code, lost: world.traffic.lost }).toEqual({ code: exitCodes.completed, lost: [] });
    expect(err.indexOf('write Service/demo')).toBeGreaterThan(err.indexOf('waiting for the pods of v2'));
    expect(portsOf(world)).toMatchObject([{ name: 'http', port: 8080, targetPort: 'http' }]);
  });

  it('answer on while the new image cannot be pulled, and their Service is as it was', async () => {
    const { world, handover } = await foreign({});
    world.faults = { broken: { 'demo:v2': 'image' } };
    const before = world.read('services');
    expect(await handover(fileOf('v2'), 'apply', '--adopt')).toMatchObject({ code: exitCodes.held });
    await world.sleep(60_000);
    expect(world.traffic.lost).toEqual([]);
    expect(world.read('services')).toEqual(before);
    expect(await handover(fileOf('v2'), 'rollback')).toMatchObject({ code: exitCodes.completed });
    expect(world.traffic.lost).toEqual([]);
  });

  it('are not left behind a Service that no order of writes can keep for both: that is refused', async () => {
    const { world, handover } = await foreign({});
    const { code, err } = await handover(fileOf('v2', { port: 9090 }), 'apply', '--adopt');
    expect([code, err]).toEqual([
      exitCodes.refused,
      expect.stringContaining('expected a live Service that leads to a port of the new pods'),
    ]);
    expect(world.traffic.lost).toEqual([]);
  });

  it('are not given back to a Service that has come to lead to a port which they do not name', async () => {
    const { world, handover } = await foreign({});
    await handover(fileOf('v2'), 'apply', '--adopt');
    const { code, err } = await handover(fileOf('v2'), 'rollback');
    expect([code, err]).toEqual([exitCodes.refused, expect.stringContaining('no-way-back')]);
    expect(world.traffic.lost).toEqual([]);
  });

  it('answer at each moment when the Service gets another name for its port', async () => {
    const { world, handover } = await foreign({ port: { name: undefined } });
    const { code } = await handover(fileOf('v2'), 'apply', '--adopt');
    expect({ code, lost: world.traffic.lost }).toEqual({ code: exitCodes.completed, lost: [] });
  });
});

describe('30: what handover never owned', () => {
  it('is refused with each field that would change, and stays as it is', async () => {
    const { world, handover } = await foreign({
      spec: { selector: { app: 'demo', tier: 'web' } },
      labels: { tier: 'web' },
    });
    const before = [world.read('services'), world.read('deployments')];
    const { code, err } = await handover(fileOf('v2'), 'apply');
    expect(code).toBe(exitCodes.refused);
    expect(err).toContain('not-ours: expected Service/demo as handover left it');
    expect(err).toContain('spec.selector.tier "web" → nothing');
    expect([world.read('services'), world.read('deployments')]).toEqual(before);
  });

  it('is told by plan with each field, too', async () => {
    const { handover } = await foreign({ spec: { type: 'NodePort', sessionAffinity: 'ClientIP' } });
    const { code, err } = await handover(fileOf('v2'), 'plan');
    expect([code, err]).toEqual([
      exitCodes.refused,
      expect.stringContaining('spec.sessionAffinity "ClientIP" → "None"'),
    ]);
  });

  it('is taken over with --adopt, which says what it overwrites', async () => {
    const { handover } = await foreign({});
    const { err } = await handover(fileOf('v2'), 'apply', '--adopt');
    expect(err).toContain('warning: --adopt overwrites Service/demo spec.ports[0].targetPort 8080 → "http"');
  });

  it('is not taken over with what somebody changed after it was accepted', async () => {
    const { world, handover } = await foreign({});
    let looks = 0;
    world.api.interrupt = ({ method, path }) => {
      if (method === 'POST' && path.endsWith('/configmaps') && looks++ === 0)
        world.edit('services', 'kubectl-edit', (spec) => ({ ...spec, sessionAffinity: 'ClientIP' }));
    };
    const { code, out } = await handover(fileOf('v2'), 'apply', '--adopt');
    expect([code, out]).toEqual([
      exitCodes.held,
      expect.stringContaining('Service/demo has fields that somebody else wrote'),
    ]);
    expect(fieldsOf(world.read('services')?.spec).sessionAffinity).toBe('ClientIP');
  });

  it('is also a field of our own object that somebody edited since', async () => {
    const { world, handover } = await installed();
    world.edit('services', 'kubectl-edit', (spec) => ({ ...spec, selector: { app: 'demo', version: 'v1' } }));
    const { code, err } = await handover(fileOf('v2'), 'apply');
    expect([code, err]).toEqual([exitCodes.refused, expect.stringContaining('spec.selector.version "v1" → nothing')]);
    expect(world.traffic.lost).toEqual([]);
  });
});

describe('31: a rollback', () => {
  it('that was cut off is carried on by the same command, and never goes back to the version that it left', async () => {
    const { world, handover, stop } = await installed();
    await handover(fileOf('v2'), 'apply');
    world.meanwhile = () => {
      if (versionsOf(world).includes('v1')) stop.abort();
    };
    const cut = await handover(fileOf('v2'), 'rollback');
    expect(cut.code).toBe(exitCodes.stopped);
    const again = rollingIo(world);
    world.meanwhile = () => undefined;
    const { code, out } = await again.handover(fileOf('v2'), 'rollback');
    expect([code, out]).toEqual([exitCodes.completed, expect.stringContaining('3 of 3 pods of v1 are available')]);
    expect(world.traffic.lost).toEqual([]);
  });

  it('after kubectl rollout restart returns to another version, not to the same one before its restart', async () => {
    const { world, handover } = await installed();
    await handover(fileOf('v2'), 'apply');
    world.edit('deployments', 'kubectl-rollout', (spec) => restarted(spec));
    await world.sleep(30_000);
    const { code, out } = await handover(fileOf('v2'), 'rollback');
    expect([code, out]).toEqual([exitCodes.completed, expect.stringContaining('pods of v1 are available')]);
  });

  it('by itself returns to the version that was once complete, not to a half of an update that was cut off', async () => {
    const { world, handover, stop } = await installed();
    world.meanwhile = () => {
      if (versionsOf(world).includes('v2')) stop.abort();
    };
    await handover(fileOf('v2'), 'apply');
    world.meanwhile = () => undefined;
    await world.sleep(2_500);
    world.faults = { broken: { 'demo:v3': 'image' } };
    const { code, out } = await rollingIo(world).handover(fileOf('v3'), 'apply', '--on-failure', 'rollback');
    expect([code, out]).toEqual([exitCodes.aborted, expect.stringContaining('3 of 3 pods of v1 are available')]);
    expect(world.traffic.lost).toEqual([]);
  });

  it('by itself is carried on by the same apply, which does not roll the failed version out again', async () => {
    const { world, handover, stop } = await installed();
    world.faults = { broken: { 'demo:v2': 'image' } };
    world.meanwhile = () => {
      if (recordOf(world).includes('returning')) stop.abort();
    };
    expect(await handover(fileOf('v2'), 'apply', '--on-failure', 'rollback')).toMatchObject({
      code: exitCodes.stopped,
    });
    world.meanwhile = () => undefined;
    world.faults = {};
    const { code, out } = await rollingIo(world).handover(fileOf('v2'), 'apply', '--on-failure', 'rollback');
    expect([code, out]).toEqual([exitCodes.aborted, expect.stringContaining('pods of v1 are available')]);
  });

  it('of a person holds an apply of the version that it leaves, and lets another version take its place', async () => {
    const { world, handover, stop } = await installed();
    await handover(fileOf('v2'), 'apply');
    world.meanwhile = () => {
      if (recordOf(world).includes('returning')) stop.abort();
    };
    await handover(fileOf('v2'), 'rollback');
    world.meanwhile = () => undefined;
    const again = rollingIo(world);
    expect(await again.handover(fileOf('v2'), 'apply')).toMatchObject({
      code: exitCodes.held,
      out: expect.stringContaining('a rollback from v2 to v1 is not complete') as string,
    });
    expect(await again.handover(fileOf('v3'), 'apply')).toMatchObject({ code: exitCodes.completed });
    expect(recordOf(world)).not.toContain('returning');
  });
});

describe('32: fields that endanger requests', () => {
  it.each<[string, string, string, (spec: Record<string, unknown>) => object, string]>([
    [
      'publishNotReadyAddresses of the Service',
      'services',
      'Service/demo',
      (spec) => ({ ...spec, publishNotReadyAddresses: true }),
      'spec.publishNotReadyAddresses true → nothing',
    ],
    [
      'internalTrafficPolicy of the Service',
      'services',
      'Service/demo',
      (spec) => ({ ...spec, internalTrafficPolicy: 'Local' }),
      'spec.internalTrafficPolicy "Local" → "Cluster"',
    ],
    [
      'the strategy of the Deployment',
      'deployments',
      'Deployment/demo',
      (spec) => ({ ...spec, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 2 } } }),
      'spec.strategy.rollingUpdate.maxUnavailable 2 → 0',
    ],
    [
      'minReadySeconds of the Deployment',
      'deployments',
      'Deployment/demo',
      (spec) => ({ ...spec, minReadySeconds: 5 }),
      'spec.minReadySeconds 5 → 0',
    ],
  ])('are not "as the file says" when somebody set them: %s', async (_, kind, name, change, told) => {
    const { world, handover } = await installed();
    world.edit(kind, 'kubectl-patch', change);
    expect((await handover(fileOf('v1'), 'status')).out).toContain(`not as the file says: ${name}`);
    const { code, err } = await handover(fileOf('v2'), 'apply');
    expect([code, err]).toEqual([exitCodes.refused, expect.stringContaining(told)]);
    expect(await handover(fileOf('v2'), 'apply', '--adopt')).toMatchObject({ code: exitCodes.completed });
    expect(world.traffic.lost).toEqual([]);
  });

  it('are told by a rollback, which changes nothing but the template', async () => {
    const { world, handover } = await installed();
    await handover(fileOf('v2'), 'apply');
    world.edit('services', 'kubectl-patch', (spec) => ({ ...spec, publishNotReadyAddresses: true }));
    const { err } = await handover(fileOf('v2'), 'rollback', '--dry-run');
    expect(err).toContain(
      'requests may be lost while pods are replaced: Service/demo spec.publishNotReadyAddresses is true',
    );
  });
});

describe('33: an autoscaler', () => {
  it('that allows fewer pods than serve is not written', async () => {
    const { world, handover } = await installed({ replicas: 7 });
    const { code, err } = await handover(fileOf('v1', { highTraffic: true }), 'apply');
    expect([code, err]).toEqual([exitCodes.refused, expect.stringContaining('7 pods serve, and it allows 4')]);
    await world.sleep(20_000);
    expect(world.leastAvailable).toBe(7);
    const raised = fileOf('v1', { highTraffic: true, autoscaling: { minReplicas: 2, maxReplicas: 9 } });
    expect(await handover(raised, 'apply')).toMatchObject({ code: exitCodes.completed });
    expect(world.leastAvailable).toBe(7);
  });

  it('that the file has no more is told, as it would fight the number of pods', async () => {
    const { handover } = await installed({ highTraffic: true });
    const { code, err } = await handover(fileOf('v1'), 'apply');
    expect([code, err]).toEqual([exitCodes.refused, expect.stringContaining('HorizontalPodAutoscaler/demo')]);
  });

  it('or a person who scaled up is not undone by an apply of another version', async () => {
    const { world, handover } = await installed();
    world.scaleTo(6);
    await world.sleep(10_000);
    world.leastAvailable = Infinity;
    const { code, err } = await handover(fileOf('v2'), 'apply');
    expect([code, err]).toEqual([exitCodes.refused, expect.stringContaining('spec.replicas 6 → 3')]);
    await world.sleep(20_000);
    expect(world.leastAvailable).toBe(6);
  });
});

describe('34: a change in mid-apply', () => {
  it('of the selector by somebody else is told with its writer, and never overwritten', async () => {
    const { world, handover } = await installed();
    let edited = false;
    world.meanwhile = () => {
      if (edited || !versionsOf(world).includes('v2')) return;
      edited = true;
      world.edit('services', 'kubectl-edit', (spec) => ({ ...spec, selector: { app: 'demo', canary: 'no' } }));
    };
    const { code, out } = await handover(fileOf('v2'), 'apply');
    expect([code, out]).toEqual([
      exitCodes.held,
      expect.stringContaining('Service/demo was changed by somebody else (kubectl-edit)'),
    ]);
    expect(fieldsOf(world.read('services')?.spec).selector).toEqual({ app: 'demo', canary: 'no' });
  });

  it('that a webhook makes of the own write is told as a write without effect, and nobody is accused', async () => {
    const { world, handover } = rollingIo();
    world.api.interrupt = ({ method, path, query }, isBefore) => {
      if (!isBefore && method === 'POST' && path.endsWith('/services') && query?.dryRun === undefined)
        world.api.note(world.path('services'), (live) => ({
          ...live,
          spec: { ...fieldsOf(live.spec), ports: [{ name: 'http', port: 8080, targetPort: 1, protocol: 'TCP' }] },
        }));
    };
    const { code, out } = await handover(fileOf('v1'), 'apply');
    expect([code, out]).toEqual([exitCodes.held, expect.stringMatching(/Service\/demo/)]);
  });
});

describe('35: what is known at once', () => {
  it('a paused Deployment is refused at once, for apply and for rollback', async () => {
    const { world, handover } = await installed();
    await handover(fileOf('v2'), 'apply');
    world.edit('deployments', 'kubectl-rollout', (spec) => ({ ...spec, paused: true }));
    const beganMs = world.monotonicMs();
    for (const verb of ['apply', 'rollback']) {
      const { code, err } = await handover(fileOf('v3'), verb);
      expect([code, err]).toEqual([exitCodes.refused, expect.stringContaining('paused: expected')]);
    }
    expect(world.monotonicMs() - beganMs).toBeLessThan(2_000);
  });

  it('a Deployment that is paused in mid-apply holds at once', async () => {
    const { world, handover } = await installed();
    let pausedAtMs: number | undefined;
    world.meanwhile = () => {
      if (pausedAtMs !== undefined || !versionsOf(world).includes('v2')) return;
      pausedAtMs = world.monotonicMs();
      world.edit('deployments', 'kubectl-rollout', (spec) => ({ ...spec, paused: true }));
    };
    const { code, out } = await handover(fileOf('v2'), 'apply');
    expect([code, out]).toEqual([exitCodes.held, expect.stringContaining('the Deployment is paused')]);
    expect(world.monotonicMs() - (pausedAtMs ?? 0)).toBeLessThan(2_000);
  });

  it('an update of no pods at all is not completed', async () => {
    const { world, handover } = await installed({ highTraffic: true });
    world.scaleTo(0);
    await world.sleep(20_000);
    const { code, out } = await handover(fileOf('v2', { highTraffic: true }), 'apply');
    expect([code, out]).toEqual([exitCodes.held, expect.stringContaining('scaled to 0 pods')]);
  });
});

describe('37: a clock that somebody sets', () => {
  it('by a minute does not roll a healthy slow start back', async () => {
    const { world, handover } = await installed();
    world.faults = { startMs: 40_000 };
    world.meanwhile = () => {
      if (versionsOf(world).includes('v2') && world.monotonicMs() % 10_000 === 0) world.wallOffsetMs += 61_000;
    };
    expect(await handover(fileOf('v2'), 'apply', '--on-failure', 'rollback')).toMatchObject({
      code: exitCodes.completed,
    });
  });

  it('by twenty seconds does not take a living lock', async () => {
    const { world, handover } = await installed();
    const first = world.connect();
    await first.lock(service, 'the first driver', 15);
    let passes = 0;
    world.meanwhile = () => {
      world.wallOffsetMs += 20_000;
      if (++passes % 50 === 0) void first.lock(service, 'the first driver', 15);
    };
    expect(await handover(fileOf('v2'), 'apply')).toMatchObject({ code: exitCodes.locked });
  });
});

describe('38: what comes into being', () => {
  it('is installed by one driver when two install at once without a namespace', async () => {
    const world = new RollingWorld();
    const [a, b] = [rollingIo(world, 'a'), rollingIo(world, 'b')];
    const codes = (await Promise.all([a.handover(fileOf('v1'), 'apply'), b.handover(fileOf('v1'), 'apply')])).map(
      ({ code }) => code,
    );
    expect(codes.sort()).toEqual([exitCodes.completed, exitCodes.locked]);
  });

  it('as another port of the Service takes the place of the old one only when new pods answer', async () => {
    const { world, handover } = await installed();
    world.meanwhile = () => {
      const [port] = fieldsOf(world.read('services')?.spec).ports as { port: number }[];
      world.traffic.ports = [port?.port ?? 0];
    };
    const { code, err } = await handover(fileOf('v2', { port: 9090 }), 'apply');
    expect(code).toBe(exitCodes.completed);
    expect(err.indexOf('write Service/demo')).toBeGreaterThan(err.indexOf('waiting for the pods of v2'));
    expect(world.traffic.lost.filter(({ port }) => port === 8080)).toEqual([]);
    expect(portsOf(world)).toMatchObject([{ port: 9090, targetPort: 'http' }]);
  });
});

function versionsOf(world: RollingWorld): string[] {
  return world.controller.pods().map(({ metadata }) => String(fieldsOf(metadata.labels).version));
}

function recordOf(world: RollingWorld): string {
  const text = fieldsOf(world.read('configmaps', 'handover-state-demo')?.data)['rolling-update'];
  return typeof text === 'string' ? text : '';
}

function restarted(spec: Record<string, unknown>): object {
  const template = fieldsOf(spec.template);
  const metadata = fieldsOf(template.metadata);
  const annotations = {
    ...fieldsOf(metadata.annotations),
    'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z',
  };
  return { ...spec, template: { ...template, metadata: { ...metadata, annotations } } };
}
