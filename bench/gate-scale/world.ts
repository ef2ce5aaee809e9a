/** The world of one trial, in a process of its own: the API server, the pods behind it, and when each Envoy has each write. */
import type { Manifest } from '../../model';
import { FakeApiServer } from '../../test/support/fake-api-server';
import { pathOf } from '../../test/support/fake-discovery';
import { versionAddress } from './addresses';
import { ApiDoor } from './api-door';
import { Arrivals, type Delays } from './arrivals';
import { Envoys, type Released } from './envoy';
import type { HttpRoute } from './envoy-routes';
import type { MeshShape } from './mesh-shape';
import { clientPod, gatewayPod, servicePod } from './pods';
import { TrafficLog, type Traffic } from './traffic';

export interface WorldSpec {
  readonly gateways: number;
  readonly sidecars: number;
  readonly mesh: MeshShape;
  readonly delays: Delays;
  readonly seed: number;
  readonly mostPerSecond: number;
  readonly released: Released;
  /** What is installed before the driver starts. */
  readonly manifests: readonly Manifest[];
}

export type ToWorld = { readonly between: readonly [number, number] };
export interface Seen {
  readonly traffic: Traffic;
  readonly arrivals: readonly { readonly atMs: number; readonly lastMs: number }[];
  /** Of this process, since it began. */
  readonly cpuSeconds: number;
}
export type FromWorld = { readonly address: string } | Seen;

const adminPort = 15_000;

/** A child process of the bench: gets its spec, tells its address, and then what was asked of it in a span of time. */
export function serveWorld(): void {
  process.once('message', (spec: WorldSpec) => void begin(spec));
  process.once('disconnect', () => process.exit(0));
}

async function begin(spec: WorldSpec): Promise<void> {
  const { released } = spec;
  const behind = await FakeApiServer.start();
  const arrivals = new Arrivals(spec.gateways + spec.sidecars, spec.delays, randomFrom(spec.seed));
  const envoys = new Envoys(spec.mesh, released, arrivals);
  const traffic = new TrafficLog();
  const route = spec.manifests.find(({ kind }) => kind === 'VirtualService');
  if (!route) throw new Error('expected a VirtualService among the manifests');
  spec.manifests.forEach((manifest) => behind.put(pathOf(manifest), settled(manifest)));
  const httpNow = () => behind.get(pathOf(route))?.spec?.['http'] as readonly HttpRoute[];
  arrivals.add(httpNow(), Date.now());
  const door = new ApiDoor({
    pods: podsOf(spec),
    behind: behind.address,
    traffic,
    mostPerSecond: spec.mostPerSecond,
    ask: (pod, port, path) => (port === adminPort && pod.kind ? envoys.answer(path, pod.proxy, pod.kind) : undefined),
    written: (path) => {
      const http = httpNow();
      if (path === pathOf(route) && JSON.stringify(http) !== JSON.stringify(arrivals.writes.at(-1)?.http))
        arrivals.add(http, Date.now());
    },
  });
  tell({ address: await door.listen() });
  process.on('message', ({ between: [fromMs, toMs] }: ToWorld) =>
    tell({
      traffic: traffic.between(fromMs, toMs),
      arrivals: arrivals.writes.map(({ atMs }, write) => ({ atMs, lastMs: arrivals.lastMs(write) })),
      cpuSeconds: cpuSeconds(),
    }),
  );
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function tell(message: FromWorld): void {
  process.send?.(message);
}

function podsOf({ gateways, sidecars, released }: WorldSpec) {
  const { namespace, name, subsets, endpointsPerSubset } = released;
  const count = (length: number) => Array.from({ length }, (_, index) => index);
  return [
    ...count(gateways).map(gatewayPod),
    ...count(sidecars).map((index) => clientPod(index, gateways + index)),
    ...subsets.flatMap((version, subset) =>
      count(endpointsPerSubset).map((index) => servicePod(namespace, name, version, versionAddress(subset, index))),
    ),
  ];
}

/** A Deployment whose pods are all there. */
function settled(manifest: Manifest): Manifest & { metadata: { name: string } } {
  if (manifest.kind !== 'Deployment') return manifest;
  const replicas = (manifest as { spec?: { replicas?: number } }).spec?.replicas ?? 1;
  const status = { observedGeneration: 1, replicas, updatedReplicas: replicas, availableReplicas: replicas };
  return { ...manifest, metadata: { ...manifest.metadata, generation: 1 }, status };
}

/** Mulberry32: the same delays for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
