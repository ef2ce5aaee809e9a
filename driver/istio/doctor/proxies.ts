/** Which proxies there are, which Envoy each is, and whether each can be asked as a release asks them. */
import { meshGateway, messageOf, type Release } from '../../../model';
import type { Api } from '../../kubernetes/api';
import { addressOf, type VirtualService } from '../../kubernetes/objects';
import { objectPath } from '../../kubernetes/paths';
import { Window } from '../../kubernetes/window';
import type { AskProxy } from '../mesh/read-proxies';
import { gatewaySelectors } from '../mesh/gateway-selectors';
import { nameOf, proxyPods, type ProxyPod } from '../mesh/proxy-pods';
import { right, wrong, type Check } from './check';
import { checkGateways } from './gateways';

export interface Routed {
  readonly release: Release;
  /** Undefined: it is not there. */
  readonly route: VirtualService | undefined;
}

const what = 'proxies';

/** `release` as its route is: whether sidecars follow it. */
export async function checkProxies(api: Api, ask: AskProxy, { release, route }: Routed): Promise<Check[]> {
  const selectors = await gatewaySelectors(api, release, route);
  const pods = await proxyPods(api, release, selectors);
  if (pods.length === 0) {
    const fix = 'correct gateway.selector in the release file, or start a gateway; with [mesh], inject sidecars';
    return [wrong(what, `none that serves ${release.name}`, fix)];
  }
  const window = new Window();
  const answers = await window.map(pods, (one) => asked(window, ask, one));
  const gateways = pods.filter(({ kind }) => kind === 'gateway').map(({ pod }) => pod);
  return [...checkAnswers(answers), ...checkGateways(gateways)];
}

/** The file does not say it of a route of its own YAML; the live one does, and without gateways it is for sidecars alone. */
export async function routed(api: Api, release: Release): Promise<Routed> {
  const route = await api.find<VirtualService>(objectPath('VirtualService', release));
  const isForMesh = route !== undefined && (route.spec.gateways ?? [meshGateway]).includes(meshGateway);
  return { route, release: { ...release, mesh: release.mesh || isForMesh } };
}

type Answer = { readonly name: string } & ({ readonly version: string } | { readonly trouble: string });

async function asked(window: Window, ask: AskProxy, { pod }: ProxyPod): Promise<Answer> {
  const name = nameOf(pod);
  const address = addressOf(pod);
  try {
    const version = await window.ask(() => ask(address, async (get) => envoyVersion(await get('/server_info'))));
    return { name, version };
  } catch (error) {
    return { name, trouble: messageOf(error) };
  }
}

/** Such as `86c9f01f/1.36.4/Clean/RELEASE/BoringSSL`. */
function envoyVersion(text: string): string {
  const { version } = JSON.parse(text) as { version?: unknown };
  const number = /\/(\d+\.\d+\.\d+[^/]*)\//.exec(String(version))?.[1];
  if (number === undefined) throw new Error(`it does not say its version: ${text.slice(0, 100)}`);
  return number;
}

function checkAnswers(answers: readonly Answer[]): Check[] {
  const fix =
    'see why the pod does not answer: rights to pods/portforward, and WebSockets that something on the way blocks';
  const versions = answers.flatMap((each) => ('version' in each ? [each.version] : []));
  const counted = [...new Set(versions)].sort().map((version) => {
    const count = versions.filter((each) => each === version).length;
    return `${count} with Envoy ${version}`;
  });
  return [
    ...(counted.length > 0 ? [right(what, `${counted.join(', ')} can be asked`)] : []),
    ...answers.flatMap((each) =>
      'trouble' in each ? [wrong(what, `${each.name} cannot be asked: ${each.trouble}`, fix)] : [],
    ),
  ];
}
