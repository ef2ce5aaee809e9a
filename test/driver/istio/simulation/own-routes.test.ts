/** A VirtualService with routes of its owner's, at each proxy as istiod gives it. */
import { calm, span, World, type Scenario } from '../../../../driver/istio/simulation';
import { isRead } from '../../../../driver/istio/observation';
import { annotations, type Manifest } from '../../../../model';
import { driven } from '../../../support/driven';
import { releaseWith } from '../../../support/observations';
import { atFault } from '../../../support/release-runs';

const release = releaseWith('timings: {longestRequest: 2s, drainWindow: 1s}\nsteps: [{weight: 50}]');
const toStable = [{ destination: { host: 'demo', subset: 'v1' }, weight: 100 }];
const api = { name: 'api', match: [{ uri: { prefix: '/api' }, name: 'rest' }], route: toStable };
const edge = { name: 'edge', match: [{ gateways: ['edge'] }], route: toStable };
const secure = { name: 'secure', match: [{ port: 443 }], route: toStable };
const cart = { name: 'cart', match: [{ uri: { prefix: '/cart' } }], route: [{ destination: { host: 'cart' } }] };
const web = { name: 'web', route: toStable };

function withRoutes(splits: string, ...http: object[]): Manifest {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'demo', namespace: 'shop', annotations: { [annotations.splitRoutes]: splits } },
    spec: { hosts: ['demo.example.com'], gateways: ['own', 'edge'], http },
  };
}

function worldWith(scenario: Partial<Scenario>, seed = 1): World {
  const installed = { ...release, versions: release.versions.slice(0, 1) };
  return World.installed(installed, calm(scenario), seed);
}

async function lookAt(world: World) {
  const seen = await world.connect().observe(release, { evidence: 'proxy', inFlightOf: [] });
  return { seen, proxies: seen.proxies.filter(isRead) };
}

/** Where requests may go, by the names of the routes, at each listener of each proxy. */
const sends = (world: World) =>
  world.proxies.serving().map(({ served }) => served.map(({ sends: targets }) => targets.map(({ subset }) => subset)));

it('has no route behind a catch-all, at the proxies for which that is one', async () => {
  const toCanary = [{ destination: { host: 'demo', subset: 'v2' }, weight: 100 }];
  const old = { name: 'old', match: [{ uri: { prefix: '/old' } }], route: toCanary };
  const world = worldWith({ virtualService: withRoutes('edge,web', edge, old, web) });
  // gateway-2 is one of the gateway `edge`.
  expect(sends(world)).toEqual([[['v2', 'v1']], [['v1']]]);
  const { seen, proxies } = await lookAt(world);
  expect(proxies.map(({ namedVersions }) => namedVersions)).toEqual([['v1', 'v2'], ['v1']]);
  expect(seen.route).toMatchObject({ split: { v1: 100 }, otherVersions: ['v2'], base: 'edge' });
});

it('has other routes on another port, each with its own time of arrival', async () => {
  const rds = span(100, 20_000);
  const scenario = { ports: [80, 443], proxies: ['gateway-1'], delays: { ...calm().delays, rds } };
  const world = worldWith({ ...scenario, virtualService: withRoutes('secure,web', secure, web) });
  const running = driven(world.connect(), release);
  const markers = new Set<string>();
  for (let look = 0; look < 200; look++) {
    const { proxies } = await lookAt(world);
    markers.add(proxies.flatMap(({ routes }) => routes.map(({ marker }) => marker)).join(' '));
    await world.runOn(500);
  }
  expect((await running).outcome).toBe('completed');
  expect([...markers].some((both) => /^(\S+) (?!\1$)/.test(both))).toBe(true);
  await world.runOn(60_000);
  expect(atFault(world.result())).toEqual({ lost: [], strayed: [], violations: [] });
});

it.each([
  ['a split route', 0, 'route-unsupported'],
  ['a route that no release edits', 2, 'changed-by-other'],
])('is left alone when somebody edits %s and keeps all names', async (_, route, code) => {
  const when = { afterWrites: 4, ms: 0 };
  const accidents = [{ kind: 'foreign-route', route, version: 'v2', when } as const];
  const world = worldWith({ virtualService: withRoutes('api,edge,web', api, edge, cart, web), accidents });
  expect(await driven(world.connect(), release)).toMatchObject({ outcome: 'held', code });
  const { sends: left } = world.api;
  await world.runOn(60_000);
  expect(world.api.sends).toBe(left);
  expect(JSON.parse(left)).toContainEqual([['v2', 100]]);
  expect(atFault(world.result())).toEqual({ lost: [], strayed: [], violations: [] });
});
