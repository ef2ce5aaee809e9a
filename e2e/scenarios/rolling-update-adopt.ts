/** A Deployment and a Service that kubectl made, with traffic: handover leaves them alone until it is told, then takes them over. */
import { exitCodes } from '../../model';
import { readManifests, type Manifest } from '../support/manifests';
import { rollingUpdate } from '../support/release-text';
import { images, RollingTrial } from '../support/rolling';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { expectNothingLost } from '../support/verdict';

const missing = { image: 'localhost/handover-service:never-built' };

export const rollingUpdateAdopt: Scenario = {
  name: 'rolling-update-adopt',
  claim:
    'takes over a live Deployment and Service whose ports have no names: refused until --adopt, an image that does not exist, then v2: nothing lost',
  limitSeconds: 300,
  async run(trial) {
    const rolling = new RollingTrial(trial, {
      timings: { shutdownDelay: '8s', startup: '30s', progressDeadline: '60s' },
    });
    rolling.list('v1', images.v1);
    await rolling.install();
    await madeByHand(trial);
    await startLoads(rolling);

    const before = await trial.kubectl.run('get', 'service', 'demo', '--output', 'jsonpath={.spec}');
    await rolling.apply('v2', images.v2, exitCodes.refused);
    const after = await trial.kubectl.run('get', 'service', 'demo', '--output', 'jsonpath={.spec}');
    if (after !== before) throw new Error(`expected the Service as it was, ${before}, found ${after}`);

    await rolling.apply('v2', missing, exitCodes.held, '--adopt');
    await rolling.apply('v2', images.v2, exitCodes.completed, '--adopt');
    const port = await trial.kubectl.run('get', 'service', 'demo', '--output', 'jsonpath={.spec.ports[*].name}');
    if (port !== 'http') throw new Error(`expected the port http in the Service, found ${port || 'none'}`);
    const slices = await trial.kubectl.run('get', 'endpointslices', '--output', 'name');
    if (slices.includes('bridge')) throw new Error(`expected the bridge to be gone, found ${slices}`);
    expectNothingLost(...(await rolling.finishLoads()));
    const versions = rolling.answeredBy().join();
    if (versions !== 'v1,v2') throw new Error(`expected answers from v1 and v2, found ${versions}`);
  },
};

async function startLoads(rolling: RollingTrial): Promise<void> {
  const load = await rolling.startLoad('service', 'demo, 100 qps', {
    path: '/k8s/demo',
    ratePerSecond: 100,
    connections: 20,
  });
  await rolling.startLoad('service', 'new connections, 50 qps', {
    path: '/ping',
    ratePerSecond: 50,
    connections: 'new',
  });
  await load.untilEnded(200, 30);
}

/** What synth writes of v1, as somebody would have written it by hand: no labels of ours, and ports without names. */
async function madeByHand(trial: Trial): Promise<void> {
  const written = readManifests(
    await trial.synth(trial.release({ ...rollingUpdate, versions: { v1: images.v1 }, weights: { v1: 100 } })),
  );
  const own = written.filter(({ kind }) => ['ServiceAccount', 'ConfigMap', 'Deployment', 'Service'].includes(kind));
  await trial.kubectl.apply(own.map(withoutOurs));
  await trial.kubectl.rolledOut('demo');
}

function withoutOurs(manifest: Manifest): Manifest {
  const text = JSON.stringify({ ...manifest, metadata: { ...manifest.metadata, labels: undefined } })
    .replaceAll('"targetPort":"http"', '"targetPort":8080')
    .replaceAll('"port":"http"', '"port":8080')
    .replaceAll('"name":"http",', '')
    .replaceAll(',"name":"http"', '');
  return JSON.parse(text) as Manifest;
}
