/** Requests that the pods of a version have in hand: what a proxy that is gone, or a mesh, cannot count. */
import type { InFlightSource, Release } from '../../../model';
import type { Get } from '../../kubernetes/http-over';
import { addressOf, hasSidecar, isServing, type Pod, type PodAddress } from '../../kubernetes/objects';
import { stillServes } from '../../kubernetes/still-serves';
import type { InFlight } from '../observation';
import { askInboundRequests } from './envoy-inbound';
import type { Asking } from './proxy-pods';
import type { AskProxy } from './read-proxies';

export type AskPod = <T>(address: PodAddress, port: number, conversation: (get: Get) => Promise<T>) => Promise<T>;

export interface Counting extends Asking {
  readonly askPod: AskPod;
  readonly askProxy: AskProxy;
}

/** Pods that are ending are asked too, as long as a container runs: they are the ones with the last requests. */
export async function readInFlight(counting: Counting, release: Release, own: readonly Pod[]): Promise<InFlight> {
  const source = release.inFlight;
  if (source === 'proxies') return 'proxies only';
  const counts = await counting.window.map(own.filter(isServing), (pod) => countIn(counting, source, pod));
  return counts.includes('unknown') ? 'unknown' : counts.reduce<number>((sum, count) => sum + Number(count), 0);
}

type Counted = Exclude<InFlightSource, 'proxies'>;

async function countIn(counting: Counting, source: Counted, pod: Pod): Promise<number | 'unknown'> {
  const address = addressOf(pod);
  try {
    return await counting.window.ask(() =>
      source === 'sidecar' ? bySidecar(counting, pod, address) : byGauge(counting, source, address),
    );
  } catch {
    return (await stillServes(counting.api, address, pod)) ? 'unknown' : 0;
  }
}

async function bySidecar({ askProxy }: Counting, pod: Pod, address: PodAddress): Promise<number> {
  if (!hasSidecar(pod)) throw new Error('it has no sidecar that runs');
  return askProxy(address, askInboundRequests);
}

type Gauge = Exclude<Counted, 'sidecar'>;

async function byGauge({ askPod }: Counting, { port, path, gauge }: Gauge, address: PodAddress): Promise<number> {
  return requestsInFlight(await askPod(address, port, (get) => get(path)), gauge);
}

/** Throws when the gauge is missing: a program without it has not said that it is idle. */
export function requestsInFlight(metrics: string, gauge: string): number {
  const line = new RegExp(String.raw`^${gauge}(?:\{[^}]*\})?\s+(\S+)`, 'gm');
  const values = [...metrics.matchAll(line)].map((match) => Number(match[1]));
  const sum = values.reduce((total, value) => total + value, 0);
  if (values.length === 0 || !Number.isFinite(sum)) throw new Error(`no number ${gauge} among the metrics`);
  return sum;
}
