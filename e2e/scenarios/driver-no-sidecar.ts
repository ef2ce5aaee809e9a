/** A service whose pods have no sidecar and no metric: only the gateways count what is in flight, and the grade says so. */
import { PodinfoTrial } from '../support/podinfo';
import type { Scenario } from '../support/scenario';
import { expectNothingLost } from '../support/verdict';

const quick = { path: '/version', ratePerSecond: 150, connections: 20 } as const;
const slow = { path: '/delay/4', ratePerSecond: 10, connections: 80 } as const;

export const driverNoSidecar: Scenario = {
  name: 'driver-no-sidecar',
  claim: 'podinfo without sidecars, in flight by the count of the gateways alone: none lost',
  limitSeconds: 300,
  onRequest: true,
  async run(trial) {
    const podinfo = new PodinfoTrial(trial, { inFlight: 'proxies', retries: { attempts: 0 } }, withoutSidecar);
    await podinfo.install();
    const loads = [
      await trial.startLoad({ load: `podinfo, ${quick.ratePerSecond} qps`, ...quick }),
      await trial.startLoad({ load: 'podinfo, four seconds each, 10 qps', ...slow }),
    ];
    await loads[0]?.untilEnded(300, 60);
    await podinfo.release('v1', 'v2');
    expectNothingLost(...(await trial.finish(...loads)));
    const pods = await trial.kubectl.run('get', 'pods', '--output', 'jsonpath={.items[*].spec.containers[*].name}');
    if (pods.includes('istio-proxy')) throw new Error(`expected pods without a sidecar, found ${pods}`);
  },
};

/** The example, whose pods refuse a sidecar. */
function withoutSidecar(yaml: string): string {
  return yaml.replace(
    '      labels:\n        app: podinfo\n',
    "      labels:\n        app: podinfo\n        sidecar.istio.io/inject: 'false'\n",
  );
}
