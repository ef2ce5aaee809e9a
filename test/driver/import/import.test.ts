/** Live services of other people, through the whole command: what is written synthesizes, and a driver can read it. */
import { existsSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { adoptedIn, editRelease, exitCodes, versionNames, type Manifest } from '../../../model';
import { pathOf } from '../../support/fake-discovery';
import {
  autoscaler,
  budget,
  deployment,
  destinationRule,
  live,
  namespace,
  pod,
  publicGateway,
  service,
  virtualService,
} from '../../support/import-services';
import { importTrial } from '../../support/import-trial';

const { handover, put, synthesized, inFolder, textOf, server } = importTrial();

const host = `shop.${namespace}.svc.cluster.local`;
const publicRoute = {
  hosts: ['shop.example.com'],
  gateways: ['public'],
  http: [
    {
      match: [{ uri: { prefix: '/api' } }],
      timeout: '5s',
      route: [{ destination: { host: 'shop', port: { number: 80 } } }],
    },
    { match: [{ uri: { prefix: '/static' } }], route: [{ destination: { host: 'assets' } }] },
    { redirect: { uri: '/new' }, match: [{ uri: { exact: '/old' } }] },
    { route: [{ destination: { host }, weight: 100 }], retries: { attempts: 0 } },
  ],
};

describe('importing a service that kubectl made, with numeric ports, scaled and protected', () => {
  beforeEach(() => {
    put(
      deployment('shop', { labels: { app: 'shop', tier: 'web' } }),
      deployment('other'),
      service('shop', { app: 'shop' }),
      service('other', { app: 'other' }),
      autoscaler('shop-hpa', 'shop'),
      autoscaler('other', 'other'),
      budget('shop-pdb', { app: 'shop' }),
      virtualService('shop', publicRoute),
      publicGateway,
      ...['a', 'b', 'c'].map((name) => pod(name, { app: 'shop', tier: 'web' })),
    );
  });

  test('takes what selects, routes to, scales and protects it, and the result synthesizes', async () => {
    const { code, out } = await handover(['deployment/shop', '-n', namespace, '--copy']);
    expect(code).toBe(exitCodes.completed);
    const { release, shape, manifests } = synthesized();
    expect(release).toMatchObject({
      name: 'shop',
      namespace,
      gateway: { selector: { istio: 'edge' } },
      inFlight: 'sidecar',
    });
    expect(release.versions).toMatchObject([{ name: 'v1', image: 'registry.example.com/shop:3.1.4' }]);
    expect(shape.versions.v1?.objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort()).toEqual([
      'Deployment/shop-v1',
      'HorizontalPodAutoscaler/shop-hpa-v1',
      'PodDisruptionBudget/shop-pdb-v1',
    ]);
    expect(manifests.filter(({ metadata }) => metadata.name.startsWith('other'))).toEqual([]);
    expect(out).toContain('left    Deployment/shop spec.replicas: what scales it says the number of pods\n');
    expect(out).toMatch(/left +Deployment\/shop status, .*managedFields, .*: Kubernetes writes it/);
    expect(out).toContain('danger  HorizontalPodAutoscaler/shop-hpa: 3 pods run now, and shop-v1 would begin with 2');
  });

  test('leaves the routes as they are but for the weights, and the hook and the grace period of the pods', async () => {
    await handover(['shop', '-n', namespace, '--copy']);
    const { shape, release } = synthesized();
    const { http } = shape.virtualService.spec as { http: Record<string, unknown>[] };
    expect(http).toMatchObject([
      { timeout: '5s', route: [{ destination: { port: { number: 80 }, subset: 'v1' }, weight: 100 }] },
      publicRoute.http[1] ?? {},
      publicRoute.http[2] ?? {},
      { retries: { attempts: 0 }, route: [{ destination: { host, subset: 'v1' }, weight: 100 }] },
    ]);
    const written = shape.versions.v1?.objects.find(({ kind }) => kind === 'Deployment');
    expect(written).toMatchObject({
      spec: {
        template: {
          spec: {
            terminationGracePeriodSeconds: 60,
            containers: [{ lifecycle: { preStop: { exec: { command: ['/bin/sleep', '12'] } } } }],
          },
        },
      },
    });
    expect(release.timings.shutdownDelaySeconds).toBe(12);
    expect(textOf('k8s/shop.yaml')).not.toMatch(
      /managedFields|last-applied|restartedAt|creationTimestamp|status|10\.96|uid/,
    );
  });

  test('overwrites nothing, unless it is told to', async () => {
    writeFileSync(inFolder('release.yaml'), 'mine');
    expect(await handover(['shop', '-n', namespace])).toMatchObject({ code: exitCodes.refused });
    expect(textOf('release.yaml')).toBe('mine');
    expect(existsSync(inFolder('k8s'))).toBe(false);
    expect(await handover(['shop', '-n', namespace, '--overwrite'])).toMatchObject({ code: exitCodes.completed });
    expect(textOf('release.yaml')).toContain('name: shop');
  });

  test('with --dry-run prints the files and writes none, and changes nothing in the cluster', async () => {
    const { out } = await handover(['shop', '-n', namespace, '--dry-run']);
    expect(out).toContain('# k8s/shop.yaml\napiVersion: apps/v1');
    expect(existsSync(inFolder('release.yaml'))).toBe(false);
    expect(server().requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('of the same objects from the standard input, as kubectl prints them, writes the same files', async () => {
    await handover(['shop', '-n', namespace]);
    const fromCluster = textOf('k8s/shop.yaml');
    const objects = server()
      .paths.map((path) => server().get(path))
      .filter((each) => each?.kind !== 'Pod');
    const input = stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    const { code, out, err } = await handover(['deployment/shop', '-f', '-', '-n', namespace, '--overwrite'], input);
    expect({ code, err }).toEqual({ code: exitCodes.completed, err: '' });
    expect(textOf('k8s/shop.yaml')).toBe(fromCluster);
    expect(out).toContain('left    Deployment/other: it is no part of what is released\n');
  });
});

describe('importing a service that Helm installed and Argo CD tracks', () => {
  const labels = { 'app.kubernetes.io/name': 'cart', 'app.kubernetes.io/instance': 'prod' };
  const owned = {
    labels: { ...labels, 'app.kubernetes.io/managed-by': 'Helm', 'helm.sh/chart': 'cart-1.2.0' },
    annotations: {
      'meta.helm.sh/release-name': 'prod',
      'argocd.argoproj.io/tracking-id': 'prod:apps/Deployment:store/cart',
    },
  };

  test('leaves the marks of ownership off what is made anew, names the owner, and calls the route as the Service', async () => {
    put(
      deployment('prod-cart', { labels, metadata: owned }),
      service('prod-cart', labels),
      virtualService(
        'cart-routes',
        {
          hosts: ['cart.example.com'],
          gateways: ['istio-system/public'],
          http: [{ route: [{ destination: { host: 'prod-cart' } }] }],
        },
        owned,
      ),
      pod('a', labels),
    );
    const { code, out } = await handover(['deploy/prod-cart', '-n', namespace, '--copy']);
    expect(code).toBe(exitCodes.completed);
    const { shape, manifests } = synthesized();
    expect(shape.virtualService.metadata.name).toBe('prod-cart');
    const isOwned = ({ metadata }: Manifest) => /managed-by|helm\.sh|argoproj/.test(JSON.stringify(metadata));
    expect(manifests.filter(isOwned)).toEqual([]);
    const made = shape.versions.v1?.objects.find(({ kind }) => kind === 'Deployment');
    expect(made?.metadata.labels).not.toHaveProperty(['app.kubernetes.io/instance']);
    expect(made).toMatchObject({ spec: { template: { metadata: { labels } } } });
    expect(out).toContain('danger  VirtualService/cart-routes: handover finds it by the name of the Service');
    expect(out).toContain('danger  the Helm release prod: it goes on writing Deployment/prod-cart');
  });
});

describe('importing a service without a VirtualService', () => {
  test('with several ports gives each port a route of its own, and leaves TCP alone', async () => {
    const ports = [
      { name: 'http-web', port: 80, targetPort: 9000 },
      { port: 8081, targetPort: 9000, name: 'grpc-api' },
      { port: 5432, targetPort: 9000, name: 'tcp-db' },
    ];
    put(deployment('shop'), service('shop', { app: 'shop' }, ports), pod('a', { app: 'shop' }));
    const { code, out } = await handover(['shop', '-n', namespace]);
    expect(code).toBe(exitCodes.completed);
    const { shape } = synthesized();
    const { http, gateways } = shape.virtualService.spec as { http: { match: unknown }[]; gateways: string[] };
    expect(http.map(({ match }) => match)).toEqual([[{ port: 80 }], [{ port: 8081 }]]);
    expect(gateways).toEqual(['mesh']);
    expect(out).toContain('danger  Service/shop: it has no VirtualService; one for its ports 80, 8081 is made');
  });

  test('with one unnamed port is for the mesh alone, and keeps its pods without sidecars', async () => {
    put(
      deployment('shop'),
      service('shop', { app: 'shop' }, [{ port: 80, targetPort: 9000 }]),
      pod('a', { app: 'shop' }, false),
    );
    const { code, out } = await handover(['shop', '-n', namespace, '--copy']);
    expect(code).toBe(exitCodes.completed);
    const { release, shape } = synthesized();
    expect(release).toMatchObject({ gateways: ['mesh'], port: 80, inFlight: 'proxies' });
    const made = shape.versions.v1?.objects.find(({ kind }) => kind === 'Deployment');
    expect(made).toMatchObject({
      spec: { template: { metadata: { labels: { 'sidecar.istio.io/inject': 'false' } } } },
    });
    expect(out).toMatch(/danger {2}synth warns: k8s\/shop\.yaml:\d+ expected appProtocol/);
  });
});

describe('a service whose routes name a subset already', () => {
  const rule = {
    host: 'shop',
    subsets: [{ name: 'stable', labels: { track: 'stable' } }],
    trafficPolicy: { connectionPool: { http: { idleTimeout: '20s' } }, outlierDetection: { consecutive5xxErrors: 7 } },
  };
  const route = {
    hosts: ['shop.example.com'],
    gateways: ['istio-system/public'],
    http: [
      {
        route: [
          { destination: { host: 'shop', subset: 'stable' } },
          { destination: { host: 'shop', subset: 'canary' }, weight: 0 },
        ],
      },
    ],
  };

  test('gives the version the name of that subset, and takes the policy into the release file', async () => {
    put(
      deployment('shop', { labels: { app: 'shop', track: 'stable' } }),
      service('shop', { app: 'shop' }),
      destinationRule('shop', rule),
      virtualService('shop', {
        ...route,
        http: [
          {
            route: [
              { destination: { host: 'shop', subset: 'stable' }, weight: 100 },
              { destination: { host: 'shop', subset: 'canary' }, weight: 0 },
            ],
          },
        ],
      }),
      pod('a', { app: 'shop', track: 'stable' }),
    );
    const { code } = await handover(['shop', '-n', namespace]);
    expect(code).toBe(exitCodes.completed);
    const { release, shape } = synthesized();
    expect(versionNames(release)).toEqual(['stable']);
    expect(release.outlierDetection?.consecutive5xxErrors).toBe(7);
    expect(shape.destinationRule.spec).toMatchObject({
      trafficPolicy: {
        connectionPool: { http: { idleTimeout: '20s' } },
        outlierDetection: { consecutive5xxErrors: 7 },
      },
    });
  });
});

describe('importing a service that KEDA scales', () => {
  test('takes the ScaledObject, and not the autoscaler that it makes', async () => {
    const owner = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: 'shop', uid: '1', controller: true };
    const made = autoscaler('keda-hpa-shop', 'shop');
    const spec = { scaleTargetRef: { name: 'shop' }, minReplicaCount: 2, triggers: [] };
    put(
      deployment('shop'),
      service('shop', { app: 'shop' }),
      { ...made, metadata: { ...made.metadata, ownerReferences: [owner] } },
      live({ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', metadata: { name: 'shop' }, spec }),
      pod('a', { app: 'shop' }),
    );
    expect((await handover(['shop', '-n', namespace, '--copy'])).code).toBe(exitCodes.completed);
    const kinds = synthesized().shape.versions.v1?.objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(kinds).toEqual(['Deployment/shop-v1', 'ScaledObject/shop-v1']);
  });
});

test('a value that reads like a secret is told before it goes into Git', async () => {
  const env = [{ name: 'DB_PASSWORD', value: 'hunter2' }];
  put(deployment('shop', { container: { env } }), service('shop', { app: 'shop' }), pod('a', { app: 'shop' }));
  const { code, out } = await handover(['shop', '-n', namespace]);
  expect(code).toBe(exitCodes.completed);
  expect(out).toMatch(/danger +Deployment\/shop container main env DB_PASSWORD: its value reads like a secret/);
  expect(out).not.toContain('hunter2');
});

describe('an end that loses requests', () => {
  test('is told, and made long enough', async () => {
    put(
      deployment('shop', {
        container: { lifecycle: undefined, image: 'shop' },
        pod: { terminationGracePeriodSeconds: 5 },
        spec: { paused: true },
      }),
      service('shop', { app: 'shop' }),
      pod('a', { app: 'shop' }),
    );
    const { code, out } = await handover(['shop', '-n', namespace, '--copy']);
    expect(code).toBe(exitCodes.completed);
    expect(out).toMatch(/danger +Deployment\/shop container main: it has no preStop/);
    expect(out).toMatch(/danger +Deployment\/shop terminationGracePeriodSeconds: 5 s end pods with requests in hand/);
    expect(out).toMatch(/danger +Deployment\/shop: the image shop may be another build tomorrow/);
    expect(out).toMatch(/left +Deployment\/shop spec\.paused/);
    expect(synthesized().release.allowUnpinned).toEqual(['v1']);
  });
});

describe('a Deployment that runs', () => {
  const labels = { 'app.kubernetes.io/name': 'storefront', version: '1.4.0' };
  beforeEach(() => {
    put(
      deployment('storefront', { labels }),
      service('shop', { 'app.kubernetes.io/name': 'storefront' }),
      autoscaler('storefront', 'storefront'),
      budget('storefront', { 'app.kubernetes.io/name': 'storefront' }),
      virtualService('shop', publicRoute),
      publicGateway,
    );
  });

  it('is the first version itself, under its own name and with what is beside it', async () => {
    const { code, out } = await handover(['deployment/storefront', '-n', namespace]);
    expect(code).toBe(exitCodes.completed);
    expect(out).toContain('handover apply --adopt');
    const { release, shape, manifests } = synthesized();
    expect(adoptedIn(release, '1.4.0')).toMatchObject({
      deployment: 'storefront',
      objects: [{ name: 'storefront' }, { kind: 'HorizontalPodAutoscaler' }, { kind: 'PodDisruptionBudget' }],
    });
    expect(shape.versions).toEqual({});
    expect(manifests.filter(({ kind }) => kind === 'Deployment')).toEqual([]);
    // A subset without labels chooses all pods of the Service, as its routes did.
    expect((shape.destinationRule.spec as { subsets: object[] }).subsets).toEqual([{ name: '1-4-0' }]);
  });

  it('leaves no word of itself in the file of the version that replaces it', async () => {
    await handover(['deployment/storefront', '-n', namespace]);
    const imported = textOf('release.yaml');
    expect(imported).toContain('1.4.0:\n    # The Deployment that runs');
    const next = imported.replace('  1.4.0:', "  2.0.0: { image: 'shop:2' }\n  1.4.0:");
    const weighted = next.replace('\ntimings:', "\nweights: { '1.4.0': 100 }\ntimings:");
    const end = editRelease(weighted, { keep: ['2.0.0'], split: { '2.0.0': 100 } }, undefined);
    expect(end).toMatch(/versions:\n {2}2\.0\.0: .*\n(#|weights)/);
    expect(end).not.toContain('The Deployment that runs');
  });

  it('becomes a second Deployment with --copy', async () => {
    await handover(['deployment/storefront', '-n', namespace, '--copy']);
    const { release, shape } = synthesized();
    expect(adoptedIn(release, '1.4.0')).toBeUndefined();
    expect(Object.keys(shape.versions)).toEqual(['1.4.0']);
  });

  it('gets a route to the whole Service to begin with, when it has none', async () => {
    server().remove(pathOf(virtualService('shop', publicRoute)));
    await handover(['deployment/storefront', '-n', namespace]);
    expect(textOf('k8s/shop-route.yaml')).not.toContain('subset');
    expect(synthesized().release).toMatchObject({ route: inFolder('k8s/shop-route.yaml') });
  });

  it('is adopted, too, when all of its labels are those that the next version gets', async () => {
    put(deployment('storefront', { labels: { 'app.kubernetes.io/name': 'storefront' } }));
    const { out } = await handover(['deployment/storefront', '-n', namespace]);
    expect(out).toMatch(/taken .*as version v1, as it is; while a release lasts its rollout is paused/);
    expect(adoptedIn(synthesized().release, 'v1')).toMatchObject({ deployment: 'storefront' });
  });
});
