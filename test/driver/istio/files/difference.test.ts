/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-member-access,
   @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return
   -- live objects are changed here as people and controllers change them: in any place, with anything */
import type { Manifest } from '../../../../model';
import fc from 'fast-check';
import { releaseManifests } from '../../../../charts';
import { describeDifference, differences } from '../../../../driver/istio/files/difference';
import { bothVersions, releaseOf } from '../../../support/release';

const plain = (manifests: readonly Manifest[]) => JSON.parse(JSON.stringify(manifests)) as Manifest[];
const rendered = plain(
  releaseManifests(
    releaseOf({
      versions: bothVersions,
      weights: { v1: 90, v2: 10 },
      autoscaling: { memory: '200Mi' },
      env: { GREETING: 'hello' },
      timings: { minReady: '3s' },
      headerRoutes: [{ header: 'x-user', exact: 'tester', version: 'v2' }],
    }),
  ),
);
const lines = (wanted: Manifest[], live: Manifest[]) => differences(wanted, live).map(describeDifference);

/** A part of the live Deployment of v1, changed in place. */
function liveWith(kind: string, name: string, change: (object: any) => void): Manifest[] {
  const live = plain(rendered);
  change(live.find((object) => object.kind === kind && object.metadata.name === name));
  return live;
}

test('an object is equal to itself', () => {
  expect(differences(rendered, plain(rendered))).toEqual([]);
});

test.each([
  ['metadata.creationTimestamp', (object: any) => (object.metadata.creationTimestamp = null)],
  ['spec.paused', (object: any) => (object.spec.paused = false)],
  ['hostNetwork', (object: any) => (object.spec.template.spec.hostNetwork = false)],
  ['subPath', (object: any) => (object.spec.template.spec.containers[0].volumeMounts = [{ name: 'a', subPath: '' }])],
])('what kubectl prints and the API server leaves out is no difference: %s', (_, change) => {
  const wanted = liveWith('Deployment', 'demo-v1', change);
  const live = liveWith('Deployment', 'demo-v1', (object) => {
    object.metadata.creationTimestamp = '2026-01-01T00:00:00Z';
    object.spec.template.spec.containers[0].volumeMounts = [{ name: 'a' }];
  });
  expect(lines(wanted, live)).toEqual([]);
});

test('false is a difference where absent means true', () => {
  const wanted = liveWith('Deployment', 'demo-v1', (object) => {
    object.spec.template.spec.automountServiceAccountToken = false;
  });
  const live = liveWith(
    'Deployment',
    'demo-v1',
    (object) => delete object.spec.template.spec.automountServiceAccountToken,
  );
  expect(lines(wanted, live)).toHaveLength(1);
});

test('what the API server adds is no difference', () => {
  const live = liveWith('Deployment', 'demo-v1', (deployment) => {
    deployment.metadata.uid = '4711';
    deployment.metadata.managedFields = [{}];
    deployment.spec.replicas = 7;
    deployment.spec.template.spec.dnsPolicy = 'ClusterFirst';
    deployment.spec.template.spec.containers[0].terminationMessagePath = '/dev/termination-log';
    deployment.status = { availableReplicas: 7 };
  });
  expect(lines(rendered, live)).toEqual([]);
});

test('a field with another value, or without one, is named with its place', () => {
  const live = liveWith('Deployment', 'demo-v1', (deployment) => {
    deployment.spec.template.spec.containers[0].image = 'registry.test/demo:0';
    delete deployment.spec.template.metadata.annotations['handover/content-hash'];
  });
  expect(lines(rendered, live)).toEqual([
    expect.stringMatching(
      /^Deployment\/demo-v1 spec\.template\.metadata\.annotations\["handover\/content-hash"\]: expected "\w+", found nothing$/,
    ),
    'Deployment/demo-v1 spec.template.spec.containers[0].image: expected "registry.test/demo:1", found "registry.test/demo:0"',
  ]);
});

test('quantities and numbers-or-names are compared by what they mean', () => {
  const live = liveWith('Deployment', 'demo-v1', (deployment) => {
    const { resources } = deployment.spec.template.spec.containers[0];
    expect(resources).toEqual({ requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '1', memory: '256Mi' } });
    resources.requests = { cpu: '0.1', memory: '131072Ki' };
    resources.limits = { cpu: '1000m', memory: '256Mi', 'ephemeral-storage': '1Gi' };
    deployment.spec.strategy.rollingUpdate.maxSurge = '1';
  });
  expect(lines(rendered, live)).toEqual([]);
  const other = liveWith('Deployment', 'demo-v1', (deployment) => {
    deployment.spec.template.spec.containers[0].resources.limits.cpu = '1001m';
  });
  expect(lines(rendered, other)).toEqual([
    'Deployment/demo-v1 spec.template.spec.containers[0].resources.limits.cpu: expected "1", found "1001m"',
  ]);
});

test('text that only looks like a quantity is text', () => {
  const config = (GREETING: string): Manifest[] => [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { GREETING } },
  ];
  expect(lines(config('1'), config('1000m'))).toEqual(['ConfigMap/a data.GREETING: expected "1", found "1000m"']);
});

test('one more destination is a difference, as it takes traffic', () => {
  const live = liveWith('VirtualService', 'demo', ({ spec }) => {
    spec.http.at(-1).route.push({ destination: { host: 'elsewhere' }, weight: 0 });
  });
  expect(lines(rendered, live)).toEqual([
    'VirtualService/demo spec.http[split].route[2]: expected nothing, found {"destination":{"host":"elsewhere"},"weight":0}',
  ]);
});

test('the order of routes is a difference, the order of metrics is not', () => {
  const routes = liveWith('VirtualService', 'demo', ({ spec }) => spec.http.reverse());
  expect(lines(rendered, routes).length).toBeGreaterThan(0);
  const metrics = liveWith('HorizontalPodAutoscaler', 'demo-v1', ({ spec }) => spec.metrics.reverse());
  expect(lines(rendered, metrics)).toEqual([]);
  const changed = liveWith('HorizontalPodAutoscaler', 'demo-v1', ({ spec }) => {
    spec.metrics.reverse();
    spec.metrics[0].resource.target.averageValue = '1Mi';
  });
  expect(lines(rendered, changed)).toEqual([
    'HorizontalPodAutoscaler/demo-v1 spec.metrics[1].resource.target.averageValue: expected "200Mi", found "1Mi"',
  ]);
});

test('one more key in a selector or in configuration is a difference, though it is nothing that a manifest has', () => {
  const live = plain(rendered);
  const get = (kind: string) => live.find((object) => object.kind === kind) as any;
  get('Service').spec.selector.version = 'v1';
  get('ConfigMap').data.DEBUG = '1';
  get('DestinationRule').spec.subsets[0].labels.zone = 'a';
  expect(lines(rendered, live).sort()).toEqual([
    'ConfigMap/demo-v1 data.DEBUG: expected nothing, found "1"',
    'DestinationRule/demo spec.subsets[0].labels.zone: expected nothing, found "a"',
    'Service/demo spec.selector.version: expected nothing, found "v1"',
  ]);
});

test('an object that is missing, that no manifest has, or that is being deleted is a difference', () => {
  const without = rendered.filter(({ kind }) => kind !== 'DestinationRule');
  expect(lines(rendered, without)).toEqual(['DestinationRule/demo: expected an object, found nothing']);
  expect(lines(without, rendered)).toEqual([
    'DestinationRule/demo: expected nothing, found an object that no manifest has',
  ]);
  const ending = liveWith(
    'Deployment',
    'demo-v1',
    ({ metadata }) => (metadata.deletionTimestamp = '2026-01-01T00:00:00Z'),
  );
  expect(lines(rendered, ending)).toEqual([
    'Deployment/demo-v1 metadata.deletionTimestamp: expected nothing, found "2026-01-01T00:00:00Z"',
  ]);
});

test('what controllers make of the objects is not theirs', () => {
  const made: Manifest[] = [
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'demo-v1-x', ownerReferences: [{ uid: '1' }] },
    },
    { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'demo' } },
  ];
  expect(lines(rendered, [...rendered, ...made])).toEqual([]);
});

test('one object is recognised in every version of its API, and not in another namespace', () => {
  const older = rendered.map((object) => ({ ...object, apiVersion: object.apiVersion.replace(/v1$/, 'v1beta1') }));
  expect(lines(rendered, older)).toEqual([]);
  const elsewhere = liveWith('Service', 'demo', ({ metadata }) => (metadata.namespace = 'other'));
  expect(lines(rendered, elsewhere)).toHaveLength(2);
});

test.each([
  ['an empty ConfigMap', { data: {} }, {}],
  ['an empty list', { spec: { finalizers: [] } }, { spec: {} }],
  ['a variable without a value', { spec: { env: [{ name: 'A', value: '' }] } }, { spec: { env: [{ name: 'A' }] } }],
  ['no minimum of ready seconds', { spec: { minReadySeconds: 0 } }, { spec: {} }],
])('%s is stored as nothing', (_, wanted, live) => {
  const object = { apiVersion: 'v1', kind: 'Any', metadata: { name: 'a' } };
  expect(lines([{ ...object, ...wanted }], [{ ...object, ...live }])).toEqual([]);
});

test.each([
  ['false where true is the default', { spec: { automountServiceAccountToken: false } }, { spec: {} }],
  ['a volume that is now another', { spec: { emptyDir: {} } }, { spec: { hostPath: { path: '/' } } }],
  ['no unavailable pods', { spec: { maxUnavailable: 0 } }, { spec: {} }],
])('%s is not nothing', (_, wanted, live) => {
  const object = { apiVersion: 'v1', kind: 'Any', metadata: { name: 'a' } };
  expect(lines([{ ...object, ...wanted }], [{ ...object, ...live }])).toHaveLength(1);
});

type Path = (string | number)[];

/** Every place of a value that is neither a mapping nor a list. */
function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

function set(object: any, path: Path, change: (value: unknown) => unknown): void {
  const parent = path.slice(0, -1).reduce((inner, key) => inner[key], object);
  const key = path.at(-1) as string;
  const value = change(parent[key]);
  if (value === undefined) delete parent[key];
  else parent[key] = value;
}

const otherValue = (value: unknown) =>
  typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${String(value)}x`;

const places = rendered.flatMap((manifest, index) => leaves(manifest).map((path) => ({ index, path })));
/** These say which object it is, not how it is. */
const isIdentity = ({ path }: { path: Path }) => ['apiVersion', 'kind'].includes(path.join('.'));

/** How many differences a changed place may be, and what they name. Another name makes another thing: one is missing, one is too much. */
function expectedAt(path: Path): { readonly counts: number[]; readonly told: string } {
  if (['metadata.name', 'metadata.namespace'].includes(path.join('.'))) return { counts: [2], told: '' };
  const isNameInList = path.at(-1) === 'name' && typeof path.at(-2) === 'number';
  return isNameInList ? { counts: [1, 2], told: String(path.at(-3)) } : { counts: [1], told: String(path.at(-1)) };
}

test('any single leaf that is changed or missing is found, and nothing else is reported', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...places.filter((place) => !isIdentity(place))),
      fc.boolean(),
      ({ index, path }, isMissing) => {
        // A list has no holes: what is missing there is null.
        fc.pre(!(isMissing && path.join('.').startsWith('metadata.name')));
        const gone = typeof path.at(-1) === 'number' ? null : undefined;
        const live = plain(rendered);
        set(live[index], path, isMissing ? () => gone : otherValue);
        const found = differences(rendered, live);
        const { counts, told } = expectedAt(path);
        expect(counts).toContain(found.length);
        expect(found[0]?.object).toBe(`${rendered[index]?.kind}/${rendered[index]?.metadata.name}`);
        expect(found[0]?.path.replace(/[[\]"]/g, '.')).toContain(told);
      },
    ),
    { numRuns: 200 },
  );
});

test('reflexive, whatever fields objects have; and fields that only the live object has are no difference', () => {
  const fields = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 });
  fc.assert(
    fc.property(fields, fields, (spec, more) => {
      fc.pre(!('data' in more) && !('data' in spec));
      const object = { apiVersion: 'v1', kind: 'Any', metadata: { name: 'a' } };
      const wanted: Manifest = { ...object, of: spec };
      expect(differences([wanted], [{ ...object, of: { ...more, ...spec }, status: more }])).toEqual([]);
    }),
  );
});
