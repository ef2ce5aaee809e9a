import { shapeOf } from '../../../manifests';
import type { Manifest } from '../../../model';
import { crdProblems } from '../../support/crd-validator';
import { deployment, service, synthesized, YamlFolder } from '../../support/yaml-release';
import { bothVersions } from '../../support/release';

const folder = new YamlFolder();
const workload = folder.file('app.yaml', deployment(), service());
const to = (host: string, subset?: string) => ({ route: [{ destination: { host, ...(subset && { subset }) } }] });
const virtualService = (http: readonly object[], spec: object = {}) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'whatever', annotations: { owner: 'web' } },
  spec: { hosts: ['a.example.com', 'b.example.com'], gateways: ['istio-system/public'], http, ...spec },
});
const render = (written: object, fields: object = {}) =>
  synthesized(
    folder.release({
      hosts: [],
      versions: bothVersions,
      weights: { v1: 90, v2: 10 },
      workload,
      route: folder.file('route.yaml', written),
      ...fields,
    }),
  );
const find = (manifests: readonly Manifest[]) =>
  manifests.find(({ kind }) => kind === 'VirtualService') as Manifest & {
    readonly spec: { readonly http: readonly Record<string, unknown>[] };
  };

const weighted = (v1: number, v2: number) => [
  { destination: { host: 'demo', subset: 'v1' }, weight: v1 },
  { destination: { host: 'demo', subset: 'v2' }, weight: v2 },
];
const usual = virtualService([
  { match: [{ headers: { beta: { exact: 'yes' } } }], ...to('demo', 'v2'), name: 'beta' },
  { match: [{ uri: { prefix: '/api' } }], rewrite: { uri: '/' }, timeout: '5s', ...to('demo') },
  { match: [{ uri: { prefix: '/old' } }], redirect: { uri: '/' } },
  { match: [{ uri: { prefix: '/pay' } }], ...to('pay.shop.svc.cluster.local') },
  { name: 'web', mirror: { host: 'shadow' }, ...to('demo') },
]);

test('of a VirtualService destinations without subset are split, with a subset pinned, and the rest is as it was', () => {
  const { metadata, spec } = find(render(usual));
  expect(spec).toEqual({
    ...usual.spec,
    http: [
      { ...usual.spec.http[0], route: [{ destination: { host: 'demo', subset: 'v2' }, weight: 100 }] },
      { name: 'route-2', ...usual.spec.http[1], route: weighted(90, 10) },
      usual.spec.http[2],
      usual.spec.http[3],
      { ...usual.spec.http[4], route: weighted(90, 10) },
    ],
  });
  expect(metadata).toMatchObject({
    name: 'demo',
    namespace: 'demo-ns',
    labels: { 'handover/service': 'demo' },
    annotations: {
      owner: 'web',
      'handover/split-routes': 'route-2,web',
      'handover/pinned-routes': 'beta=v2',
    },
  });
});

test('the result is what a driver can release, keeps to the CRD, and makes no Gateway', () => {
  const manifests = render(usual);
  const placed = manifests.map((manifest) => ({ manifest, file: 'dist', line: 1 }));
  const found = shapeOf(
    placed,
    { name: 'demo', namespace: 'demo-ns' },
    { versions: ['v1', 'v2'], split: { v1: 90, v2: 10 } },
  );
  expect(found).toHaveProperty('shape.host', 'demo.demo-ns.svc.cluster.local');
  expect(crdProblems(find(manifests))).toEqual([]);
  expect(manifests.map(({ kind }) => kind)).not.toContain('Gateway');
});

test('a pinned route follows the split while its version is not listed', () => {
  const { metadata, spec } = find(render(usual, { versions: { v1: bothVersions.v1 }, weights: { v1: 100 } }));
  expect(spec.http[0]?.route).toEqual([{ destination: { host: 'demo', subset: 'v1' }, weight: 100 }]);
  expect(metadata.annotations?.['handover/pinned-routes']).toBe('beta=v2');
});

test.each([
  [
    'several destinations of its own',
    virtualService([{ name: 'web', route: [...to('demo').route, ...to('other').route] }]),
    /route\.yaml:1 expected one destination of the route web/,
  ],
  [
    'a delegate',
    virtualService([{ delegate: { name: 'other' } }, to('demo')]),
    /with hosts and without delegates, found a delegate/,
  ],
  ['no route to the service', virtualService([to('other')]), /expected one route to the host/],
  [
    'the mesh without the host of the Service',
    virtualService([to('demo')], { gateways: ['mesh'] }),
    /expected the host demo\.demo-ns\.svc\.cluster\.local among the hosts/,
  ],
  ['no VirtualService', service(), /expected one VirtualService in .*route\.yaml, found none/],
])('a route is refused with %s', (_, written, message) => {
  expect(() => render(written)).toThrow(message);
});

describe('gateways', () => {
  const gatewaysOf = (fields: object) => {
    const manifests = synthesized(folder.release(fields));
    const { spec } = find(manifests) as unknown as { spec: { gateways: string[]; hosts: string[] } };
    return { gateways: spec.gateways, hosts: spec.hosts, own: manifests.some(({ kind }) => kind === 'Gateway') };
  };
  const hosts = ['demo.example.com'];
  const inside = 'demo.demo-ns.svc.cluster.local';

  test.each([
    ['are made when none is named', {}, { gateways: ['demo'], hosts, own: true }],
    [
      'that exist are used by name',
      { gateways: ['istio-system/public'] },
      { gateways: ['istio-system/public'], hosts, own: false },
    ],
    [
      'may be named beside the own one and the mesh',
      { gateways: ['own', 'edge/b', 'mesh'] },
      { gateways: ['demo', 'edge/b', 'mesh'], hosts: [...hosts, inside], own: true },
    ],
    [
      'are none of a service that is not published',
      { gateways: ['mesh'], hosts: [] },
      { gateways: ['mesh'], hosts: [inside], own: false },
    ],
  ])('%s', (_, fields, expected) => {
    expect(gatewaysOf(fields)).toEqual(expected);
  });
});
