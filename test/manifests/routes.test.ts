import { editRoutes, routesOf } from '../../manifests';
import { annotations, type Manifest } from '../../model';

const host = 'web.shop.svc.cluster.local';

function virtualService(http: readonly object[], declared: Record<string, string> = {}, spec: object = {}): Manifest {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'web', namespace: 'shop', annotations: declared },
    spec: { hosts: ['web'], http, ...spec },
  };
}

/** Destinations as `v1-90.v2-10` says them. */
function to(split: string, name = 'web') {
  return split.split('.').map((part) => {
    const [subset, weight] = part.split('-');
    return { destination: { host: name, subset }, ...(weight && { weight: Number(weight) }) };
  });
}

const beta = { match: [{ headers: { beta: { exact: 'on' } } }] };

describe('the host', () => {
  it.each(['web', 'web.shop', 'web.shop.svc', host])('may be written as %s', (name) => {
    expect(routesOf(virtualService([{ route: to('v1', name) }]), host).split).toEqual({ v1: 100 });
  });

  it.each(['web.other', 'we', 'web.shop.svc.other.domain', 'web.example.com'])('is not meant by %s', (name) => {
    expect(() => routesOf(virtualService([{ route: to('v1', name) }]), host)).toThrow(/found none/);
  });

  it('in another namespace is not meant by its short name', () => {
    const elsewhere = { ...virtualService([{ route: to('v1') }]), metadata: { name: 'web', namespace: 'edge' } };
    expect(() => routesOf(elsewhere, host)).toThrow(/found none/);
  });
});

describe('the versions that routes name', () => {
  it('include those of mirrors, of pinned routes and of routes that a release leaves alone', () => {
    const object = virtualService([
      { ...beta, route: to('v5') },
      { ...beta, redirect: { uri: '/' }, mirrors: [{ destination: { host, subset: 'v4' } }] },
      { route: to('v1-90.v2-10'), mirror: { host: 'web', subset: 'v3' } },
    ]);
    expect(routesOf(object, host).namedVersions).toEqual(['v1', 'v2', 'v3', 'v4', 'v5']);
  });

  it('exclude a destination of weight 0, as proxies do not get it', () => {
    expect(routesOf(virtualService([{ route: to('v1-100.v2-0') }]), host).namedVersions).toEqual(['v1']);
  });
});

describe('split and pinned routes', () => {
  const pins = { [annotations.pinnedRoutes]: 'beta=v2, inner=v3' };
  const object = virtualService(
    [
      { name: 'beta', ...beta, route: to('v2') },
      { name: 'inner', ...beta, route: to('v1-100') },
      { name: 'web', route: to('v1') },
    ],
    pins,
  );

  it('a pinned route is active when it sends to its version', () => {
    expect(routesOf(object, host)).toMatchObject({ pins: { beta: 'v2', inner: 'v3' }, activePins: ['v2'] });
  });

  it('are told by annotation where several have no match, or all have one', () => {
    const http = [
      { name: 'web@k3.4', ...beta, route: to('v1') },
      { name: 'api@k3.4', route: to('v1') },
    ];
    const declared = virtualService(http, { [annotations.splitRoutes]: 'web,api' });
    expect(routesOf(declared, host)).toMatchObject({ splitRoutes: ['web', 'api'], marker: 'k3.4', split: { v1: 100 } });
  });
});

describe('refuses', () => {
  const web = { name: 'web', route: to('v1') };
  const tcp = [{ match: [{ port: 5432 }], route: [{ destination: { host: 'web' } }] }];
  const split = (names: string) => ({ [annotations.splitRoutes]: names });
  const pinned = (pins: string) => ({ [annotations.pinnedRoutes]: pins });
  const cases: [string, Manifest, RegExp][] = [
    ['a delegate', virtualService([{ ...beta, delegate: { name: 'x' } }, web]), /found a delegate/],
    ['a delegated VirtualService', virtualService([web], {}, { hosts: [] }), /with hosts/],
    ['a tcp route to the host', virtualService([web], {}, { tcp }), /found a tcp or tls route/],
    ['a tls route to the host', virtualService([web], {}, { tls: tcp }), /found a tcp or tls route/],
    ['no http route', virtualService([]), /expected one route to the host without match.*found none/],
    ['two routes without match', virtualService([web, web]), /found 2 that have no match; name the routes/],
    [
      'a destination without subset',
      virtualService([{ route: [{ destination: { host: 'web' } }] }]),
      /set destination.subset/,
    ],
    [
      'weights that do not sum to 100',
      virtualService([{ route: to('v1-90.v2-9') }]),
      /found v1 90, v2 9; write weights/,
    ],
    ['no weights', virtualService([{ route: to('v1.v2') }]), /found v1 without weight, v2 without weight/],
    [
      'destinations of several hosts',
      virtualService([{ route: [...to('v1-50'), ...to('v1-50', 'x')] }]),
      /other hosts/,
    ],
    [
      'destinations with different ports',
      virtualService([{ route: [{ ...to('v1-50')[0], headers: {} }, ...to('v2-50')] }]),
      /alone/,
    ],
    ['a name without route', virtualService([web], split('web,api')), /found none called api/],
    [
      'a split route to another host',
      virtualService([{ ...web, route: to('v1', 'x') }], split('web')),
      /no destination to it/,
    ],
    [
      'a split route that redirects',
      virtualService([{ name: 'web', redirect: {} }], split('web')),
      /no destination to it/,
    ],
    ['different splits', virtualService([web, { name: 'api', route: to('v2') }], split('web,api')), /share one split/],
    [
      'different markers',
      virtualService(
        [
          { ...web, name: 'web@k.1' },
          { ...web, name: 'api' },
        ],
        split('web,api'),
      ),
      /same marker/,
    ],
    ['an annotation without names', virtualService([web], split('')), /found none/],
    ['a pin without version', virtualService([web], pinned('beta')), /found beta; write/],
    ['a pin without route', virtualService([web], pinned('beta=v2')), /found none called beta/],
    [
      'a route both split and pinned',
      virtualService([web], { ...split('web'), ...pinned('web=v1') }),
      /found web in both/,
    ],
    [
      'a stray pinned route',
      virtualService([{ name: 'beta', route: to('v3') }, web], pinned('beta=v2')),
      /found v3 on beta/,
    ],
    [
      'pinned routes of one version that differ',
      virtualService([{ name: 'a', route: to('v2') }, { name: 'b', route: to('v1') }, web], pinned('a=v2,b=v2')),
      /found v1 on b/,
    ],
  ];

  it.each(cases)('%s', (_name, object, message) => {
    expect(() => routesOf(object, host)).toThrow(expect.objectContaining({ code: 'route-unsupported' }) as Error);
    expect(() => routesOf(object, host)).toThrow(message);
    expect(() => editRoutes(object, host, { split: { v1: 100 }, present: [], marker: '' })).toThrow(message);
  });

  it('nothing about routes and names that only look like declared ones', () => {
    expect(routesOf(virtualService([{ ...beta, name: 'toString' }, web]), host).split).toEqual({ v1: 100 });
  });
});
