/** The proxy of a pod has to outlive its service: as a native sidecar by Kubernetes, as a classic one by its settings. */
import { gatewaysHaveSubset, gatewaysSplit } from '../support/proxies';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { expectNothingLost } from '../support/verdict';
import { waitUntil } from '../support/wait-until';
import { deploymentOf, hostOf, podsPerVersion, v1 } from './two-versions';

interface Pod {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly spec: {
    readonly containers: readonly { name: string }[];
    readonly initContainers?: readonly { name: string }[];
  };
}

export const sidecarShutdown: Scenario = {
  name: 'sidecar-shutdown',
  claim:
    'pods with a native and with a classic sidecar are replaced under load and lose no long task and no short request',
  limitSeconds: 300,
  async run(trial) {
    for (const sidecar of ['native', 'classic'] as const) {
      await trial.applyRelease(trial.release({ versions: { v1 }, weights: { v1: 100 }, sidecar }));
      await trial.kubectl.rolledOut(deploymentOf('v1'));
      await untilAllAre(trial, sidecar);
      await gatewaysHaveSubset(hostOf(trial.namespace), 'v1', podsPerVersion);
      await gatewaysSplit(trial.host, { v1: 100 });
      await replaceUnderLoad(trial, sidecar);
    }
  },
};

async function replaceUnderLoad(trial: Trial, sidecar: string): Promise<void> {
  const long = { path: '/k8s/longTask', ratePerSecond: 5, connections: 100 };
  const loads = [
    await trial.startLoad({
      load: `demo, 200 qps, ${sidecar}`,
      path: '/k8s/demo',
      ratePerSecond: 200,
      connections: 20,
    }),
    await trial.startLoad({ load: `long tasks, 5 qps, ${sidecar}`, ...long }),
  ];
  await loads[1]?.untilEnded(1, 30);
  await trial.kubectl.run('rollout', 'restart', `deployment/${deploymentOf('v1')}`);
  await trial.kubectl.rolledOut(deploymentOf('v1'));
  await untilAllAre(trial, sidecar);
  expectNothingLost(...(await trial.finish(...loads)));
}

/** Also that the pods of before are gone. */
async function untilAllAre(trial: Trial, sidecar: string): Promise<void> {
  await waitUntil(
    `all pods have a ${sidecar} sidecar`,
    async () => {
      const { items } = await trial.kubectl.get<{ items: Pod[] }>('pods', '--selector', 'app=demo');
      const found = items.map(({ metadata, spec }) => {
        const isNative = spec.initContainers?.some(({ name }) => name === 'istio-proxy') ?? false;
        const isClassic = spec.containers.some(({ name }) => name === 'istio-proxy');
        if (metadata.deletionTimestamp !== undefined) return 'ending';
        return isNative ? 'native' : isClassic ? 'classic' : 'none';
      });
      return (found.length === podsPerVersion && found.every((kind) => kind === sidecar)) || found.join(', ');
    },
    { limitSeconds: 90 },
  );
}
