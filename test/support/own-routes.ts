/**
 * VirtualServices with routes of their owner's, at rest on v1: split routes with matches, pinned ones, others. Some take everything at
 * some of the proxies, and those behind them are left out there. The last one takes everything everywhere.
 */
import fc from 'fast-check';
import type { Fields } from '../../manifests';
import type { Scenario } from '../../driver/istio/simulation';
import { annotations, isPublished, meshGateway, type Manifest, type Release } from '../../model';

type Own = Required<Pick<Scenario, 'virtualService' | 'ports'>>;

const toStable = [{ destination: { host: 'demo', subset: 'v1' }, weight: 100 }];
const split = (name: string, ...match: Fields[]): Fields => ({ name, match, route: toStable });
const tester = { headers: { 'x-user': { exact: 'tester' } } };

/** Each may be there or not, in any order. */
export const rowsOf: readonly Fields[] = [
  split('api', { uri: { prefix: '/api' } }, { name: 'phones', headers: { agent: { exact: 'phone' } } }),
  split('edge', { uri: { prefix: '/' }, gateways: ['edge'] }),
  split('secure', { port: 443 }),
  split('shop', { sourceLabels: { app: 'checkout' } }),
  { name: 'beta', match: [tester], route: toStable },
  { name: 'old', match: [{ uri: { prefix: '/old' } }], route: toStable },
  { name: 'cart', match: [{ uri: { prefix: '/cart' } }], route: [{ destination: { host: 'cart' } }] },
  { name: 'moved', match: [{ uri: { prefix: '/was' } }], redirect: { uri: '/is' } },
];
const pins: Readonly<Record<string, string>> = { beta: 'v2', old: 'v1' };

export const ownRoutes: fc.Arbitrary<(release: Release) => Own> = fc
  .record({
    chosen: fc.shuffledSubarray([...rowsOf], { minLength: 1 }),
    ports: fc.constantFrom([80], [80, 443]),
  })
  .map(({ chosen, ports }) => (release) => {
    const http = [...chosen, { name: 'web', route: toStable }];
    return { ports, virtualService: virtualServiceOf(release, http) };
  });

export function virtualServiceOf(release: Release, http: readonly Fields[]): Manifest {
  const names = http.map(({ name }) => String(name));
  const isSplit = (name: string) => !(name in pins) && !['cart', 'moved'].includes(name);
  const pinned = names.filter((name) => name in pins).map((name) => `${name}=${pins[name]}`);
  const published = isPublished(release) ? ['own', 'edge'] : [];
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: {
      name: release.name,
      namespace: release.namespace,
      annotations: {
        [annotations.splitRoutes]: names.filter(isSplit).join(),
        ...(pinned.length > 0 && { [annotations.pinnedRoutes]: pinned.join() }),
      },
    },
    spec: {
      hosts: [...release.hosts, release.name],
      gateways: [...published, ...(release.mesh ? [meshGateway] : [])],
      http,
    },
  };
}
