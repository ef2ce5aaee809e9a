/** A live Deployment that its autoscaler has made larger, and what is beside it: for a release, for an abort, for its owner. */
import { exitCodes } from '../../model';
import { AboardTrial, deployment, imageOf, objectsOf } from '../support/aboard';
import { waits } from '../support/driver';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { expectNothingLost } from '../support/verdict';

export const driverAdoptedScaled: Scenario = {
  name: 'driver-adopted-scaled',
  claim:
    'the autoscaler of an adopted Deployment gets a higher minimum in mid-release and its own back by an abort; left to others, the version stays in sight; what its owner gave to another Deployment stays',
  limitSeconds: 400,
  onRequest: true,
  async run(trial) {
    const aboard = new AboardTrial(trial);
    await aboard.make();
    await growTo(trial, 4);
    await aboard.import();
    const { '1.4.0': before = { image: '' } } = aboard.versions;
    const versions = { '1.4.0': before, '1.5.0': { image: imageOf(2) } };
    aboard.edit({ versions, weights: { '1.4.0': 100 }, steps: [{ weight: 50 }, { pause: 'until promoted' }] });
    const load = await trial.startLoad({ load: 'everyone', path: '/version', ratePerSecond: 40, connections: 10 });

    const driver = await aboard.start('run', '1.5.0', '--adopt');
    await driver.until('pauses', waits('pause'));
    await expectMinimum(trial, 4);
    await aboard.runTo(exitCodes.aborted, 'abort');
    await driver.expectExit(exitCodes.aborted);
    await expectMinimum(trial, 2);

    aboard.edit({ steps: [{ weight: 50 }] });
    for (const time of ['', 'again, by the file that the first one wrote: ']) {
      const { ending } = await aboard.runTo(exitCodes.drained, 'run', '1.5.0', '--until', 'drained');
      if (!ending?.includes('"left":["1.4.0"]')) throw new Error(`${time}expected 1.4.0 to be left, found ${ending}`);
    }
    await giveScalerAway(trial);
    await aboard.runTo(exitCodes.completed, 'run', '1.5.0');
    await expectLeft(trial);
    expectNothingLost(...(await trial.finish(load)));
  },
};

/** It stays so large, whatever the load is. */
async function growTo({ kubectl }: Trial, pods: number): Promise<void> {
  const patch = (spec: object) => patchScaler(kubectl, spec);
  await patch({ minReplicas: pods, behavior: { scaleDown: { selectPolicy: 'Disabled' } } });
  await kubectl.run(
    'wait',
    'deployment',
    deployment,
    `--for=jsonpath={.status.availableReplicas}=${pods}`,
    '--timeout=90s',
  );
  await patch({ minReplicas: 2 });
}

async function patchScaler(kubectl: Trial['kubectl'], spec: object): Promise<void> {
  await kubectl.run('patch', 'horizontalpodautoscaler', deployment, '--type=merge', '-p', JSON.stringify({ spec }));
}

async function expectMinimum({ kubectl }: Trial, pods: number): Promise<void> {
  const { spec } = await kubectl.get<{ spec: { minReplicas: number } }>('horizontalpodautoscaler', deployment);
  if (spec.minReplicas !== pods) throw new Error(`expected a minimum of ${pods}, found ${spec.minReplicas}`);
}

/** As the owner does who needs it elsewhere. */
async function giveScalerAway(trial: Trial): Promise<void> {
  const [made] = objectsOf(trial);
  if (!made) throw new Error('expected a Deployment, found none');
  const labels = { app: 'colleague' };
  const spec = made.spec as { template: object };
  const template = { ...spec.template, metadata: { labels } };
  const metadata = { name: 'colleague', namespace: trial.namespace };
  await trial.kubectl.apply([
    { ...made, metadata, spec: { ...spec, replicas: 1, selector: { matchLabels: labels }, template } },
  ]);
  await patchScaler(trial.kubectl, {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'colleague' },
  });
}

async function expectLeft({ kubectl }: Trial): Promise<void> {
  const kinds = 'deployments,horizontalpodautoscalers,poddisruptionbudgets';
  const names = (await kubectl.run('get', kinds, '--output', 'name')).trim().split('\n');
  const left = names.filter((name) => name.endsWith(`/${deployment}`)).join();
  const scaler = `horizontalpodautoscaler.autoscaling/${deployment}`;
  if (left !== scaler) throw new Error(`expected only the given-away ${scaler} of the old objects, found ${left}`);
}
