/** One look: everything is asked for at once, as each answer is older the longer it waits for the others. */
import { isPublished, selectorLabels, serviceHost, type Release } from '../../../model';
import type { Look } from '../cluster';
import type { Observation } from '../observation';
import { readInFlight, type AskPod } from '../mesh/in-flight';
import type { DestinationRule, Pod, VirtualService } from '../../kubernetes/objects';
import { collectionPath, objectPath } from '../../kubernetes/paths';
import { gatewaySelectors } from '../mesh/gateway-selectors';
import { probeGateways } from '../mesh/probe-gateways';
import type { SendProbe } from '../mesh/probe-request';
import { readProxies, type AskProxy } from '../mesh/read-proxies';
import { namedElsewhereOf } from './other-routes';
import { gatewayPods, nameOf, proxyPods } from '../mesh/proxy-pods';
import { withVersionNames } from './version-names';
import { observedRoute, observedSubsets } from './read-route';
import { routedBy } from '../routed-release';
import { readWorkloads } from './read-workloads';
import type { Writer } from './writer';

export interface Eyes extends Pick<Writer, 'api' | 'paths' | 'carried'> {
  readonly askProxy: AskProxy;
  readonly askPod: AskPod;
  readonly sendProbe: SendProbe;
  readonly nowMs: () => number;
}

export async function observe(eyes: Eyes, release: Release, look: Look): Promise<Observation> {
  const { api } = eyes;
  const atMs = eyes.nowMs();
  const pods = api.list<Pod>(collectionPath('Pod', release.namespace), { [selectorLabels.app]: release.name });
  const finding = api.find<VirtualService>(objectPath('VirtualService', release));
  const [route, subsets, workloads, asked, inFlight, namedElsewhere] = await Promise.all([
    finding,
    api.find<DestinationRule>(objectPath('DestinationRule', release)),
    readWorkloads(eyes, release, pods),
    askProxies(eyes, release, look, finding),
    readAllInFlight(eyes, release, look, pods),
    namedElsewhereOf(api, release, look.inFlightOf),
  ]);
  const seen: Observation = {
    atMs,
    route: route && observedRoute(route, serviceHost(release.name, release.namespace), eyes.carried),
    subsets: subsets && observedSubsets(subsets, eyes.carried),
    workloads,
    evidence: look.evidence,
    ...asked,
    inFlight,
    namedElsewhere,
  };
  return withVersionNames(seen, release);
}

/** Those that a person has left out are not even asked: each question to a dead node takes its time. */
async function askProxies(
  { api, askProxy, sendProbe }: Eyes,
  release: Release,
  { evidence, without = [] }: Look,
  finding: Promise<VirtualService | undefined>,
): Promise<Pick<Observation, 'proxies' | 'leftOut'>> {
  if (evidence === 'assumed') return { proxies: [], leftOut: [] };
  const route = await finding;
  // The live route says by which names and ports it is to be found; `status` knows no other.
  const known = route ? routedBy(release, route) : release;
  const selectors = isPublished(known) ? await gatewaySelectors(api, release, route) : [];
  const all = await (evidence === 'proxy' ? proxyPods(api, known, selectors) : gatewayPods(api, selectors));
  const pods = all.filter(({ pod }) => !without.includes(nameOf(pod)));
  const leftOut = all.map(({ pod }) => nameOf(pod)).filter((name) => without.includes(name));
  const proxies =
    evidence === 'proxy'
      ? await readProxies(api, askProxy, known, pods)
      : await probeGateways(api, sendProbe, release, route, pods);
  return { proxies, leftOut };
}

async function readAllInFlight(
  eyes: Eyes,
  release: Release,
  { inFlightOf }: Look,
  pods: Promise<readonly Pod[]>,
): Promise<Observation['inFlight']> {
  const all = await pods;
  const counts = inFlightOf.map(async (version) => [version, await readInFlight(eyes, release, version, all)] as const);
  return Object.fromEntries(await Promise.all(counts));
}
