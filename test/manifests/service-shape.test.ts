import { stringify } from 'yaml';
import { formatManifestProblem, readManifests, shapeOf, type ServiceShape } from '../../manifests';
import { labels, type Adopted, type Split } from '../../model';

const host = 'web.shop.svc.cluster.local';
const ofService = { [labels.service]: 'web' };

interface Object_ {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Record<string, unknown>;
  readonly [field: string]: unknown;
}

function object(apiVersion: string, kind: string, name: string, fields: object = {}, metadata: object = {}): Object_ {
  return { apiVersion, kind, metadata: { name, namespace: 'shop', labels: ofService, ...metadata }, ...fields };
}

function ofVersion(version: string, apiVersion: string, kind: string, fields: object = {}, metadata: object = {}) {
  const labelled = { labels: { ...ofService, [labels.version]: version }, ...metadata };
  return object(apiVersion, kind, `web-${version}`, fields, labelled);
}

function deployment(version: string, spec: object = {}, pod: object = { app: 'web', version }) {
  return ofVersion(version, 'apps/v1', 'Deployment', { spec: { template: { metadata: { labels: pod } }, ...spec } });
}

function scaler(version: string, spec: object, apiVersion = 'autoscaling/v2', kind = 'HorizontalPodAutoscaler') {
  return ofVersion(version, apiVersion, kind, { spec: { scaleTargetRef: { name: `web-${version}` }, ...spec } });
}

const istio = 'networking.istio.io/v1';
const service = object('v1', 'Service', 'web');
const subset = (name: string, selected: object = { version: name }) => ({ name, labels: selected });
const rule = (subsets: object[], hostName = host, name = 'web') =>
  object(istio, 'DestinationRule', name, { spec: { host: hostName, subsets } });
const to = (weights: Split) =>
  Object.entries(weights).map(([name, weight]) => ({ destination: { host: 'web', subset: name }, weight }));
const routing = (weights: Split, name = 'web') =>
  object(istio, 'VirtualService', name, {
    spec: { hosts: ['web'], gateways: ['edge'], http: [{ route: to(weights) }] },
  });

const rest = [service, rule([subset('v1'), subset('v2')]), routing({ v1: 90, v2: 10 })];
const complete = [deployment('v1'), deployment('v2'), ...rest];

function read(
  objects: readonly Object_[],
  versions = ['v1', 'v2'],
  split: Split = { v1: 90, v2: 10 },
  adopted: Readonly<Record<string, Adopted>> = {},
) {
  const text = objects.map((each) => stringify(each)).join('---\n');
  const { manifests, problems } = readManifests([{ file: 'web.yaml', text }]);
  expect(problems).toEqual([]);
  return shapeOf(manifests, { namespace: 'shop', name: 'web' }, { versions, adopted, split });
}

function shape(objects: readonly Object_[]): ServiceShape {
  const answer = read(objects);
  if ('shape' in answer) return answer.shape;
  throw new Error(answer.problems.map(formatManifestProblem).join('\n'));
}

function problems(...args: Parameters<typeof read>): string[] {
  const answer = read(...args);
  return 'problems' in answer ? answer.problems.map((each) => formatManifestProblem(each).replace(/:\d+ /, ' ')) : [];
}

const names = (objects: readonly { kind: string; metadata: { name?: unknown } }[]) =>
  objects.map(({ kind, metadata }) => `${kind} ${String(metadata.name)}`);

describe('the shape of a service', () => {
  it('has the objects that a release reads and edits', () => {
    const found = shape(complete);
    expect(found).toMatchObject({ name: 'web', namespace: 'shop', host, virtualService: rest[2] });
    expect(found.destinationRule).toEqual(rest[1]);
    expect(Object.keys(found.versions)).toEqual(['v1', 'v2']);
  });

  it('has the objects of a version in the order to create them: the rest, the Deployment, what scales it', () => {
    const config = ofVersion('v1', 'v1', 'ConfigMap');
    const monitor = ofVersion('v1', 'monitoring.example.com/v1', 'ServiceMonitor');
    const scaling = scaler('v1', { minReplicas: 3, maxReplicas: 9 });
    const { versions } = shape([scaling, config, ...complete, monitor]);
    expect(names(versions.v1?.objects ?? [])).toEqual([
      'ConfigMap web-v1',
      'ServiceMonitor web-v1',
      'Deployment web-v1',
      'HorizontalPodAutoscaler web-v1',
    ]);
    expect(versions.v1?.scalers).toEqual([scaling]);
    expect(versions.v2?.scalers).toEqual([]);
  });

  it.each<[string, Object_[], string[]]>([
    ['none', [deployment('v1', { replicas: 4 })], []],
    [
      'a HorizontalPodAutoscaler',
      [deployment('v1'), scaler('v1', { maxReplicas: 9 })],
      ['HorizontalPodAutoscaler web-v1'],
    ],
    [
      'a ScaledObject',
      [deployment('v1', { replicas: 9 }), scaler('v1', { minReplicaCount: 2 }, 'keda.sh/v1alpha1', 'ScaledObject')],
      ['ScaledObject web-v1'],
    ],
    [
      'none, when something else is scaled',
      [deployment('v1', { replicas: 2 }), scaler('v1', { scaleTargetRef: { name: 'x' } })],
      [],
    ],
    [
      'none, when the object only looks like an autoscaler',
      [deployment('v1'), scaler('v1', {}, 'example.com/v1'), scaler('v1', {}, 'example.com/v1', 'ScaledObject')],
      [],
    ],
  ])('has what scales a version: %s', (_, objects, scalers) => {
    expect(names(shape([...objects, deployment('v2'), ...rest]).versions.v1?.scalers ?? [])).toEqual(scalers);
  });

  it('ignores the objects of other services in the same stream', () => {
    const other = { labels: { [labels.service]: 'cart', [labels.version]: 'v9' }, namespace: 'elsewhere' };
    const cart = ofVersion('v9', 'apps/v1', 'Deployment', {}, other);
    expect(shape([cart, cart, ...complete])).toEqual(shape(complete));
  });

  it('may have another cluster domain, which the DestinationRule says', () => {
    const own = rule([subset('v1'), subset('v2')], 'web.shop.svc.example.org');
    expect(shape([deployment('v1'), deployment('v2'), service, own, rest[2] as Object_]).host).toBe(
      'web.shop.svc.example.org',
    );
  });
});

describe('problems', () => {
  it('are all told at once', () => {
    expect(
      problems([
        deployment('v1', {}, { app: 'web' }),
        ofVersion('v3', 'v1', 'ConfigMap'),
        ofVersion('v3', 'v1', 'ConfigMap'),
        rule([subset('v1')]),
        routing({ v1: 100 }),
      ]),
    ).toEqual([
      'web.yaml expected one Service web, found none; add it to the manifests',
      'web.yaml expected one ConfigMap called web-v3, found another in web.yaml:15; rename one of them',
      ...Array<string>(2).fill(
        `web.yaml expected a version of the release file (v1, v2) as label ${labels.version}, found v3; list the version, or remove the object`,
      ),
      'web.yaml expected the label version: v1 on the pods of version v1, found none; add it to spec.template.metadata.labels',
      `web.yaml expected one Deployment of version v2, found none; put the label ${labels.version}: v2 on its Deployment, or take v2 out of the release file`,
      'web.yaml expected the weights of the release file, v1-90.v2-10, found v1-100; set the weights in the release file alone, and let the routes follow',
      'web.yaml expected pod labels that the subset of v1 selects: {"version":"v1"}, found {"app":"web"}; give the pods those labels',
    ]);
  });

  const [, , vs] = rest as [Object_, Object_, Object_];
  const bothRules = rule([subset('v1'), subset('v2')]);
  const rbac = 'rbac.authorization.k8s.io/v1';
  it.each<[string, Object_[], RegExp]>([
    [
      'pods that carry the labels of Helm, by which the driver would count none of their requests',
      [deployment('v1', {}, { 'app.kubernetes.io/name': 'web', version: 'v1' }), deployment('v2'), ...rest],
      /the label app: web on the pods of version v1, found none/,
    ],
    [
      'a VirtualService with another name: the driver would look at another object',
      [...complete.slice(0, -1), routing({ v1: 90, v2: 10 }, 'web-routes')],
      /the VirtualService to have the name of the service, found web-routes; call it web/,
    ],
    [
      'a DestinationRule with another name',
      [deployment('v1'), deployment('v2'), service, rule([subset('v1'), subset('v2')], host, 'web-rule'), vs],
      /the DestinationRule to have the name of the service, found web-rule; call it web/,
    ],
    [
      'two VirtualServices that name subsets',
      [...complete, routing({ v1: 100 }, 'second')],
      /one VirtualService .* found another in web.yaml:\d+; merge the two/,
    ],
    [
      'no VirtualService',
      [...complete.slice(0, 4)],
      /one VirtualService that names subsets of web.shop.svc.cluster.local, found none/,
    ],
    ['two DestinationRules', [...complete, rule([], 'web', 'second')], /one DestinationRule for .* found another/],
    ['no DestinationRule', [deployment('v1'), deployment('v2'), service, vs], /one DestinationRule for .* found none/],
    [
      'no subset',
      [deployment('v1'), deployment('v2'), service, rule([subset('v1')]), vs],
      /a subset of version v2, found none/,
    ],
    [
      'a subset of all pods',
      [deployment('v1'), deployment('v2'), service, rule([subset('v1'), subset('v2', {})]), vs],
      /pods of v2 alone, found one that also selects the pods of v1/,
    ],
    [
      'two Deployments',
      [...complete, { ...deployment('v1'), metadata: { ...deployment('v1').metadata, name: 'x' } }],
      /one Deployment of version v1, found another one/,
    ],
    ['an object twice', [...complete, service], /one Service called web, found another/],
    [
      'another namespace',
      [...complete, ofVersion('v1', 'v1', 'ConfigMap', {}, { namespace: 'x' })],
      /found a ConfigMap of the namespace x/,
    ],
    [
      'no namespace',
      [...complete, ofVersion('v1', 'v1', 'ConfigMap', {}, { namespace: undefined })],
      /found a ConfigMap without metadata.namespace/,
    ],
    [
      'the whole cluster',
      [...complete, ofVersion('v1', 'scheduling.k8s.io/v1', 'PriorityClass')],
      /found a PriorityClass, which belongs to the whole cluster/,
    ],
    ['rights', [...complete, ofVersion('v1', rbac, 'RoleBinding')], /found a RoleBinding, which grants rights/],
    [
      'contents of a Secret',
      [...complete, ofVersion('v1', 'v1', 'Secret', { data: { a: 'YQ==' } })],
      /found a Secret with contents/,
    ],
    [
      'a VirtualService without our label',
      [...complete.slice(0, 4), { ...vs, metadata: { ...vs.metadata, labels: {} } }],
      /label handover\/service of VirtualService web, found none/,
    ],
    [
      'a VirtualService elsewhere',
      [
        ...complete.slice(0, 4),
        {
          ...vs,
          metadata: { ...vs.metadata, namespace: 'x' },
          spec: { hosts: ['web'], http: [{ route: [{ destination: { host, subset: 'v1' } }] }] },
        },
      ],
      /namespace of VirtualService web, found x/,
    ],
    [
      'routes that cannot be edited',
      [deployment('v1'), deployment('v2'), service, bothRules, { ...vs, spec: { ...(vs.spec as object), hosts: [] } }],
      /with hosts and without delegates/,
    ],
  ])('%s', (_, objects, message) => {
    expect(problems(objects).join('\n')).toMatch(message);
  });

  it('a Secret that has no contents is none', () => {
    expect(problems([...complete, ofVersion('v1', 'v1', 'Secret', { type: 'Opaque' })])).toEqual([]);
  });

  /** It would be deleted at the end of the release that replaces the adopted version. */
  it('an object that is deleted with the adopted version', () => {
    const names = ['web-v2', 'limits'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', name }));
    const adopted: Adopted = { deployment: 'old', objects: names, isKept: false };
    const objects = [...complete.slice(1), ofVersion('v2', 'v1', 'ConfigMap'), object('v1', 'ConfigMap', 'limits')];
    const withSubsets = objects.map((each) =>
      each.kind === 'DestinationRule' ? rule([{ name: 'v1' }, subset('v2')]) : each,
    );
    expect(problems(withSubsets, undefined, undefined, { v1: adopted })).toEqual([
      expect.stringMatching(
        /no object called ConfigMap\/web-v2, as v1 adopts that one.* found one of v2; take it out of adopt, or rename v2$/,
      ),
      expect.stringMatching(/ConfigMap\/limits.* found one of all versions; take it out of adopt.with$/),
    ]);
    const free = { v1: { ...adopted, objects: [] } };
    expect(problems(withSubsets, undefined, undefined, free)).toEqual([]);
    // Its owner may give its pods other labels at any time.
    expect(problems(objects, undefined, undefined, free)).toEqual([
      expect.stringMatching(/subset of the adopted version v1 without labels, found \{"version":"v1"\}/),
    ]);
  });

  it('an empty stream', () => {
    const answer = shapeOf([], { namespace: 'shop', name: 'web' }, { versions: ['v1'], split: { v1: 100 } });
    expect(answer).toMatchObject({ problems: [{ found: 'none' }] });
  });
});
