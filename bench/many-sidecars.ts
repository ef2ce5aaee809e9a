/** A release past as many real sidecars as two processors carry, a quarter of which restart meanwhile. */
import { exitCodes } from '../model';
import { hostOf, v1 } from '../e2e/scenarios/two-versions';
import { wrote, type Driver } from '../e2e/support/driver';
import type { Manifest } from '../e2e/support/manifests';
import { MeshLoad, startMeshClients } from '../e2e/support/mesh-client';
import { ReleaseTrial } from '../e2e/support/release';
import type { Trial } from '../e2e/support/trial';
import { expectNothingLost } from '../e2e/support/verdict';
import { waitUntil } from '../e2e/support/wait-until';
import { UsageOf } from './usage';
import { waitsAfter } from './waits';

const senders = ['client-1', 'client-2', 'client-3', 'client-4'];
const bystanders = 36;
const restarted = 10;

export async function manySidecars(trial: Trial): Promise<void> {
  const release = new ReleaseTrial(trial, { gateways: ['own', 'mesh'], steps: [{ weight: 10 }, { weight: 50 }] });
  await release.install();
  await startMeshClients(trial, senders);
  await trial.kubectl.apply([bystander(trial.namespace)]);
  await trial.kubectl.run('rollout', 'status', 'deployment/bystander', '--timeout=400s');
  trial.note(`${senders.length + bystanders} sidecars are there`);
  const inside = await startInside(trial);
  await release.startLoads(100);

  const usage = new UsageOf('handover.js', trial.folder);
  const driver = release.start(['run', 'v2'], usage.env);
  await driver.until('writes the first weights', wrote('write the route v1-90'));
  const replaced = await restartAQuarter(trial);
  await driver.expectExit(exitCodes.completed, 300);

  const summaries = await trial.finish(...inside);
  await release.expectNothingLost();
  expectNothingLost(...summaries);
  expectSeen(driver, replaced, trial.namespace);
  report(trial, driver, usage);
}

function bystander(namespace: string): Manifest {
  const labels = { app: 'bystander' };
  const container = { name: 'app', image: v1.image, command: ['sleep', 'infinity'] };
  const template = {
    metadata: { labels: { ...labels, 'sidecar.istio.io/inject': 'true' } },
    spec: { terminationGracePeriodSeconds: 1, containers: [container] },
  };
  const spec = { replicas: bystanders, selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'bystander', namespace }, spec };
}

async function startInside(trial: Trial): Promise<MeshLoad[]> {
  const url = `http://${hostOf(trial.namespace)}:8080/k8s/demo`;
  const loads = senders.map((client) => new MeshLoad(trial, { url, ratePerSecond: 20, maxSeconds: 400, client }));
  const isServed = () => loads.every(({ requestsEnded }) => requestsEnded > 20);
  await waitUntil('the clients in the mesh are served', () => isServed() || 'too few requests');
  return loads;
}

async function bystanderNames({ kubectl }: Trial): Promise<string[]> {
  const names = await kubectl.run('get', 'pods', '--selector', 'app=bystander', '--output', 'name');
  return names.trim().split('\n');
}

/** Returns the pods that came for them, once they are there. */
async function restartAQuarter(trial: Trial): Promise<string[]> {
  const before = await bystanderNames(trial);
  await trial.kubectl.run('delete', '--wait=false', ...before.slice(0, restarted));
  trial.note(`${restarted} of them restart`);
  const added = async () => (await bystanderNames(trial)).filter((name) => !before.includes(name));
  await waitUntil('others come for them', async () => (await added()).length >= restarted || 'too few pods');
  return added();
}

/** Of the first sidecars as of those that came while the weights moved. */
function expectSeen({ proxiesSeen }: Driver, replaced: readonly string[], namespace: string): void {
  const isMissing = (pod: string) => !proxiesSeen.has(`${pod.replace('pod/', '')}.${namespace}`);
  const missing = [...senders, ...replaced].filter(isMissing);
  if (missing.length > 0) throw new Error(`expected evidence of each sidecar, found none of ${missing.join(', ')}`);
  const sidecars = [...proxiesSeen].filter((proxy) => proxy.endsWith(`.${namespace}`));
  const expected = senders.length + bystanders + restarted;
  if (sidecars.length < expected)
    throw new Error(`expected evidence of ${expected} sidecars, found ${sidecars.length}`);
}

function report(trial: Trial, driver: Driver, usage: UsageOf): void {
  const gates = waitsAfter(driver, 'write the route').map(({ writtenAtMs, passedAtMs }) => passedAtMs - writtenAtMs);
  const { cpuSeconds, peakMegabytes, longestBlockMs } = usage.read();
  trial.note(`from each write of the route until it was seen everywhere: ${gates.join(', ')} ms`);
  trial.note(
    `the driver used ${cpuSeconds.toFixed(1)} s of processor time and ${peakMegabytes.toFixed(0)} MB at most,`,
  );
  trial.note(`and its longest block took ${longestBlockMs.toFixed(0)} ms`);
}
