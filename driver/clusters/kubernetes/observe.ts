/** One look: everything is asked for at once, as each answer is older the longer it waits for the others. */
import { labels, type Release } from '../../../model';
import type { Look } from '../../cluster';
import type { Observation } from '../../observation';
import type { Api } from './api';
import { readInFlight, type AskPod } from './in-flight';
import type { DestinationRule, Pod, VirtualService } from './objects';
import { destinationRulePath, podPath, virtualServicePath } from './paths';
import { readProxies, type AskProxy } from './read-proxies';
import { observedRoute, observedSubsets } from './read-route';
import { readWorkloads } from './read-workloads';

export interface Eyes {
  readonly api: Api;
  readonly askProxy: AskProxy;
  readonly askPod: AskPod;
  readonly nowMs: () => number;
}

export async function observe(eyes: Eyes, release: Release, look: Look): Promise<Observation> {
  const { api, askProxy } = eyes;
  const atMs = eyes.nowMs();
  const pods = api.list<Pod>(podPath(release.namespace), { [labels.app]: release.name });
  const [route, subsets, workloads, proxies, inFlight] = await Promise.all([
    api.find<VirtualService>(virtualServicePath(release)),
    api.find<DestinationRule>(destinationRulePath(release)),
    readWorkloads(api, release, pods),
    readProxies(api, askProxy, release),
    readAllInFlight(eyes, release, look, pods),
  ]);
  return {
    atMs,
    route: route && observedRoute(route),
    subsets: subsets && observedSubsets(subsets),
    workloads,
    proxies,
    inFlight,
  };
}

async function readAllInFlight(
  { api, askPod }: Eyes,
  release: Release,
  { inFlightOf }: Look,
  pods: Promise<readonly Pod[]>,
): Promise<Observation['inFlight']> {
  const all = await pods;
  const counts = inFlightOf.map(
    async (version) => [version, await readInFlight(api, askPod, release, version, all)] as const,
  );
  return Object.fromEntries(await Promise.all(counts));
}
