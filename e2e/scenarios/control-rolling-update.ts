/** Negative controls of the rolling update: each takes away one part of what protects requests. */
import type { Manifest } from '../../model';
import { ofKind, readManifests } from '../support/manifests';
import { images, RollingTrial } from '../support/rolling';
import type { Scenario } from '../support/scenario';
import type { Load } from '../support/load';
import { expectLossWithin } from '../support/verdict';

interface PodSpec {
  terminationGracePeriodSeconds: number;
  containers: Record<string, unknown>[];
}

const slowStart = { FAULT_SLOW_START_MS: '4000' };

const accidents: readonly {
  readonly what: string;
  readonly env: Readonly<Record<string, string>>;
  readonly spoil: (pod: PodSpec) => void;
}[] = [
  {
    what: 'no preStop hook, and a service that exits at once',
    env: { FAULT_EXIT_AT_ONCE: 'on' },
    spoil: withoutPreStop,
  },
  { what: 'a preStop hook longer than the grace period', env: {}, spoil: killedInPreStop },
  { what: 'a slow start without readiness probe', env: slowStart, spoil: withoutReadiness },
];

export const controlRollingUpdate: Scenario = {
  name: 'control-rolling-update',
  claim: 'must lose requests, three times: no preStop; preStop longer than grace; no readiness probe with a slow start',
  limitSeconds: 300,
  async run(trial) {
    for (const { what, env, spoil } of accidents) {
      const rolling = new RollingTrial(trial, { replicas: 2, env });
      const manifests = readManifests(await trial.synth(rolling.releaseText('v1', images.v1)));
      for (const deployment of ofKind(manifests, 'Deployment')) spoil(podSpecOf(deployment));
      await trial.kubectl.apply(manifests);
      await trial.kubectl.rolledOut('demo');
      const loads = await startLoads(rolling, what);
      await expectLossWithin(trial, 3, async () => {
        const seen = Promise.any(loads.map((load) => lossOf(load))).catch(() => false);
        await trial.kubectl.run('rollout', 'restart', 'deployment/demo');
        return seen;
      });
      await rolling.finishLoads();
      trial.note(`seen to lose requests: ${what}`);
    }
  },
};

async function startLoads(rolling: RollingTrial, what: string): Promise<Load[]> {
  const loads = [
    await rolling.startLoad('service', `${what}: demo`, { path: '/k8s/demo', ratePerSecond: 200, connections: 20 }),
    await rolling.startLoad('service', `${what}: long`, { path: '/k8s/longTask', ratePerSecond: 5, connections: 100 }),
  ];
  await loads[0]?.untilEnded(100, 20);
  return loads;
}

async function lossOf(load: Load): Promise<true> {
  if (await load.losesWithin(30)) return true;
  throw new Error('nothing lost');
}

function podSpecOf(deployment: Manifest): PodSpec {
  return (deployment['spec'] as { template: { spec: PodSpec } }).template.spec;
}

function withoutPreStop({ containers }: PodSpec): void {
  for (const container of containers) delete container['lifecycle'];
}

/** The API server refuses a sleep that is longer than the grace period; of an exec hook it does not know how long it takes. */
function killedInPreStop(pod: PodSpec): void {
  pod.terminationGracePeriodSeconds = 4;
  const command = ['node', '-e', 'setTimeout(() => {}, 20000)'];
  for (const container of pod.containers) container['lifecycle'] = { preStop: { exec: { command } } };
}

function withoutReadiness({ containers }: PodSpec): void {
  for (const container of containers) {
    delete container['startupProbe'];
    delete container['readinessProbe'];
  }
}
