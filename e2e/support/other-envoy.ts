/**
 * Scenarios again, with another Envoy in the gateways and in every sidecar that is injected meanwhile: of the two images nothing but
 * Envoy differs, and istiod stays. Needs e2e/cluster, where images of the others are built by build-envoy.
 */
import { messageOf } from '../../model';
import { ownEnvoyTag } from './envoys';
import { gatewayNamespace, gatewaySelector } from './gateway';
import { Kubectl } from './kubectl';
import type { Scenario } from './scenario';
import type { Trial } from './trial';
import { waitUntil } from './wait-until';

const mesh = new Kubectl(gatewayNamespace);
const gateways = 'deployment/istio-ingressgateway';
const injector = 'istio-sidecar-injector';
const container = 'istio-proxy';
const limitSeconds = 120;

export function withEnvoy(version: string, scenario: Scenario): Scenario {
  const minor = version.split('.').slice(0, 2).join('.');
  return {
    name: `${scenario.name}-envoy-${minor}`,
    claim: `with Envoy ${version} in gateways and sidecars: ${scenario.claim}`,
    limitSeconds: scenario.limitSeconds + limitSeconds,
    onRequest: true,
    envoy: version,
    async run(trial) {
      trial.atEnd(() => restore(trial));
      await useEnvoy(version);
      await mustAnswerAs(version, trial);
      await scenario.run(trial);
    },
  };
}

/** Tells when it fails: what runs next would have the wrong Envoy. */
async function restore(trial: Trial): Promise<void> {
  await useEnvoy(ownEnvoyTag).catch((error: unknown) =>
    trial.note(`the cluster's own Envoy is not back; e2e/cluster/addons istio brings it: ${messageOf(error)}`),
  );
}

async function useEnvoy(tag: string): Promise<void> {
  await injectFrom(tag);
  await mesh.run('set', 'image', gateways, `${container}=${imageOf(tag)}`);
  await waitUntil(`only gateways of ${imageOf(tag)} are there`, () => onlyGatewaysOf(tag), {
    limitSeconds,
    everyMs: 500,
  });
}

function imageOf(tag: string): string {
  return `localhost/proxyv2:${tag}`;
}

interface Pod {
  readonly spec: {
    readonly containers: readonly { readonly name: string; readonly image: string }[];
    readonly initContainers?: readonly { readonly name: string; readonly image: string }[];
  };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Those that end are waited for: a driver would ask them, too. */
async function onlyGatewaysOf(tag: string): Promise<true | string> {
  const { items } = await mesh.get<{ items: Pod[] }>('pods', '--selector', gatewaySelector);
  const found = items.map((pod) => `${imageIn(pod)}${isReady(pod) ? '' : ', not ready'}`);
  return (found.length > 0 && found.every((one) => one === imageOf(tag))) || found.join('; ') || 'none';
}

function imageIn({ spec: { containers, initContainers = [] } }: Pod): string {
  return [...containers, ...initContainers].find(({ name }) => name === container)?.image ?? 'no proxy';
}

function isReady({ status: { conditions = [] } }: Pod): boolean {
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** istiod reads its values again by itself. */
async function injectFrom(tag: string): Promise<void> {
  const { data } = await mesh.get<{ data: { values: string } }>('configmap', injector);
  const values = JSON.parse(data.values) as { global: { tag: string } };
  values.global.tag = tag;
  const patch = JSON.stringify({ data: { values: JSON.stringify(values, null, 2) } });
  await mesh.run('patch', 'configmap', injector, '--patch', patch);
  await waitUntil(`sidecars are injected from ${imageOf(tag)}`, async () => {
    const image = await injectedImage();
    return image === imageOf(tag) || image;
  });
}

/** The webhook answers a dry run as it answers a pod. */
async function injectedImage(): Promise<string> {
  const labels = ['--labels', 'sidecar.istio.io/inject=true'];
  const options = ['--image', 'localhost/pause:1', '--dry-run=server', '--output', 'json'];
  return imageIn(JSON.parse(await new Kubectl('default').run('run', 'injected', ...labels, ...options)) as Pod);
}

/** An image may be called as it likes. */
async function mustAnswerAs(version: string, trial: Trial): Promise<void> {
  const answer = await mesh.run(
    'exec',
    gateways,
    '--container',
    container,
    '--',
    'pilot-agent',
    'request',
    'GET',
    'server_info',
  );
  const found = (JSON.parse(answer) as { version: string }).version;
  if (!found.includes(`/${version}/`)) throw new Error(`expected gateways with Envoy ${version}, found ${found}`);
  trial.note(`gateways and sidecars have Envoy ${version}`);
}
