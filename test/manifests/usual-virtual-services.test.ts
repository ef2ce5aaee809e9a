/** Shapes of VirtualServices that are usual in the field, in the API versions and spellings in which they are found. */
import { parse } from 'yaml';
import { editRoutes, routesOf, withoutEdits } from '../../manifests';
import { Refusal, type Manifest } from '../../model';

function virtualService(spec: string, apiVersion = 'networking.istio.io/v1alpha3'): Manifest {
  const metadata = { name: 'catalog', namespace: 'default' };
  return { apiVersion, kind: 'VirtualService', metadata, spec: parse(spec) as unknown };
}

const host = 'catalog.default.svc.cluster.local';
const one = '[{ destination: { host: catalog, subset: v1 } }]';

const editable: Record<string, string> = {
  'everything to one version': `{ hosts: [catalog], http: [{ route: ${one} }] }`,
  'two versions by weight': `
    hosts: [catalog]
    http:
      - route:
          - { destination: { host: catalog, subset: v3 }, weight: 25 }
          - { destination: { host: catalog, subset: v1 }, weight: 75 }`,
  'stable and canary, with a canary of weight 0': `
    hosts: [shop.example.com]
    gateways: [edge]
    http:
      - name: primary
        route:
          - { destination: { host: catalog, subset: stable }, weight: 100 }
          - { destination: { host: catalog, subset: canary }, weight: 0 }`,
  'testers by header, with a delay': `
    hosts: [catalog]
    http:
      - match: [{ headers: { end-user: { exact: kim } } }]
        fault: { delay: { percentage: { value: 100 }, fixedDelay: 7s } }
        route: [{ destination: { host: catalog, subset: v2 } }]
      - route: ${one}`,
  'a mirror': `
    hosts: [catalog]
    http:
      - route: [{ destination: { host: catalog, subset: v1 }, weight: 100 }]
        mirror: { host: catalog, subset: v2 }
        mirrorPercentage: { value: 20 }`,
  'several paths of one gateway, some to other services': `
    hosts: ['*']
    gateways: [istio-system/edge, mesh]
    exportTo: ['.']
    http:
      - match: [{ uri: { prefix: /cart }, gateways: [istio-system/edge] }, { uri: { exact: /checkout } }]
        route: [{ destination: { host: cart, port: { number: 9080 } } }]
      - match: [{ uri: { prefix: /v2 } }]
        rewrite: { uri: / }
        redirect: { authority: new.example.com }
      - timeout: 10s
        retries: { attempts: 3, perTryTimeout: 2s, retryOn: 'gateway-error,connect-failure' }
        corsPolicy: { allowOrigins: [{ prefix: https://example.com }], allowCredentials: true }
        route: [{ destination: { host: catalog.default.svc.cluster.local, port: { number: 9080 }, subset: v1 } }]`,
  'a database beside it': `
    hosts: [catalog]
    http: [{ route: ${one} }]
    tcp: [{ match: [{ port: 3306 }], route: [{ destination: { host: catalog-db, subset: v1 } }] }]`,
  'callers of one kind by their labels': `
    hosts: [catalog]
    http:
      - match: [{ sourceLabels: { app: reports }, gateways: [mesh] }]
        route: [{ destination: { host: catalog, subset: v1 } }]
      - route: ${one}`,
};

it.each(Object.entries(editable))('a release goes through %s and leaves it as it was', (_, spec) => {
  const original = virtualService(spec);
  const { split } = routesOf(original, host);
  const step = { split: { v1: 60, v9: 40 }, present: ['v1', 'v9'], marker: 'k3f9.2' };
  const inRelease = editRoutes(original, host, step);
  expect(routesOf(inRelease, host)).toMatchObject({ split: step.split, marker: step.marker });
  expect(withoutEdits(inRelease, host)).toEqual(withoutEdits(original, host));
  const back = editRoutes(inRelease, host, { split, present: [], marker: '' });
  expect(JSON.stringify(back)).toBe(JSON.stringify(original));
});

const refused: Record<string, string> = {
  'paths alone, and none of them said to be split': `
    hosts: ['*']
    http: [{ match: [{ uri: { prefix: /catalog } }], route: ${one} }]`,
  'a Service for each version': `
    hosts: [catalog]
    http:
      - route:
          - { destination: { host: catalog }, weight: 50 }
          - { destination: { host: catalog-canary }, weight: 50 }`,
  'no subset yet': `{ hosts: [catalog], http: [{ route: [{ destination: { host: catalog } }] }] }`,
  'weights in proportion': `
    hosts: [catalog]
    http:
      - route:
          - { destination: { host: catalog, subset: v1 }, weight: 1 }
          - { destination: { host: catalog, subset: v2 }, weight: 1 }`,
  'tcp routes': `{ hosts: [catalog], tcp: [{ route: ${one} }] }`,
};

it.each(Object.entries(refused))('%s: the refusal says what to do', (_, spec) => {
  expect(() => routesOf(virtualService(spec), host)).toThrow(Refusal);
});
