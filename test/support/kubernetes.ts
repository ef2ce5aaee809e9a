/** A client of the fake API server, and objects to put into it. */
import { releaseManifests } from '../../charts';
import type { Manifest, Release } from '../../model';
import { objectsAlone } from '../../driver/istio/cluster';
import { observe } from '../../driver/istio/kubernetes/observe';
import type { Writer } from '../../driver/istio/kubernetes/writer';
import { RouteMemory } from '../../driver/istio/mesh/route-memory';
import type { Observation } from '../../driver/istio/observation';
import { AnyObjects } from '../../driver/kubernetes/any-object';
import { Api } from '../../driver/kubernetes/api';
import { ResourcePaths } from '../../driver/kubernetes/resources';
import { Window } from '../../driver/kubernetes/window';
import { FakeApiServer, type StoredObject } from './fake-api-server';
import { pathOf } from './fake-discovery';

export interface FakeCluster {
  readonly server: FakeApiServer;
  readonly api: Api;
  /** How long the client said it would wait before it tried again. */
  readonly waits: number[];
  readonly close: () => Promise<void>;
}

export async function fakeCluster(): Promise<FakeCluster> {
  const server = await FakeApiServer.start();
  const waits: number[] = [];
  const entry = { server: new URL(`http://${server.address}`), applyToHTTPSOptions: () => Promise.resolve() };
  const api = new Api(entry, (ms) => Promise.resolve(waits.push(ms)));
  return { server, api, waits, close: () => server.close() };
}

export function podOf(name: string, labels: Record<string, string>, over: Partial<StoredObject> = {}): StoredObject {
  return {
    metadata: { name, namespace: 'demo-ns', labels },
    status: { phase: 'Running', containerStatuses: [{ name: 'service', ready: true, state: { running: {} } }] },
    ...over,
  };
}

/** As kubectl applies them. */
export function install({ server }: FakeCluster, manifests: readonly Manifest[]): void {
  for (const manifest of manifests) server.put(pathOf(manifest), manifest);
}

/** The two objects that a release edits, as synth writes them. */
export function installTraffic(cluster: FakeCluster, release: Release): void {
  const isEdited = ({ kind }: Manifest) => kind === 'VirtualService' || kind === 'DestinationRule';
  install(cluster, releaseManifests(release).filter(isEdited));
}

export function writerTo({ api }: FakeCluster, carried: Writer['carried']): Writer {
  const paths = new ResourcePaths(api);
  return { api, paths, objects: new AnyObjects(api, paths), carried };
}

/** No proxy and no pod is asked. */
export function lookAtObjects(writer: Writer, release: Release): Promise<Observation> {
  const ask = () => Promise.reject(new Error('not asked in this test'));
  const eyes = { askProxy: ask, askPod: ask, sendProbe: ask, routes: new RouteMemory(), window: new Window() };
  return observe({ ...writer, ...eyes, nowMs: () => 0 }, release, objectsAlone);
}
