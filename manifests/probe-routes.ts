/** Routes for requests of the driver alone, by which it recognizes a write where it may not read proxies. */
import { probedRouteHeader, probeHeader, probeValue, subsetName } from '../model';
import { writtenLike } from './destinations';
import type { Fields } from './manifest';

export interface Probes {
  /** A request that carries this key is a probe. Nobody outside the cluster may know it. */
  readonly key: string;
  readonly versions: readonly string[];
  /** The gateways of the VirtualService by which a probe may come: not `mesh`, as nobody can send one through a sidecar. */
  readonly gateways: readonly string[];
}

const probeRouteName = 'handover-probe';
const ofVersion = `${probeRouteName}.`;

export function isProbeRoute({ name }: Fields): boolean {
  return name === probeRouteName || probedVersion({ name }) !== undefined;
}

/** The version whose pods a probe route reaches; undefined for every other route. */
export function probedVersion({ name }: Fields): string | undefined {
  return typeof name === 'string' && name.startsWith(ofVersion) ? name.slice(ofVersion.length) : undefined;
}

/**
 * These come before all other routes, so that no other takes a probe. Each answer carries the marker of the write, even an
 * answer that Envoy gives by itself: one without it came by another configuration. The first route answers without a pod.
 * Each of the others reaches a pod of its version; without a cluster for that version Envoy answers 503.
 */
export function probeRoutes({ key, versions, gateways }: Probes, marker: string, destination: Fields): Fields[] {
  const match = (value: string) => [{ headers: { [probeHeader]: { exact: value } }, gateways: [...gateways] }];
  const response = { set: { [probedRouteHeader]: marker } };
  const own = {
    name: probeRouteName,
    match: match(probeValue(key)),
    headers: { response },
    directResponse: { status: 200 },
  };
  const reaching = (version: string) => ({
    name: `${ofVersion}${version}`,
    match: match(probeValue(key, version)),
    headers: { request: { remove: [probeHeader] }, response },
    route: writtenLike({ destination }, [[subsetName(version), 100]]),
    retries: { attempts: 0 },
  });
  return [own, ...versions.map(reaching)];
}
