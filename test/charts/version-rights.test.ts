import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import { releaseCharts } from '../../charts';
import { resourceOf } from '../../charts/version-rights';
import type { Manifest } from '../../model';
import { releaseOf } from '../support/release';

const access = { image: 'registry.test/handover:1' };
const shop = releaseOf({ name: 'shop', access });
const cart = releaseOf({ name: 'cart', access });

interface Role extends Manifest {
  readonly rules: readonly { apiGroups: string[]; resources: string[]; verbs: string[] }[];
}

/** In the Role of a service, of an app with these objects: what rules are there beyond those without them. */
function addedRights(service: string, ...objects: readonly Partial<Manifest>[]): string[] {
  const app = new App({ outdir: 'unused' });
  const charts = releaseCharts(app, [shop, cart]);
  const before = rightsIn(charts, service);
  const monitoring = new Chart(app, 'monitoring');
  objects.forEach((object, index) => new ApiObject(monitoring, String(index), object as never));
  return rightsIn(charts, service).filter((right) => !before.includes(right));
}

function rightsIn(charts: readonly Chart[], service: string): string[] {
  const manifests = charts.flatMap((chart) => chart.toJson() as Manifest[]);
  const name = `handover-${shop.namespace}-${service}-service`;
  const role = manifests.find(({ kind, metadata }) => kind === 'Role' && metadata.name === name) as Role;
  return role.rules.map(
    ({ apiGroups, resources, verbs }) => `${apiGroups.join()}/${resources.join()}: ${verbs.join()}`,
  );
}

function object(apiVersion: string, kind: string, labels: Record<string, string>): Partial<Manifest> {
  return { apiVersion, kind, metadata: { name: kind.toLowerCase(), namespace: shop.namespace, labels } };
}

const ofNoVersion = { 'handover/service': 'shop' };
const ofShop = { 'handover/service': 'shop', 'handover/version': 'v1' };

describe('the driver may create and delete', () => {
  test('what another chart of the app adds to a version, each kind once, in order', () => {
    const added = addedRights(
      'shop',
      object('monitoring.coreos.com/v1', 'ServiceMonitor', ofShop),
      object('keda.sh/v1alpha1', 'ScaledObject', ofShop),
      object('monitoring.coreos.com/v1', 'ServiceMonitor', { ...ofShop, 'handover/version': 'v2' }),
      object('apps/v1', 'Deployment', ofShop),
      object('v1', 'Service', ofShop),
    );
    expect(added).toEqual([
      '/services: get,list,create,delete',
      'keda.sh/scaledobjects: get,list,create,delete',
      'monitoring.coreos.com/servicemonitors: get,list,create,delete',
    ]);
  });

  test('nothing of another service', () => {
    const monitor = (labels: Record<string, string>) => object('monitoring.coreos.com/v1', 'ServiceMonitor', labels);
    expect(addedRights('cart', monitor(ofShop))).toEqual([]);
    expect(addedRights('cart', monitor(ofNoVersion))).toEqual([]);
  });

  test('no Secrets, no rights, and nothing outside the namespace', () => {
    const elsewhere = object('example.com/v1', 'Thing', ofShop);
    const added = addedRights(
      'shop',
      object('v1', 'Secret', ofShop),
      object('rbac.authorization.k8s.io/v1', 'Role', ofShop),
      object('v1', 'PersistentVolume', ofShop),
      { ...elsewhere, metadata: { ...elsewhere.metadata!, namespace: 'elsewhere' } },
    );
    expect(added).toEqual([]);
  });
});

describe('what belongs to no version the driver may only create when it is missing', () => {
  test('whatever chart has made it', () => {
    const monitor = object('monitoring.coreos.com/v1', 'ServiceMonitor', ofNoVersion);
    expect(addedRights('shop', monitor)).toEqual(['monitoring.coreos.com/servicemonitors: get,create']);
    const ofVersion = object('monitoring.coreos.com/v1', 'ServiceMonitor', ofShop);
    expect(addedRights('shop', monitor, ofVersion)).toEqual([
      'monitoring.coreos.com/servicemonitors: get,list,create,delete',
    ]);
  });

  test('but nothing that bears on live pods, no accounts, no Secrets and no rights', () => {
    const added = addedRights(
      'shop',
      object('v1', 'Service', ofNoVersion),
      object('networking.istio.io/v1', 'Gateway', ofNoVersion),
      object('networking.istio.io/v1', 'EnvoyFilter', ofNoVersion),
      object('networking.k8s.io/v1', 'Ingress', ofNoVersion),
      object('networking.k8s.io/v1', 'NetworkPolicy', ofNoVersion),
      object('security.istio.io/v1', 'AuthorizationPolicy', ofNoVersion),
      object('autoscaling/v2', 'HorizontalPodAutoscaler', ofNoVersion),
      object('v1', 'ServiceAccount', ofNoVersion),
      object('v1', 'Secret', ofNoVersion),
      object('rbac.authorization.k8s.io/v1', 'RoleBinding', ofNoVersion),
    );
    expect(added).toEqual([]);
  });
});

test('a patch of an object is followed: its rights are for what is written', () => {
  const app = new App({ outdir: 'unused' });
  const charts = releaseCharts(app, [shop]);
  const monitoring = new Chart(app, 'monitoring');
  const patched = new ApiObject(monitoring, 'one', object('example.com/v1', 'Thing', ofShop) as never);
  patched.addJsonPatch(JsonPatch.replace('/kind', 'Policy'));
  expect(rightsIn(charts, 'shop')).toContain('example.com/policies: get,list,create,delete');
});

test.each([
  ['Deployment', 'deployments'],
  ['NetworkPolicy', 'networkpolicies'],
  ['Gateway', 'gateways'],
  ['Ingress', 'ingresses'],
  ['Prometheus', 'prometheuses'],
  ['Endpoints', 'endpoints'],
  ['ServiceMesh', 'servicemeshes'],
])('the API calls a %s one of %s', (kind, resource) => {
  expect(resourceOf(kind)).toBe(resource);
});
