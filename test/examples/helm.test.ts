/** examples/helm with Helm played by records of its output; `npm run test:package` runs the same with Helm itself. */
import { copyOfExample, releaseInSimulation, type Released } from '../support/example';
import { expectVersionReleased } from '../support/expect-released';
import { pathWithRecorded } from '../support/recorded-tool';

const command = ['template', 'shop', 'chart', '--values', '$RELEASE_FILE'];

it('a Helm chart is released with its release file as its values, in simulation', async () => {
  const PATH = pathWithRecorded('helm', command, 'helm');
  const released: Released = await releaseInSimulation(copyOfExample('helm'), 'release.yaml', { PATH });
  expectVersionReleased(released);
  expect(released.manifests.map(({ kind }) => kind).sort()).toEqual(
    [
      'ConfigMap',
      'Deployment',
      'DestinationRule',
      'Gateway',
      'PodDisruptionBudget',
      'Service',
      'VirtualService',
    ].sort(),
  );
}, 30_000);
