import { App, type Chart } from 'cdk8s';
import { releaseCharts, releaseManifests } from '../../charts';
import type { Release, ReleaseFileInput, Manifest } from '../../model';
import { bothVersions, releaseOf } from '../support/release';

const shop = releaseOf({ name: 'shop', namespace: 'shop' });
const cart = releaseOf({ name: 'cart', namespace: 'shop', versions: bothVersions });

const objectsOf = (charts: readonly Chart[]) => charts.flatMap((chart) => chart.toJson() as Manifest[]);

function validate(...releases: readonly Release[]): string[] {
  const app = new App({ outdir: 'unused' });
  releaseCharts(app, releases);
  return app.node.validate();
}

test('two services of one App have charts of their own, named after them, with the objects that each has alone', () => {
  const charts = releaseCharts(new App({ outdir: 'unused' }), [shop, cart]);
  expect(charts.map(({ node }) => node.id)).toEqual([
    ...['shop-namespace', 'shop-workload', 'shop-traffic'],
    ...['cart-namespace', 'cart-workload', 'cart-traffic'],
  ]);
  expect(objectsOf(charts)).toEqual([...releaseManifests(shop), ...releaseManifests(cart)]);
  expect(validate(shop, cart)).toEqual([]);
});

test('every object of a service says whose it is, and an object of one version of which', () => {
  const charts = releaseCharts(new App({ outdir: 'unused' }), [shop, cart]);
  for (const { kind, metadata } of objectsOf(charts).filter((object) => object.kind !== 'Namespace')) {
    const service = metadata.name.startsWith('shop') ? 'shop' : 'cart';
    const version = /^(ConfigMap|Deployment|PodDisruptionBudget)$/.test(kind) ? metadata.name.split('-')[1] : undefined;
    expect(metadata.labels).toMatchObject({ app: service, 'handover/service': service });
    expect([metadata.labels?.['handover/version'], metadata.labels?.version]).toEqual([version, version]);
  }
});

test('each service has an account of its own for its driver', () => {
  const access = { image: 'registry.test/handover:1' };
  const withAccess = (name: string) => releaseOf({ name, namespace: 'shop', access });
  expect(validate(withAccess('shop'), withAccess('cart'))).toEqual([]);
});

test('services with and without a mesh may share a namespace, as only pods ask for sidecars', () => {
  const cart = releaseOf({ name: 'cart', namespace: 'shop', profile: 'rolling-update' });
  expect(validate(shop, cart)).toEqual([]);
});

describe('what two services write differently is refused', () => {
  const service = (name: string, fields: Partial<ReleaseFileInput> = {}) =>
    releaseOf({ name, namespace: 'shop', weights: undefined, ...fields });

  test('a Deployment of two names that are one together', () => {
    const [first, second] = [{ 'b-1': { image: 'x:1' } }, { 1: { image: 'x:1' } }];
    const found = validate(service('a', { versions: first }), service('a-b', { versions: second }));
    expect(found).toContainEqual(expect.stringContaining('expected one Deployment/shop/a-b-1, found one of a and'));
  });

  test('and a service twice', () => {
    expect(() => validate(shop, shop)).toThrow('expected services of different names, found shop twice');
  });
});
