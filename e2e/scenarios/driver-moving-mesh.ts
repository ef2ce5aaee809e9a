/** The mesh itself moves while a release runs: istiod restarts, gateways come and go, hundreds of objects are created. */
import { exitCodes } from '../../model';
import { waits, type Driver } from '../support/driver';
import { gatewayNamespace } from '../support/gateway';
import { Kubectl } from '../support/kubectl';
import { churn } from '../support/churn';
import { mustEvict } from '../support/evict';
import { connectionsAt, gatewayPods } from '../support/proxies';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';
import { waitUntil } from '../support/wait-until';

const held = { pause: 'until promoted' } as const;
const mesh = new Kubectl(gatewayNamespace);

export const driverMovingMesh: Scenario = {
  name: 'driver-moving-mesh',
  claim:
    'istiod restarted, a gateway added, one drained, 300 unrelated Services and VirtualServices during a release: none lost',
  limitSeconds: 420,
  async run(trial) {
    const release = new ReleaseTrial(trial, { steps: [{ weight: 10 }, held, { weight: 50 }, held] });
    await release.install();
    await release.startLoads(200);
    // One that has connections from the start: what is added later gets only new ones.
    const [leaving = ''] = await gatewayPods();
    const driver = release.start(['run', 'v2']);
    await driver.until('pauses', waits('pause'));

    await mesh.run('rollout', 'restart', 'deployment/istiod');
    trial.atEnd(() => void gateways(2));
    await gateways(3);
    await advance(release, driver);
    trial.note('50 % while istiod restarts and a third gateway starts');

    await expectServing(leaving);
    await mustEvict(gatewayNamespace, leaving);
    trial.note(`${leaving} drains, and a new gateway starts`);
    const left = endsByItself(leaving);

    const stopChurn = churn(trial.namespace);
    await advance(release, driver, false);
    await driver.expectExit(exitCodes.completed);
    trial.note(`promoted during churn of ${await stopChurn()} objects`);
    await left;
    trial.note(`${leaving} is gone`);
    await release.expectNothingLost();
    await release.expectLiveEqualsFiles();
  },
};

/** The gateways' autoscaler would undo what is done to the Deployment, and end a gateway that serves. */
async function gateways(count: number): Promise<void> {
  const patch = JSON.stringify({ spec: { minReplicas: count, maxReplicas: count } });
  await mesh.run('patch', 'horizontalpodautoscaler/istio-ingressgateway', '--patch', patch);
}

async function expectServing(pod: string): Promise<void> {
  const connections = await connectionsAt(pod);
  if (connections < 10) throw new Error(`expected clients with connections to ${pod}, found ${connections}`);
}

/** Before its grace period of 60 s is over: what it still had at that end would have been cut off. */
function endsByItself(pod: string): Promise<void> {
  const look = async () =>
    (await mesh.run('get', 'pod', pod, '--ignore-not-found', '--output', 'name')) === '' || 'there';
  const gone = waitUntil(`${pod} is gone`, look, { limitSeconds: 55, everyMs: 1_000 });
  gone.catch(() => {}); // reported to whoever awaits it
  return gone;
}

async function advance(release: ReleaseTrial, driver: Driver, pausesAgain = true): Promise<void> {
  const before = driver.events.filter(waits('pause')).length;
  await release.start(['promote']).expectExit(exitCodes.completed);
  if (pausesAgain) await driver.until('pauses again', () => driver.events.filter(waits('pause')).length > before);
}
