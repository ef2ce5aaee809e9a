/** Live services of other people, through the whole command: what is written synthesizes, and a driver can read it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readRelease, releaseManifests } from '../../../charts';
import type { Io } from '../../../driver/io';
import { run } from '../../../driver/main';
import { readManifests, shapeOf } from '../../../manifests';
import { adoptedIn, exitCodes, versionNames, type Manifest } from '../../../model';
import { appSynth } from '../../support/app-synth';
import { crdProblems } from '../../support/crd-validator';
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
import { fakeCluster, type FakeCluster } from '../../support/kubernetes';
import { quietProcess } from '../../support/quiet-process';
import { VirtualClock } from '../../support/virtual-clock';

let folder: string;
let cluster: FakeCluster;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'import-test-'));
  cluster = await fakeCluster();
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await cluster.close();
});

const inFolder = (path: string) => join(folder, path);
const way = { context: 'test', server: 'http://test', credentials: 'nothing', proxyUrl: undefined };
const textOf = (path: string) => readFileSync(inFolder(path), 'utf8');

async function handover(args: readonly string[], input = '') {
  const { printed, io: quiet } = quietProcess(new VirtualClock());
  const never = () => Promise.reject(new Error('an import looks at no release'));
  const io: Io = {
    ...quiet,
    readFile: (path) => (path === '-' ? input : readFileSync(path, 'utf8')),
    synth: appSynth,
    reach: () => ({ api: cluster.api, way, namespace: undefined, refusing: (work) => work(), close: () => undefined }),
    connect: never,
    connectRolling: never,
    stop: new AbortController().signal,
  };
  const code = await run(['import', ...args, '--output', folder], io);
  return { code, ...printed };
}

function put(...objects: readonly Manifest[]): void {
  for (const each of objects) cluster.server.put(pathOf(each), each);
}

/** What synth makes of the files, read as a driver reads it. */
function synthesized() {
  const release = readRelease(inFolder('release.yaml'));
  const text = releaseManifests(release)
    .map((each) => stringify(each))
    .join('---\n');
  const { manifests, problems } = readManifests([{ file: 'all', text }]);
  expect(problems).toEqual([]);
  const shape = shapeOf(manifests, release, {
    versions: versionNames(release),
    adopted: versionNames(release).filter((version) => adoptedIn(release, version)),
    split: release.split,
  });
  if ('problems' in shape) throw new Error(JSON.stringify(shape.problems));
  const istio = manifests
    .map(({ manifest }) => manifest)
    .filter(({ apiVersion }) => apiVersion.startsWith('networking.istio'));
  expect(istio.flatMap(crdProblems)).toEqual([]);
  return { release, shape: shape.shape, manifests: manifests.map(({ manifest }) => manifest) };
}

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
    const { code, out } = await handover(['deployment/shop', '-n', namespace]);
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
    await handover(['shop', '-n', namespace]);
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
    expect(cluster.server.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('of the same objects from the standard input, as kubectl prints them, writes the same files', async () => {
    await handover(['shop', '-n', namespace]);
    const fromCluster = textOf('k8s/shop.yaml');
    const objects = cluster.server.paths.map((path) => cluster.server.get(path)).filter((each) => each?.kind !== 'Pod');
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
    const { code, out } = await handover(['deploy/prod-cart', '-n', namespace]);
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
    const { code, out } = await handover(['shop', '-n', namespace]);
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

describe('what cannot be expressed is refused with what to do, and nothing is written', () => {
  const shop = deployment('shop');
  const inFront = service('shop', { app: 'shop' });
  const toShop = (http: object[], more: object = {}) =>
    virtualService('shop', { hosts: ['s.example.com'], gateways: ['g'], http, ...more });
  const all = [{ route: [{ destination: { host: 'shop' } }] }];
  const policy = (spec: object) => destinationRule('shop', { host: 'shop', ...spec });
  const owner = { ownerReferences: [{ apiVersion: 'x/v1', kind: 'Canary', name: 'shop', uid: '1', controller: true }] };

  test.each<[string, Manifest[], RegExp]>([
    ['no Service', [shop], /one Service that selects the pods of Deployment\/shop, found none; make one/],
    [
      'two Services',
      [shop, service('a', { app: 'shop' }), service('b', { app: 'shop' })],
      /found Service\/a, Service\/b; say which one: --service NAME/,
    ],
    [
      'a Service that selects by another app',
      [deployment('shop', { labels: { app: 'web' } }), service('shop', { app: 'web' })],
      /select by app: shop, .* found app: "web"; give its pods another label/,
    ],
    [
      'a Service that selects a version',
      [deployment('shop', { labels: { app: 'shop', version: 'v1' } }), service('shop', { version: 'v1' })],
      /take version out of its selector/,
    ],
    [
      'two autoscalers',
      [shop, inFront, autoscaler('a', 'shop'), autoscaler('b', 'shop')],
      /keep one: they fight each other/,
    ],
    [
      'two budgets',
      [shop, inFront, budget('a', { app: 'shop' }), budget('b', { app: 'shop' })],
      /evicts no pod that has two/,
    ],
    [
      'a release that is under way',
      [
        shop,
        inFront,
        toShop([
          {
            route: [
              { destination: { host: 'shop' }, weight: 50 },
              { destination: { host: 'old' }, weight: 50 },
            ],
          },
        ]),
      ],
      /end the release that is under way there/,
    ],
    [
      'a subset of other pods',
      [
        shop,
        inFront,
        policy({ subsets: [{ name: 'beta', labels: { track: 'beta' } }] }),
        toShop([{ route: [{ destination: { host: 'shop', subset: 'beta' } }] }]),
      ],
      /found beta, of other pods/,
    ],
    ['a delegate', [shop, inFront, toShop(all, { hosts: undefined })], /found none, as it is a delegate/],
    [
      'a policy that a release file cannot say',
      [shop, inFront, policy({ trafficPolicy: { loadBalancer: { simple: 'RANDOM' } } })],
      /found trafficPolicy\.loadBalancer\.simple; let your own cdk8s app/,
    ],
    [
      'a Deployment that somebody makes',
      [deployment('shop', { metadata: owner }), inFront],
      /found one that the Canary shop makes/,
    ],
    [
      'a Deployment of handover',
      [deployment('shop', { metadata: { labels: { 'handover/service': 'shop' } } }), inFront],
      /use the release file that made it/,
    ],
    [
      'TCP alone',
      [shop, service('shop', { app: 'shop' }, [{ name: 'tcp', port: 1 }])],
      /a port of Service\/shop that may be HTTP, found tcp 1/,
    ],
    [
      'a route in another namespace',
      [shop, inFront, live({ ...toShop([{ route: [{ destination: { host } }] }]), metadata: { name: 'shop' } })].map(
        (each, index) => (index === 2 ? { ...each, metadata: { ...each.metadata, namespace: 'edge' } } : each),
      ),
      /a driver edits nothing of other namespaces/,
    ],
    [
      'TLS routes',
      [
        shop,
        inFront,
        toShop(all, {
          tls: [{ match: [{ sniHosts: ['s.example.com'] }], route: [{ destination: { host: 'shop' } }] }],
        }),
      ],
      /files that synthesize/,
    ],
    [
      'a hook that is too short, and does more than sleep',
      [
        deployment('shop', {
          container: { lifecycle: { preStop: { exec: { command: ['sh', '-c', 'sleep 2; nginx -s quit'] } } } },
        }),
        inFront,
      ],
      /a preStop of Deployment\/shop container main of 5 s, found 2 s/,
    ],
  ])('%s', async (_, objects, expected) => {
    put(...objects);
    const { code, err } = await handover(['shop', '-n', namespace]);
    expect(err).toMatch(expected);
    expect(code).toBe(exitCodes.refused);
    expect(existsSync(inFolder('release.yaml'))).toBe(false);
  });

  test('and a Deployment that is not there', async () => {
    expect((await handover(['nobody', '-n', namespace])).err).toMatch(/found none of this name/);
  });

  test('and a StatefulSet, no argument at all, and text that is no manifest', async () => {
    expect((await handover(['statefulset/shop', '-n', namespace])).err).toMatch(
      /expected deployment\/NAME, found statefulset\/shop/,
    );
    expect((await handover([])).err).toMatch(/expected a Deployment, or manifests with -f, found neither/);
    expect((await handover(['-f', '-', '-n', namespace], 'a: [')).err).toMatch(/the standard input:1/);
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
    expect((await handover(['shop', '-n', namespace])).code).toBe(exitCodes.completed);
    const kinds = synthesized().shape.versions.v1?.objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(kinds).toEqual(['Deployment/shop-v1', 'ScaledObject/shop-v1']);
  });
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
    const { code, out } = await handover(['shop', '-n', namespace]);
    expect(code).toBe(exitCodes.completed);
    expect(out).toMatch(/danger +Deployment\/shop container main: it has no preStop/);
    expect(out).toMatch(/danger +Deployment\/shop terminationGracePeriodSeconds: 5 s end pods with requests in hand/);
    expect(out).toMatch(/danger +Deployment\/shop: the image shop may be another build tomorrow/);
    expect(out).toMatch(/left +Deployment\/shop spec\.paused/);
    expect(synthesized().release.allowUnpinned).toEqual(['v1']);
  });
});

describe('a Deployment whose pods have a label that the next version lacks', () => {
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
      labels: { version: '1.4.0' },
      objects: [{ name: 'storefront' }, { kind: 'HorizontalPodAutoscaler' }, { kind: 'PodDisruptionBudget' }],
    });
    expect(shape.versions).toEqual({});
    expect(manifests.filter(({ kind }) => kind === 'Deployment')).toEqual([]);
    expect(shape.destinationRule.spec).toMatchObject({ subsets: [{ name: '1-4-0', labels: { version: '1.4.0' } }] });
  });

  it('becomes a second Deployment with --copy', async () => {
    await handover(['deployment/storefront', '-n', namespace, '--copy']);
    const { release, shape } = synthesized();
    expect(adoptedIn(release, '1.4.0')).toBeUndefined();
    expect(Object.keys(shape.versions)).toEqual(['1.4.0']);
  });

  it('gets a route to the whole Service to begin with, when it has none', async () => {
    cluster.server.remove(pathOf(virtualService('shop', publicRoute)));
    await handover(['deployment/storefront', '-n', namespace]);
    expect(textOf('k8s/shop-route.yaml')).not.toContain('subset');
    expect(synthesized().release).toMatchObject({ route: inFolder('k8s/shop-route.yaml') });
  });

  it('is a copy, and is told why, when all of its labels are those that the next version gets', async () => {
    put(deployment('storefront', { labels: { 'app.kubernetes.io/name': 'storefront' } }));
    const { out } = await handover(['deployment/storefront', '-n', namespace]);
    expect(out).toMatch(/danger .*it cannot be adopted/);
    expect(Object.keys(synthesized().shape.versions)).toEqual(['v1']);
  });
});
