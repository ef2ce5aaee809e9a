import { asOfWholeService, leadsToWholeService } from '../../manifests';

const host = 'shop.store.svc.cluster.local';
const to = (subset?: string, weight?: number) => ({
  destination: { host: 'shop', port: { number: 80 }, ...(subset !== undefined && { subset }) },
  ...(weight !== undefined && { weight }),
});
const virtualService = (http: readonly object[], spec: object = {}) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'shop', namespace: 'store' },
  spec: { hosts: ['shop.example.com'], http, ...spec },
});

describe('routes lead to the whole Service', () => {
  it('where one does, and none names a subset of it', () => {
    expect(leadsToWholeService(virtualService([{ redirect: { uri: '/' } }, { route: [to()] }]), host)).toBe(true);
  });

  it.each([
    ['none leads to it', [{ route: [{ destination: { host: 'other' } }] }], {}],
    ['one names a subset', [{ route: [to()] }, { route: [to('v1')] }], {}],
    ['a mirror names a subset', [{ route: [to()], mirror: to('v1').destination }], {}],
    ['another protocol is routed, too', [{ route: [to()] }], { tcp: [{ route: [to()] }] }],
    ['it is a delegate', [{ route: [to()] }], { hosts: undefined }],
  ])('but not where %s', (_, http, spec) => {
    expect(leadsToWholeService(virtualService(http, spec), host)).toBe(false);
  });
});

describe('a take-over', () => {
  const plain = (http: readonly object[]) => asOfWholeService(virtualService(http), host);

  it('may name routes and subsets, and write the weight of an only destination', () => {
    expect(plain([{ name: 'web', timeout: '3s', route: [to('v1', 100)] }])).toEqual(
      plain([{ timeout: '3s', route: [to()] }]),
    );
  });

  it.each([
    ['a timeout', { timeout: '4s', route: [to('v1', 100)] }],
    ['a port', { timeout: '3s', route: [{ destination: { host: 'shop', subset: 'v1', port: { number: 81 } } }] }],
    ['a match', { timeout: '3s', match: [{ uri: { prefix: '/' } }], route: [to('v1', 100)] }],
    ['weights of several destinations', { timeout: '3s', route: [to('v1', 90), to('v2', 10)] }],
  ])('changes no more: not %s', (_, route) => {
    expect(plain([route])).not.toEqual(plain([{ timeout: '3s', route: [to()] }]));
  });
});
