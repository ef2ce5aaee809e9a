import { releaseManifests } from '../../charts';
import type { Release, ReleaseFileInput } from '../../model';
import { theOnly, type Deployment, type DestinationRule, type VirtualService } from '../support/objects';
import { bothVersions, moments, releaseOf } from '../support/release';

const canary = moments['two versions, 90 to 10'];

const virtualServiceOf = (release: Release) => theOnly<VirtualService>(releaseManifests(release), 'VirtualService');

function destinationRuleOf(fields: Partial<ReleaseFileInput>): DestinationRule['spec'] {
  return theOnly<DestinationRule>(releaseManifests(releaseOf(fields)), 'DestinationRule').spec;
}

function routesOf(fields: Partial<ReleaseFileInput>): VirtualService['spec']['http'] {
  return virtualServiceOf(releaseOf(fields)).spec.http;
}

describe('a route', () => {
  test('has the same name for every split, and the VirtualService says that it is the one to split', () => {
    const { metadata, spec } = virtualServiceOf(canary);
    expect(spec.http[0]?.name).toBe('split');
    expect(metadata.annotations).toEqual({ 'handover/split-routes': 'split' });
  });

  test('to one version has one destination', () => {
    const finished = moments['finished, the old version still listed'];
    expect(virtualServiceOf(finished).spec.http[0]?.route).toEqual([
      { destination: { host: 'demo.demo-ns.svc.cluster.local', subset: 'v2', port: { number: 8080 } }, weight: 100 },
    ]);
  });

  test("without a word about retries leaves them to Istio's default", () => {
    expect(routesOf({})[0]).not.toHaveProperty('retries');
  });

  test('with no attempts says so, as nothing would mean two retries', () => {
    expect(routesOf({ retries: { attempts: 0 } })[0]?.retries).toEqual({ attempts: 0 });
  });

  test('with attempts alone leaves the rest of its retries to Istio', () => {
    expect(JSON.stringify(routesOf({ retries: { attempts: 2 } })[0]?.retries)).toBe('{"attempts":2}');
  });

  test('with retries says when and how long', () => {
    const retries = { attempts: 3, perTryTimeout: '20s', retryOn: ['connect-failure', 'reset-before-request'] };
    const rendered = { attempts: 3, perTryTimeout: '20s', retryOn: 'connect-failure,reset-before-request' };
    const headerRoutes = [{ header: 'x-user', exact: 'a', version: 'v1' }];
    expect(routesOf({ retries, headerRoutes }).map((route) => route.retries)).toEqual([rendered, rendered]);
  });

  test('has no time limit of its own, which would cut off long requests', () => {
    expect(routesOf({ highTraffic: true })[0]).not.toHaveProperty('timeout');
  });
});

test('the file has no routes for probes', () => {
  expect(JSON.stringify(releaseManifests(canary))).not.toContain('handover-probe');
});

test('weights that do not sum to 100 are refused', () => {
  expect(() => releaseManifests({ ...canary, split: { v1: 90, v2: 20 } })).toThrow(/sum to 100, found 110/);
});

describe('the hosts and gateways of a route', () => {
  const specOf = (fields: Partial<ReleaseFileInput>) => virtualServiceOf(releaseOf(fields)).spec;

  test('are those of the gateways alone unless the file names the mesh among them', () => {
    expect(specOf({})).toMatchObject({ hosts: ['demo.example.com'], gateways: ['demo'] });
  });

  test('with the mesh include the sidecars, by the host of the Service', () => {
    const hosts = ['demo.example.com', 'demo.demo-ns.svc.cluster.local'];
    expect(specOf({ gateways: ['own', 'mesh'] })).toMatchObject({ hosts, gateways: ['demo', 'mesh'] });
    expect(specOf({ gateways: ['own', 'mesh'], hosts }).hosts).toEqual(hosts);
  });

  test('do not change the Gateway, which has the hosts of the file: nobody outside reaches the host of the Service', () => {
    const gateway = theOnly(releaseManifests(releaseOf({ gateways: ['own', 'mesh'] })), 'Gateway') as unknown as {
      spec: { servers: { hosts: string[] }[] };
    };
    expect(gateway.spec.servers.flatMap(({ hosts }) => hosts)).toEqual(['demo.example.com']);
  });
});

test('chosen users reach their version before the weights are asked', () => {
  const routes = routesOf({
    versions: bothVersions,
    headerRoutes: [
      { header: 'x-user', exact: 'tester', version: 'v2' },
      { header: 'x-user', exact: 'auditor', version: 'v2' },
    ],
  });
  expect(routes.map(({ name }) => name)).toEqual(['header-1', 'header-2', 'split']);
  expect(routes[0]).toMatchObject({
    match: [{ headers: { 'x-user': { exact: 'tester' } } }],
    route: [{ destination: { subset: 'v2' }, weight: 100 }],
  });
});

test('a header route to a version that is not listed follows the split, and stays pinned to it by name', () => {
  const headerRoutes = [
    { header: 'x-user', exact: 'tester', version: '1.5.0' },
    { header: 'x-user', exact: 'auditor', version: 'v1' },
  ];
  const { metadata, spec } = virtualServiceOf(releaseOf({ headerRoutes }));
  expect(metadata.annotations).toEqual({
    'handover/pinned-routes': 'header-1=1.5.0,header-2=v1',
    'handover/split-routes': 'split',
  });
  const [tester, , split] = spec.http;
  expect(tester?.route).toEqual(split?.route);
  expect(tester?.match).toBeDefined();
});

describe('a version whose name is no DNS label', () => {
  const versions = { '1.5.0_RC': { image: 'x:1' } };

  test('has a subset that Istio accepts, which selects pods by the name as written', () => {
    expect(destinationRuleOf({ versions, weights: undefined }).subsets).toEqual([
      { name: '1-5-0-rc', labels: { version: '1.5.0_RC' } },
    ]);
    expect(routesOf({ versions, weights: undefined })[0]?.route).toMatchObject([
      { destination: { subset: '1-5-0-rc' }, weight: 100 },
    ]);
  });

  test('has objects with a valid name, and labels with the name as written', () => {
    const deployment = theOnly<Deployment>(releaseManifests(releaseOf({ versions, weights: undefined })), 'Deployment');
    const labels = { app: 'demo', version: '1.5.0_RC', 'handover/service': 'demo', 'handover/version': '1.5.0_RC' };
    expect(deployment.metadata).toMatchObject({ name: 'demo-1-5-0-rc', labels });
    expect(deployment.spec.template.metadata.labels).toMatchObject(labels);
  });
});

describe('the DestinationRule', () => {
  test('limits and ejects nothing unless told to', () => {
    expect(destinationRuleOf({}).trafficPolicy).toEqual({
      connectionPool: { http: { idleTimeout: '30s' }, tcp: { connectTimeout: '5s' } },
    });
  });

  test('has the times of the file: the driver waits as long for a connection as proxies do', () => {
    expect(destinationRuleOf({ timings: { connectTimeout: '7s', idleTimeout: '20s' } }).trafficPolicy).toEqual({
      connectionPool: { http: { idleTimeout: '20s' }, tcp: { connectTimeout: '7s' } },
    });
  });

  test('renders the limits that are given, and only those', () => {
    expect(destinationRuleOf({ connectionLimits: { maxRequests: 5 } }).trafficPolicy.connectionPool).toEqual({
      http: { idleTimeout: '30s', http2MaxRequests: 5 },
      tcp: { connectTimeout: '5s' },
    });
    const connectionLimits = { maxConnections: 1, maxPendingRequests: 2, maxRequests: 3 };
    expect(destinationRuleOf({ connectionLimits }).trafficPolicy.connectionPool).toEqual({
      http: { idleTimeout: '30s', http1MaxPendingRequests: 2, http2MaxRequests: 3 },
      tcp: { connectTimeout: '5s', maxConnections: 1 },
    });
  });

  test('renders outlier detection in the spelling of Istio', () => {
    const outlierDetection = {
      consecutive5xxErrors: 7,
      interval: '11s',
      baseEjection: '33s',
      maxEjectionPercent: 100,
    };
    expect(destinationRuleOf({ outlierDetection }).trafficPolicy.outlierDetection).toEqual({
      consecutive5xxErrors: 7,
      interval: '11s',
      baseEjectionTime: '33s',
      maxEjectionPercent: 100,
    });
  });
});

describe('the Gateway', () => {
  const serversOf = (fields: Partial<ReleaseFileInput>) =>
    theOnly(releaseManifests(releaseOf(fields)), 'Gateway').spec as { selector: unknown; servers: unknown[] };
  const http = { hosts: ['demo.example.com'], port: { name: 'http', number: 80, protocol: 'HTTP' } };

  test('listens for plain HTTP on the proxies of the ingress gateway', () => {
    expect(serversOf({})).toEqual({ selector: { istio: 'ingressgateway' }, servers: [http] });
  });

  test('listens for HTTPS as well when a TLS secret is named', () => {
    expect(serversOf({ gateway: { selector: { app: 'edge' }, tlsSecret: 'demo-tls' } })).toEqual({
      selector: { app: 'edge' },
      servers: [
        http,
        {
          hosts: ['demo.example.com'],
          port: { name: 'https', number: 443, protocol: 'HTTPS' },
          tls: { mode: 'SIMPLE', credentialName: 'demo-tls' },
        },
      ],
    });
  });
});
