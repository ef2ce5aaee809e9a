import { admittedHosts } from '../../../../driver/istio/mesh/admitted-hosts';

const admitted = (names: readonly string[], hosts: readonly string[], gateway = 'edge') =>
  admittedHosts({ spec: { servers: names.map((name) => ({ hosts: [name] })) } }, { gateway, route: 'shop' }, hosts);

test('a Gateway lets in those hosts of a route that it names', () => {
  expect(admitted(['a.example.com', 'c.example.com'], ['a.example.com', 'b.example.com'])).toEqual(['a.example.com']);
});

test('of a whole domain and a host in it, the host counts, on whichever side it is', () => {
  expect(admitted(['*.example.com'], ['a.example.com', 'a.example.org'])).toEqual(['a.example.com']);
  expect(admitted(['a.example.com'], ['*.example.com'])).toEqual(['a.example.com']);
  expect(admitted(['*'], ['*.example.com', 'b.example.org'])).toEqual(['*.example.com', 'b.example.org']);
});

test('a domain does not let in its own name', () => {
  expect(admitted(['*.example.com'], ['example.com'])).toEqual([]);
});

test('a name with a namespace is for routes of that namespace, and a dot means that of the Gateway', () => {
  expect(admitted(['shop/a.com', 'other/b.com', '*/c.com', './d.com'], ['a.com', 'b.com', 'c.com', 'd.com'])).toEqual([
    'a.com',
    'c.com',
  ]);
  expect(admitted(['./d.com'], ['d.com'], 'shop')).toEqual(['d.com']);
});

test('a Gateway without servers lets in nothing', () => {
  expect(admittedHosts({ spec: {} }, { gateway: 'edge', route: 'shop' }, ['a.com'])).toEqual([]);
});
