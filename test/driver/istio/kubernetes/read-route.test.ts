import { observedRoute, observedSubsets } from '../../../../driver/istio/kubernetes/read-route';
import { routeNames } from '../../../../driver/istio/observation';
import type { DestinationRule, VirtualService } from '../../../../driver/kubernetes/objects';

const host = 'shop.kadapter.svc.cluster.local';
const live = { metadata: { name: 'shop', namespace: 'kadapter', uid: 'u', resourceVersion: '7' } };
const traffic = (kind: string) => ({ apiVersion: 'networking.istio.io/v1', kind });
const to = (subset: string, weight?: number) => ({ destination: { host: 'shop', subset }, weight });
const routeOf = (http: object[], metadata: object = {}, spec: object = {}): VirtualService => ({
  ...traffic('VirtualService'),
  metadata: { ...live.metadata, ...metadata },
  spec: { hosts: ['shop.example.com'], http, ...spec },
});
const observed = (...args: Parameters<typeof routeOf>) => observedRoute(routeOf(...args), host);

describe('the route', () => {
  test('with one destination gives it everything, and versions of weight 0 nothing', () => {
    expect(observed([{ route: [to('v1')] }]).split).toEqual({ v1: 100 });
    expect(observed([{ route: [to('v1', 100), to('v2', 0)] }]).split).toEqual({ v1: 100 });
  });

  test('that cannot be told has no split and says why, and still has every version that it names', () => {
    const http = [{ name: 'web', route: [{ destination: { host: 'shop' } }], mirror: { host: 'shop', subset: 'v2' } }];
    const route = observed(http);
    expect(route).toMatchObject({ split: {}, marker: '', otherVersions: ['v2'] });
    expect(route.unsupported).toContain('a subset in each destination');
    expect(routeNames(route, 'v2')).toBe(true);
    expect(observed([{ route: [to('v1')] }])).not.toHaveProperty('unsupported');
  });

  test('during a release is told by the name of the write, with or without a name at rest', () => {
    expect(observed([{ name: 'web@k3f9.2', route: [to('v1')] }])).toMatchObject({ base: 'web', marker: 'web@k3f9.2' });
    expect(observed([{ name: '@k3f9.2', route: [to('v1')] }])).toMatchObject({ base: '', marker: '@k3f9.2' });
    expect(observed([{ name: 'web', route: [to('v1')] }])).toMatchObject({ base: 'web', marker: 'web' });
    expect(observed([{ route: [to('v1')] }])).toMatchObject({ base: '', marker: '' });
  });

  test('has the versions of pinned routes apart from those that no write can take away', () => {
    const http = [
      { name: 'beta', match: [{ headers: {} }], route: [to('v2')] },
      { name: 'own', match: [{ uri: {} }], route: [to('v3')] },
      { name: 'web', route: [to('v1')], mirrors: [{ destination: to('v4').destination }] },
    ];
    const route = observed(http, { annotations: { 'handover/pinned-routes': 'beta=v2' } });
    expect(route).toMatchObject({ split: { v1: 100 }, headerVersions: ['v2'], otherVersions: ['v3', 'v4'] });
    const named = ['v1', 'v2', 'v3', 'v4', 'v5'].filter((version) => routeNames(route, version));
    expect(named).toEqual(['v1', 'v2', 'v3', 'v4']);
  });

  test('has a version that only probes reach among its probes alone', () => {
    const probe = (version: string, subset: string) => ({
      name: `handover-probe.${version}`,
      match: [{ headers: {} }],
      route: [to(subset, 100)],
    });
    const http = [probe('v2', 'v2'), probe('1.5.0', '1-5-0'), { name: 'web@k3f9.2', route: [to('v1')] }];
    expect(observed(http)).toMatchObject({ probes: ['v2', '1.5.0'], otherVersions: [], headerVersions: [] });
  });

  test('is for the sidecars, too, when it lists the mesh, or no gateway at all', () => {
    const servedBy = (gateways: string[] | undefined) => observed([{ route: [to('v1')] }], {}, { gateways }).mesh;
    expect([['shop'], ['shop', 'mesh'], undefined].map(servedBy)).toEqual([false, true, true]);
  });

  test('has a digest of its spec: not of its notes, its labels, or the order of its keys', () => {
    const digest = (route: object, metadata: object = {}) => observed([route], metadata).digest;
    const plain = digest({ name: 'web', route: [to('v1')] });
    const notes = { annotations: { 'example.com/owner': 'team' }, labels: { team: 'a' }, generation: 3 };
    expect(digest({ route: [to('v1')], name: 'web' }, notes)).toBe(plain);
    expect(digest({ name: 'web', route: [to('v1')], timeout: '3s' })).not.toBe(plain);
  });

  test('is never said to be written by handover when somebody else wrote in the same second', () => {
    const time = '2026-01-01T00:00:00Z';
    const entry = (manager: string, at = time, subresource?: string) => ({ manager, time: at, subresource });
    const changedBy = (managedFields: object[]) => observed([{ route: [to('v1')] }], { managedFields }).changedBy;
    expect(changedBy([entry('handover'), entry('kubectl-edit'), entry('old', '2025-01-01T00:00:00Z')])).toBe(
      'kubectl-edit',
    );
    expect(changedBy([entry('handover'), entry('istiod', '2026-01-02T00:00:00Z', 'status')])).toBe('handover');
  });
});

describe('an object is owned', () => {
  const owned = (...managedFields: object[]) => {
    const rule: DestinationRule = {
      ...traffic('DestinationRule'),
      metadata: { ...live.metadata, managedFields },
      spec: {},
    };
    const { isOwned } = observed([{ route: [to('v1')] }], { managedFields });
    expect(observedSubsets(rule).isOwned).toBe(isOwned);
    return isOwned;
  };
  const entry = (manager: string, fields: object = {}) => ({ manager, operation: 'Update', ...fields });

  test('when a write of handover is among the managers of its fields', () => {
    expect(owned(entry('kubectl'), entry('handover'))).toBe(true);
    expect(owned(entry('handover', { operation: 'Apply' }))).toBe(true);
  });

  test('not by others, nor by its status', () => {
    expect(owned()).toBe(false);
    expect(owned(entry('kubectl'), entry('handover', { subresource: 'status' }))).toBe(false);
  });
});
