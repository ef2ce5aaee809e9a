/** Requests that the pods of a version report to have in hand: what a proxy that is gone, or a mesh, cannot count. */
import { inFlightMetric, selectorLabels, metricsPath, type Release } from '../../../model';
import type { Api } from '../../kubernetes/api';
import { mapBounded } from '../../kubernetes/bounded';
import type { Get } from '../../kubernetes/http-over';
import { isServing, type Pod, type PodAddress } from '../../kubernetes/objects';
import { stillServes } from '../../kubernetes/still-serves';

const gauge = new RegExp(String.raw`^${inFlightMetric}(?:\{[^}]*\})?\s+(\S+)`, 'gm');
const concurrency = 8;

export type AskPod = <T>(address: PodAddress, port: number, conversation: (get: Get) => Promise<T>) => Promise<T>;

/** Pods that are ending are asked too, as long as a container runs: they are the ones with the last requests. */
export async function readInFlight(
  api: Api,
  ask: AskPod,
  release: Release,
  version: string,
  pods: readonly Pod[],
): Promise<number | 'unknown'> {
  const own = pods.filter((pod) => pod.metadata.labels?.[selectorLabels.version] === version && isServing(pod));
  const counts = await mapBounded(own, concurrency, (pod) => countIn(api, ask, release, pod));
  return counts.includes('unknown') ? 'unknown' : counts.reduce<number>((sum, count) => sum + Number(count), 0);
}

async function countIn(api: Api, ask: AskPod, release: Release, pod: Pod): Promise<number | 'unknown'> {
  const { name, namespace = release.namespace } = pod.metadata;
  const address = { namespace, pod: name };
  try {
    return requestsInFlight(await ask(address, release.port, (get) => get(metricsPath)));
  } catch {
    return (await stillServes(api, address, pod)) ? 'unknown' : 0;
  }
}

/** Throws when the gauge is missing: a service without it has not said that it is idle. */
export function requestsInFlight(metrics: string): number {
  const values = [...metrics.matchAll(gauge)].map((match) => Number(match[1]));
  const sum = values.reduce((total, value) => total + value, 0);
  if (values.length === 0 || !Number.isFinite(sum)) throw new Error(`no number ${inFlightMetric} in ${metricsPath}`);
  return sum;
}
