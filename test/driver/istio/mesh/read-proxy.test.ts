import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readProxy, type Reading } from '../../../../driver/istio/mesh/read-proxy';
import { RouteMemory } from '../../../../driver/istio/mesh/route-memory';
import type { Get } from '../../../../driver/kubernetes/http-over';
import { bothVersions, releaseOf } from '../../../support/release';

interface Exchange {
  readonly path: string;
  readonly answer: string;
}

/** What real Envoys were asked in four looks, and what they answered: npm run record-envoys. */
const folder = join(__dirname, 'recorded');
const envoys = readdirSync(folder).filter((file) => file.startsWith('envoy-'));
const looksOf = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Exchange[][];
const release = releaseOf({
  name: 'shop',
  namespace: 'kadapter',
  hosts: ['shop.example.com'],
  versions: bothVersions,
  weights: { v1: 90, v2: 10 },
});
const reading = (over: Partial<Reading> = {}): Reading => ({
  release,
  kind: 'gateway',
  name: 'gateway.edge',
  uid: 'gateway',
  routes: new RouteMemory(),
  counts: false,
  livePods: () => new Set(),
  ...over,
});
/** Answers what was recorded, and refuses any other question. */
const replay =
  (look: readonly Exchange[], asked: string[] = []): Get =>
  (path) => {
    asked.push(path);
    const found = look.find((exchange) => exchange.path === path);
    return found ? Promise.resolve(found.answer) : Promise.reject(new Error(`not recorded: ${path}`));
  };

test('Envoys of five versions were recorded', () => {
  expect(envoys.map((file) => /^envoy-(1\.\d+)\./.exec(file)?.[1])).toEqual(['1.36', '1.37', '1.38', '1.39', '1.40']);
});

describe.each(envoys)('%s', (file) => {
  const looks = looksOf(file);
  const [first = [], unchanged = [], changed = [], counting = []] = looks;

  test('has no healthy endpoint whose pod is gone', async () => {
    const livePods = (subset: string) => new Set(subset === 'v1' ? ['127.0.0.1', '127.0.0.3'] : []);
    expect(await readProxy(replay(first), reading({ livePods }))).toMatchObject({
      clusters: { v1: { healthyEndpoints: 2 }, v2: { healthyEndpoints: 0 } },
    });
  });

  test('shows its routes and its healthy endpoints', async () => {
    expect(await readProxy(replay(first), reading())).toEqual({
      name: 'gateway.edge',
      kind: 'gateway',
      // Of the five of v2, one is healthy by what discovery says, and one as it says nothing.
      clusters: { v1: { state: 'active', healthyEndpoints: 3 }, v2: { state: 'active', healthyEndpoints: 2 } },
      routes: [{ host: 'shop.example.com', marker: 'shop@first.1', split: { v1: 90, v2: 10 } }],
      namedVersions: ['v1', 'v2'],
    });
  });

  test('is to have the route for the hosts that its Gateway lets in, and what it has for others is told all the same', async () => {
    const hosts = ['internal.example.com'];
    expect(await readProxy(replay(first), reading({ hosts }))).toMatchObject({
      hosts,
      routes: [{ host: 'shop.example.com', marker: 'shop@first.1' }],
    });
  });

  test('is not asked for routes again that have not changed', async () => {
    const routes = new RouteMemory();
    const before = await readProxy(replay(first), reading({ routes }));
    const asked: string[] = [];
    expect(await readProxy(replay(unchanged, asked), reading({ routes }))).toEqual(before);
    expect(asked.filter((path) => path.includes('dynamic_route_configs'))).toEqual([
      '/config_dump?resource=dynamic_route_configs&mask=version_info,last_updated,route_config.name',
    ]);
  });

  test('is asked for the one configuration that has changed', async () => {
    const routes = new RouteMemory();
    await readProxy(replay(first), reading({ routes }));
    const asked: string[] = [];
    expect(await readProxy(replay(changed, asked), reading({ routes }))).toMatchObject({
      routes: [{ marker: 'shop@first.2', split: { v1: 50, v2: 50 } }],
    });
    expect(asked).toContain('/config_dump?resource=dynamic_route_configs&name_regex=%5E(http%5C.8080)%24');
  });

  test('has the clusters that it showed after its changed routes, not those from before', async () => {
    const routes = new RouteMemory();
    await readProxy(replay(first), reading({ routes }));
    let isRouteRead = false;
    const get: Get = (path) => {
      isRouteRead ||= path.includes('name_regex=%5E(http');
      return path.includes('dynamic_active_clusters') && !isRouteRead ? Promise.resolve('{}') : replay(changed)(path);
    };
    expect(await readProxy(get, reading({ routes }))).toMatchObject({
      clusters: { v1: { state: 'active' }, v2: { state: 'active' } },
    });
  });

  test('tells its requests in flight when they are asked for, with the same healthy endpoints', async () => {
    const routes = new RouteMemory();
    for (const look of looks.slice(0, 3)) await readProxy(replay(look), reading({ routes }));
    expect(await readProxy(replay(counting), reading({ routes, counts: true }))).toMatchObject({
      clusters: {
        v1: { healthyEndpoints: 3, activeRequests: 0, connectionsBegun: 0 },
        v2: { healthyEndpoints: 2, activeRequests: 0, connectionsBegun: 0 },
      },
    });
    const again = await readProxy(replay(counting), reading({ routes, counts: true }));
    expect(Object.values(again?.clusters['v1']?.sent ?? {})).toEqual(
      Array.from({ length: 3 }, () => ({ requests: 0, errors: 0 })),
    );
  });

  test('is named with its version when it answers otherwise', async () => {
    const strange: Get = (path) => {
      if (path === '/server_info') return Promise.resolve('{"version": "0a1b/1.99.0/Clean/RELEASE/BoringSSL"}');
      return path.includes('endpoint_configs') ? Promise.resolve('{"configs": [{}]}') : replay(first)(path);
    };
    await expect(readProxy(strange, reading())).rejects.toThrow('(Envoy 1.99.0)');
  });

  test('that does not answer at all is not asked for its version', async () => {
    const asked: string[] = [];
    const silent: Get = (path) => (asked.push(path), Promise.reject(new Error('no answer within 5000 ms')));
    await expect(readProxy(silent, reading())).rejects.toThrow(/^no answer within 5000 ms$/);
    expect(asked).not.toContain('/server_info');
  });
});

describe('a gateway that lets in none of the hosts', () => {
  const answers =
    (routes: object): Get =>
    (path) =>
      Promise.resolve(path.includes('dynamic_route_configs') ? JSON.stringify(routes) : '{}');
  const virtualHost = {
    domains: ['other.example.com'],
    routes: [{ route: { cluster: 'outbound|8080|v1|shop.kadapter.svc.cluster.local' } }],
  };
  const config = (...virtualHosts: object[]) => ({
    configs: [
      { version_info: '1', last_updated: 'now', route_config: { name: 'http.80', virtual_hosts: virtualHosts } },
    ],
  });

  test('serves others, and is no proxy of the route', async () => {
    expect(await readProxy(answers(config()), reading({ hosts: [] }))).toBeUndefined();
  });

  test('is one as long as it has anything of the Service', async () => {
    expect(await readProxy(answers(config(virtualHost)), reading({ hosts: [] }))).toMatchObject({
      namedVersions: ['v1'],
    });
  });

  test('is one when nothing narrows the hosts, and lacks the route', async () => {
    expect(await readProxy(answers(config()), reading())).toMatchObject({ routes: [] });
  });
});
