/** The API server, strict about unknown fields, takes the manifests of every profile and option. */
import type { ReleaseFileInput } from '../../model';
import { ofKind, readManifests, type Manifest } from '../support/manifests';
import { rollingUpdate } from '../support/release-text';
import type { Scenario } from '../support/scenario';
import { v1, v2 } from './two-versions';

const dryRun = ['--dry-run=server', '--validate=strict'];

const autoscaling = { cpu: '500m', memory: '200Mi' };

const variants: Readonly<Record<string, Partial<ReleaseFileInput>>> = {
  'as shipped': {},
  'two versions': { versions: { v1, v2 }, weights: { v1: 90, v2: 10 } },
  'rolling update': rollingUpdate,
  'rolling update, autoscaled': { ...rollingUpdate, autoscaling, highTraffic: true },
  'high traffic': { highTraffic: true },
  'all routing options': {
    versions: { v1, v2 },
    weights: { v1: 100 },
    gateway: {
      selector: { istio: 'ingressgateway' },
      tlsSecret: 'certificate',
      httpsRedirect: true,
      httpPort: 8080,
      httpsPort: 8443,
    },
    headerRoutes: [{ header: 'x-user', exact: 'tester', version: 'v2' }],
    outlierDetection: {},
    connectionLimits: { maxConnections: 100, maxPendingRequests: 100, maxRequests: 100 },
    retries: { attempts: 2, perTryTimeout: '15s', retryOn: ['connect-failure', 'refused-stream'] },
  },
  'other probes and hooks': { probes: 'exec', preStop: 'exec', sidecar: 'classic', autoscaling },
  'hook by HTTP': { preStop: 'httpGet', sidecar: 'native', priorityClass: 'system-node-critical' },
};

export const acceptedManifests: Scenario = {
  name: 'accepted-manifests',
  claim: `kubectl apply ${dryRun.join(' ')} takes every profile and the Helm example, and refuses a misspelt field`,
  limitSeconds: 300,
  async run(trial) {
    const { kubectl } = trial;
    await kubectl.run('create', 'namespace', kubectl.namespace);
    for (const [name, changes] of Object.entries(variants)) {
      await kubectl.applyFolder(await trial.synth(trial.release(changes)), ...dryRun);
      trial.note(`${name}: accepted`);
    }
    const helm = readManifests('test/examples/recorded/helm');
    await kubectl.apply(
      helm.map((manifest) => inNamespace(manifest, kubectl.namespace)),
      ...dryRun,
    );
    trial.note('examples/helm: accepted');
    const [rule] = ofKind(readManifests(await trial.synth(trial.release())), 'DestinationRule');
    const misspelt = { ...rule!, spec: { ...(rule!.spec as object), trafficPolice: {} } };
    const refusal: string = await kubectl.apply([misspelt], ...dryRun).then(() => 'accepted', String);
    if (!refusal.includes('trafficPolice'))
      throw new Error(`expected a misspelt field to be refused, found: ${refusal}`);
  },
};

function inNamespace(manifest: Manifest, namespace: string): Manifest {
  return { ...manifest, metadata: { ...manifest.metadata, namespace } };
}
