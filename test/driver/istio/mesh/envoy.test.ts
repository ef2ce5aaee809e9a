import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { clusterPaths, proxyClusters, subsetClusters } from '../../../../driver/istio/mesh/envoy-clusters';
import { namedVersions, proxyRoutes } from '../../../../driver/istio/mesh/envoy-routes';
import { serviceHost } from '../../../../model';
import { bothVersions, releaseOf } from '../../../support/release';

/** What Envoy 1.38.3 under Istio answered, with a second service beside this one. */
const recorded = (name: string) => readFileSync(join(__dirname, 'recorded', `${name}.json`), 'utf8');
const release = releaseOf({
  name: 'shop',
  namespace: 'kadapter',
  hosts: ['shop.example.com'],
  versions: bothVersions,
  weights: { v1: 90, v2: 10 },
});
const host = serviceHost('shop', 'kadapter');
/** Nobody can tell then which endpoints are of pods. */
const noPods = () => new Set<string>();
/** As `istioctl proxy-config cluster` shows it. */
const clusterName = (port: number, subset: string, of: string) => `outbound|${port}|${subset}|${of}`;
const clustersOf = (answers: Partial<Record<'active' | 'warming' | 'hosts', unknown>>) =>
  proxyClusters(
    host,
    [8080],
    {
      active: JSON.stringify(answers.active ?? {}),
      warming: JSON.stringify(answers.warming ?? {}),
      hosts: JSON.stringify(answers.hosts ?? {}),
    },
    noPods,
  );
const listed = (...versions: string[]) => ({
  configs: versions.map((version) => ({ cluster: { name: clusterName(8080, version, host) } })),
});
const hostsOf = (version: string, host_statuses: unknown[]) => ({
  cluster_statuses: [{ name: clusterName(8080, version, host), host_statuses }],
});

/** Envoy leaves out a value of zero, and never the name. */
const counting = (values: Readonly<Record<string, string>>) => ({
  stats: ['rq_active', 'cx_total'].map((name) => ({ name, ...(values[name] && { value: values[name] }) })),
});

describe('clusters of a proxy', () => {
  test('are read from what Envoy really says', () => {
    const clusters = proxyClusters(
      host,
      [8080],
      {
        active: recorded('active'),
        warming: '{}',
        hosts: recorded('clusters'),
      },
      noPods,
    );
    const idle = { state: 'active', healthyEndpoints: 2, activeRequests: 0, connectionsBegun: 0 };
    expect(clusters).toMatchObject({ v1: idle, v2: idle });
    expect(Object.entries(clusters['v1']?.sent ?? {})).toEqual([
      ['{"socket_address":{"address":"198.18.0.7","port_value":8080}}', { requests: 0, errors: 0 }],
      ['{"socket_address":{"address":"198.18.0.10","port_value":8080}}', { requests: 0, errors: 0 }],
    ]);
  });

  test('have no endpoint whose pod is gone', () => {
    const live = (subset: string) => new Set(subset === 'v1' ? ['198.18.0.7', '198.18.0.99'] : []);
    const answers = { active: recorded('active'), warming: '{}', hosts: recorded('clusters') };
    expect(proxyClusters(host, [8080], answers, live)).toMatchObject({
      v1: { healthyEndpoints: 1 },
      v2: { healthyEndpoints: 0 },
    });
  });

  test('that are being changed count as warming, although the older state is in use', () => {
    expect(clustersOf({ active: listed('v1'), warming: listed('v1', 'v2') })).toEqual({
      v1: { state: 'warming', healthyEndpoints: 0, activeRequests: 0, connectionsBegun: 0 },
      v2: { state: 'warming', healthyEndpoints: 0, activeRequests: 0, connectionsBegun: 0 },
    });
  });

  test('have no endpoint that is unhealthy, draining or ejected', () => {
    const health = [
      { eds_health_status: 'HEALTHY' },
      { eds_health_status: 'UNHEALTHY' },
      { eds_health_status: 'DRAINING' },
      { eds_health_status: 'HEALTHY', failed_outlier_check: true },
      { eds_health_status: 'HEALTHY', failed_outlier_check: false },
    ];
    const hosts = hostsOf(
      'v2',
      health.map((health_status) => ({ ...counting({}), health_status })),
    );
    expect(clustersOf({ active: listed('v2'), hosts }).v2?.healthyEndpoints).toBe(2);
  });

  test('sum requests in flight and connections begun over all endpoints, unhealthy ones included', () => {
    const hosts = hostsOf('v1', [
      { ...counting({ rq_active: '3', cx_total: '5' }), health_status: { eds_health_status: 'UNHEALTHY' } },
      counting({}),
      counting({ rq_active: '4', cx_total: '6' }),
    ]);
    expect(clustersOf({ active: listed('v1'), hosts }).v1).toMatchObject({ activeRequests: 7, connectionsBegun: 11 });
  });

  test('tell what was sent to each endpoint; an Envoy that does not count it is read all the same', () => {
    const stats = (values: Readonly<Record<string, string>>) => ({
      stats: ['rq_active', 'cx_total', 'rq_total', 'rq_error'].map((name) => ({ name, value: values[name] ?? '0' })),
    });
    const hosts = hostsOf('v1', [
      { address: 'a', ...stats({ rq_total: '70', rq_error: '2' }) },
      { address: 'b', ...stats({ rq_total: '5' }) },
    ]);
    expect(clustersOf({ active: listed('v1'), hosts }).v1?.sent).toEqual({
      '"a"': { requests: 70, errors: 2 },
      '"b"': { requests: 5, errors: 0 },
    });
    const silent = hostsOf('v1', [{ address: 'a', ...counting({ rq_active: '3' }) }]);
    expect(clustersOf({ active: listed('v1'), hosts: silent }).v1).toEqual({
      state: 'active',
      healthyEndpoints: 0,
      activeRequests: 3,
      connectionsBegun: 0,
    });
  });

  test('are never guessed from an answer that is something else', () => {
    expect(() => clustersOf({ active: { configs: [{ name: 'x' }] } })).toThrow();
    expect(() =>
      proxyClusters(host, [8080], { active: 'upstream error', warming: '{}', hosts: '{}' }, noPods),
    ).toThrow();
    const hosts = hostsOf('v1', [{ stats: [{ name: 'rq_active' }] }]);
    expect(() => clustersOf({ active: listed('v1'), hosts })).toThrow('expected cx_total of each endpoint');
  });

  test('are asked for by a pattern that matches this service only', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][-a-z0-9]{0,9}$/), fc.integer({ min: 1, max: 65_535 }), (subset, port) => {
        const pattern = new RegExp(subsetClusters(host, [8080]));
        expect(pattern.exec(clusterName(8080, subset, host))?.[2]).toBe(subset);
        expect(pattern.test(clusterName(port === 8080 ? 1 : port, subset, host))).toBe(false);
        expect(pattern.test(clusterName(8080, subset, `my-${host}`))).toBe(false);
        expect(pattern.test(clusterName(8080, subset, host.replace('.', '-')))).toBe(false);
        expect(pattern.test(clusterName(8080, '', host))).toBe(false);
      }),
    );
    expect(new URL(clusterPaths(host, [8080]).hosts, 'http://envoy').searchParams.get('filter')).toBe(
      subsetClusters(host, [8080]),
    );
  });
});

describe('clusters of a service with several ports', () => {
  const name = (port: number) => clusterName(port, 'v1', host);
  const status = (port: number, active: number, endpoints: number) => ({
    name: name(port),
    host_statuses: Array.from({ length: endpoints }, () => ({
      stats: [
        { name: 'rq_active', value: active },
        { name: 'cx_total', value: 1 },
      ],
      health_status: { eds_health_status: 'HEALTHY' },
    })),
  });
  const read = (active: number[], warming: number[] = []) =>
    proxyClusters(
      host,
      [80, 9999],
      {
        active: JSON.stringify({ configs: active.map((port) => ({ cluster: { name: name(port) } })) }),
        warming: JSON.stringify({ configs: warming.map((port) => ({ cluster: { name: name(port) } })) }),
        hosts: JSON.stringify({ cluster_statuses: [status(80, 1, 2), status(9999, 3, 1), status(9797, 9, 9)] }),
      },
      noPods,
    ).v1;

  test('are in use when each port that a route uses has one, with the endpoints of the poorest, and all requests', () => {
    expect(read([80, 9999, 9797])).toEqual({
      state: 'active',
      healthyEndpoints: 1,
      activeRequests: 5,
      connectionsBegun: 3,
    });
  });

  test.each([
    ['is missing', [80], []],
    ['is warming', [80, 9999], [9999]],
  ])('are not in use while the one of a port %s', (_, active, warming) => {
    expect(read(active, warming)?.state).toBe('warming');
  });
});

describe('routes of a proxy', () => {
  test('are read from what Envoy really says, without the header route and the other service', () => {
    expect(proxyRoutes(release, 'gateway', recorded('routes'))).toEqual([
      { host: 'shop.example.com', marker: 'v1-90.v2-10', split: { v1: 90, v2: 10 } },
    ]);
    expect(namedVersions(release, recorded('routes'))).toEqual(['v1', 'v2']);
  });

  const path = '/apis/networking.istio.io/v1/namespaces/kadapter/virtual-service/shop';
  const route = (over: object) => ({
    match: { prefix: '/' },
    metadata: { filter_metadata: { istio: { config: path } } },
    ...over,
  });
  const dumpOf = (...routes: object[]) =>
    JSON.stringify({
      configs: [{ route_config: { virtual_hosts: [{ domains: ['shop.example.com'], routes }] } }],
    });

  test('with a single destination give it everything', () => {
    const answer = dumpOf(route({ name: 'm', route: { cluster: clusterName(8080, 'v2', host) } }));
    expect(proxyRoutes(release, 'gateway', answer)).toEqual([
      { host: 'shop.example.com', marker: 'm', split: { v2: 100 } },
    ]);
  });

  const metadata = { filter_metadata: { istio: { config: `${path}-2` } } };
  const foreign = (over: object = {}) =>
    route({ name: 'old', metadata, route: { cluster: clusterName(8080, 'v1', host) }, ...over });
  const ours = route({ name: 'm', route: { cluster: clusterName(8080, 'v2', host) } });
  const routesIn = (...routes: object[]) => proxyRoutes(release, 'gateway', dumpOf(...routes));

  test('of another VirtualService for the same host are not ours, and its name is told', () => {
    expect(routesIn(foreign())).toEqual([
      {
        host: 'shop.example.com',
        marker: '',
        split: {},
        shadowedBy: 'virtual-service kadapter/shop-2 (route old)',
      },
    ]);
    expect(namedVersions(release, dumpOf(foreign()))).toEqual(['v1']);
  });

  test.each([
    ['a prefix', foreign()],
    ['a regular expression', foreign({ match: { safe_regex: { regex: '.*' } } })],
    ['a redirect', foreign({ route: undefined, redirect: { host_redirect: 'example.org' } })],
  ])('behind a foreign route that takes everything (%s) are shadowed by it', (_, before) => {
    expect(routesIn(before, ours)).toMatchObject([
      { marker: 'm', split: { v2: 100 }, shadowedBy: 'virtual-service kadapter/shop-2 (route old)' },
    ]);
  });

  test('are in effect beside foreign routes that come later, or match less', () => {
    const headers = [{ name: 'x-beta', string_match: { exact: 'yes' } }];
    const less = [foreign({ match: { prefix: '/', headers } }), foreign({ match: { prefix: '/api' } })];
    expect(routesIn(...less, ours, foreign())).toEqual([{ host: 'shop.example.com', marker: 'm', split: { v2: 100 } }]);
  });

  test("of Istio's own, as every sidecar has them, shadow nothing", () => {
    expect(routesIn(foreign({ metadata: undefined }))).toEqual([]);
  });

  test('name a version that is only mirrored to', () => {
    const mirror = [{ cluster: clusterName(8080, 'v9', host) }];
    const answer = dumpOf(
      route({ route: { cluster: clusterName(8080, 'v1', host), request_mirror_policies: mirror } }),
    );
    expect(namedVersions(release, answer)).toEqual(['v1', 'v9']);
  });

  describe('of several split routes', () => {
    const several = { ...release, splitRoutes: ['web', 'api'] };
    const to = (name: string, version: string, match: object = { prefix: '/x' }) =>
      route({ name, match, route: { cluster: clusterName(8080, version, host) } });
    const seen = (...routes: object[]) => proxyRoutes(several, 'gateway', dumpOf(...routes));

    test('are one when all have the same write, whatever their matches are called', () => {
      const routes = [to('api@r1.2.first', 'v2'), to('api@r1.2', 'v2'), to('web@r1.2', 'v2', { prefix: '/' })];
      expect(seen(...routes)).toEqual([{ host: 'shop.example.com', marker: 'web@r1.2', split: { v2: 100 } }]);
    });

    test('are told apart when one is behind, or is split otherwise', () => {
      expect(seen(to('api@r1.1', 'v1'), to('web@r1.2', 'v2')).map(({ marker }) => marker)).toEqual([
        'web@r1.1',
        'web@r1.2',
      ]);
      expect(seen(to('api@r1.2', 'v1'), to('web@r1.2', 'v2'))).toHaveLength(2);
    });

    test('do not include pinned ones, and at rest have their own names', () => {
      expect(seen(to('beta', 'v9'), to('api', 'v1'), to('web', 'v1'))).toEqual([
        { host: 'shop.example.com', marker: 'web', split: { v1: 100 } },
      ]);
    });
  });

  test('to another service keep its whole name, so that they equal no version', () => {
    const other = clusterName(80, 'v1', 'other.kadapter.svc.cluster.local');
    expect(proxyRoutes(release, 'gateway', dumpOf(route({ route: { cluster: other } })))[0]?.split).toEqual({
      [other]: 100,
    });
    expect(namedVersions(release, dumpOf(route({ route: { cluster: other } })))).toEqual([]);
  });

  test('are none in a proxy that has learnt nothing yet', () => {
    expect(proxyRoutes(release, 'gateway', '{}')).toEqual([]);
    expect(namedVersions(release, '{}')).toEqual([]);
  });

  test('with any weights are read back as they were written', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[a-z][-a-z0-9]{0,9}$/), { minLength: 2, maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 5, maxLength: 5 }),
        (versions, weights) => {
          const clusters = versions.map((version, index) => ({
            name: clusterName(8080, version, host),
            weight: weights[index],
          }));
          const answer = dumpOf(route({ name: 'm', route: { weighted_clusters: { clusters } } }));
          const split = Object.fromEntries(versions.map((version, index) => [version, weights[index]]));
          expect(proxyRoutes(release, 'gateway', answer)).toEqual([{ host: 'shop.example.com', marker: 'm', split }]);
          expect(namedVersions(release, answer)).toEqual([...versions].sort());
        },
      ),
    );
  });
});
