/** One look: everything is asked for at once, as each answer is older the longer it waits for the others. */
import { annotations, isPublished, serviceHost, type ProxyKind, type Release } from '../../../model';
import { subsetsOf } from '../../../manifests';
import type { Look } from '../cluster';
import type { Observation, ObservedRoute, ObservedState, Proxy, SeenProxy } from '../observation';
import { lacksRoute } from '../proxy-checks';
import { parseRecord, type ReleaseRecord } from '../record';
import { readInFlight, type AskPod } from '../mesh/in-flight';
import type { DestinationRule, Pod, VirtualService } from '../../kubernetes/objects';
import { objectPath } from '../../kubernetes/paths';
import { gatewaySelectors } from '../mesh/gateway-selectors';
import { probeGateways } from '../mesh/probe-gateways';
import type { SendProbe } from '../mesh/probe-request';
import { forgetOthers, readProxies, type AskProxy } from '../mesh/read-proxies';
import type { RouteMemory } from '../mesh/route-memory';
import type { Window } from '../../kubernetes/window';
import { namedElsewhereOf } from './other-routes';
import { subsetsElsewhere } from './other-rules';
import { askedAgain } from '../mesh/asked-again';
import { gatewayPods, proxyPods, type ProxyPod } from '../mesh/proxy-pods';
import { withVersionNames } from './version-names';
import { isPodOf, podsOf, withAdoptedRoute } from './adopted-version';
import { livePodsOf } from './live-pods';
import { observedRoute, observedSubsets } from './read-route';
import { routedBy } from '../routed-release';
import { readWorkloads } from './read-workloads';
import { readState } from './state';
import type { Writer } from './writer';

export interface Eyes extends Pick<Writer, 'api' | 'paths' | 'carried'> {
  readonly askProxy: AskProxy;
  readonly routes: RouteMemory;
  readonly askPod: AskPod;
  readonly window: Window;
  readonly sendProbe: SendProbe;
  readonly nowMs: () => number;
}

export async function observe(eyes: Eyes, release: Release, look: Look): Promise<Observation> {
  const { api } = eyes;
  const atMs = eyes.nowMs();
  const pods = podsOf(api, release);
  const finding = api.find<VirtualService>(objectPath('VirtualService', release));
  const host = serviceHost(release.name, release.namespace);
  const observing = finding.then((found) => found && observedRoute(found, host, eyes.carried));
  const state = readState(api, release);
  const recorded = Promise.all([finding, state]).then(recordedObjects);
  const [route, subsets, workloads, proxies, inFlight, namedElsewhere] = await Promise.all([
    observing,
    api.find<DestinationRule>(objectPath('DestinationRule', release)),
    readWorkloads(eyes, release, pods, recorded),
    askProxies(eyes, release, look, { finding, observing, ofVersions: pods }),
    readAllInFlight(eyes, release, look, pods),
    namedElsewhereOf(api, release, look.inFlightOf),
  ]);
  const elsewhere = await subsetsElsewhere(api, release, subsets ? subsetsOf(subsets) : [], proxies);
  const seen: Observation = {
    atMs,
    endedMs: eyes.nowMs(),
    serverMs: api.serverMs,
    route,
    subsets: subsets && observedSubsets(subsets, eyes.carried),
    workloads,
    evidence: look.evidence,
    proxies,
    inFlight,
    namedElsewhere,
    subsetsElsewhere: elsewhere,
    state: await state,
  };
  return withAdoptedRoute(withVersionNames(seen, release), release);
}

/** The kinds of a version that no manifest of this command has: those that it had when its release began. */
function recordedObjects([route, { current }]: readonly [VirtualService | undefined, ObservedState]): NonNullable<
  ReleaseRecord['objects']
> {
  const record = parseRecord(route?.metadata.annotations?.[annotations.release]) ?? current?.record;
  return record?.objects ?? {};
}

/** Of this look: the object as it is, what was understood of it, and the pods of all versions. */
interface LiveRoute {
  readonly finding: Promise<VirtualService | undefined>;
  readonly observing: Promise<ObservedRoute | undefined>;
  readonly ofVersions: Promise<readonly Pod[]>;
}

async function askProxies(
  eyes: Eyes,
  release: Release,
  { evidence, inFlightOf, tallies = false }: Look,
  { finding, observing, ofVersions }: LiveRoute,
): Promise<Proxy[]> {
  if (evidence === 'assumed') return [];
  const { api, sendProbe } = eyes;
  const [route, observed] = await Promise.all([finding, observing]);
  // The live route says by which names and ports it is to be found; `status` knows no other.
  const known = route ? routedBy(release, route) : release;
  const selectors = isPublished(known) ? await gatewaySelectors(api, known, route) : [];
  if (evidence === 'proxy') {
    const pods = await proxyPods(api, known, selectors);
    forgetOthers(eyes, pods);
    const counts = (kind: ProxyKind) => inFlightOf.length > 0 || (tallies && kind === 'gateway');
    const livePods = livePodsOf(release, await ofVersions);
    const ask = (some: readonly ProxyPod[]) => readProxies(eyes, known, some, { counts, livePods });
    return observed ? askedAgain(pods, ask, isBehind(known, observed), eyes.nowMs) : ask(pods);
  }
  return probeGateways(api, sendProbe, release, route, await gatewayPods(api, selectors));
}

/** Of proxies that have another route than the one that was live when the look began. */
function isBehind(release: Release, route: ObservedRoute): (proxy: SeenProxy) => boolean {
  const lacks = lacksRoute(release, route);
  return (proxy) => lacks(proxy) !== undefined;
}

async function readAllInFlight(
  eyes: Eyes,
  release: Release,
  { inFlightOf }: Look,
  pods: Promise<readonly Pod[]>,
): Promise<Observation['inFlight']> {
  const all = await pods;
  const counts = inFlightOf.map(
    async (version) => [version, await readInFlight(eyes, release, all.filter(isPodOf(release, version)))] as const,
  );
  return Object.fromEntries(await Promise.all(counts));
}
