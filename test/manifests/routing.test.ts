import { routingOf } from '../../manifests';
import type { Manifest } from '../../model';

const host = 'web.shop.svc.cluster.local';
const to = (own: string, port?: number) => ({
  route: [{ destination: { host: own, subset: 'v1', ...(port !== undefined && { port: { number: port } }) } }],
});
const virtualService = (spec: object): Manifest => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'web', namespace: 'shop', annotations: { 'handover/split-routes': 'a,b' } },
  spec: {
    hosts: ['a.example.com', 'web'],
    http: [
      { name: 'b', match: [{ uri: { prefix: '/' } }], ...to('web', 9999) },
      { name: 'a', ...to(host, 80) },
      { name: 'other', ...to('pay', 7) },
    ],
    ...spec,
  },
});

test('a VirtualService says its hosts, gateways, the ports of the Service, and which routes are split', () => {
  expect(routingOf(virtualService({ gateways: ['istio-system/public', 'mesh'] }), host)).toEqual({
    hosts: ['a.example.com'],
    gateways: ['istio-system/public', 'mesh'],
    ports: [80, 9999],
    splitRoutes: ['b', 'a'],
  });
});

test('one that lists no gateways is for the mesh, and destinations may leave the port out', () => {
  const http = [
    { name: 'a', ...to('web') },
    { name: 'b', ...to('web') },
  ];
  expect(routingOf(virtualService({ http }), host)).toMatchObject({ gateways: ['mesh'], ports: [] });
});
