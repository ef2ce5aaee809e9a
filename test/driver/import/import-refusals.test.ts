/** What a release file cannot say of a live service is refused. */
import { existsSync } from 'node:fs';
import { exitCodes, type Manifest } from '../../../model';
import {
  autoscaler,
  budget,
  deployment,
  destinationRule,
  live,
  namespace,
  service,
  virtualService,
} from '../../support/import-services';
import { importTrial } from '../../support/import-trial';

const { handover, put, inFolder } = importTrial();

const host = `shop.${namespace}.svc.cluster.local`;

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

  test.each([
    [
      ['-n', 'elsewhere'],
      'Deployment in the namespace elsewhere, found Deployment/shop in shop; correct the name, or -n',
    ],
    [['deployment/shap', '-n', 'shop'], 'Deployment/shap in the namespace shop, found Deployment/shop in shop;'],
  ])('and files that have another one: %j', async (args, told) => {
    const object = deployment('shop');
    const text = JSON.stringify({ ...object, metadata: { ...object.metadata, namespace: 'shop' } });
    expect((await handover([...args, '-f', '-'], text)).err).toContain(told);
  });

  test('and a StatefulSet, no argument at all, and text that is no manifest', async () => {
    expect((await handover(['statefulset/shop', '-n', namespace])).err).toMatch(
      /expected deployment\/NAME, found statefulset\/shop/,
    );
    expect((await handover([])).err).toMatch(/expected a Deployment, or manifests with -f, found neither/);
    expect((await handover(['-f', '-', '-n', namespace], 'a: [')).err).toMatch(/the standard input:1/);
  });
});
