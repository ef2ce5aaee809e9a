/** VirtualServices at rest, as a user may write them and Istio accepts them, and the edits that a release makes. */
import fc from 'fast-check';
import type { Fields, RouteEdit } from '../../manifests';
import { annotations, type Manifest } from '../../model';
import { weights } from '../support/arbitrary-release';

export const host = 'web.shop.svc.cluster.local';
export const versions = ['v1', 'v2', 'v3'];

const spelling = fc.constantFrom('web', 'web.shop', 'web.shop.svc', host);
const otherHost = fc.constantFrom('cart', 'web.other', 'api.example.com', 'web.other.svc.cluster.local');
const share = fc.constantFrom(10, 25, 100);

const match = fc.array(
  fc.record(
    {
      uri: fc.constantFrom({ prefix: '/' }, { exact: '/status' }, { regex: '/item/[0-9]+' }),
      headers: fc.constant({ cookie: { regex: '.*beta=on.*' } }),
      queryParams: fc.constant({ debug: { exact: '1' } }),
      sourceLabels: fc.constant({ app: 'checkout' }),
      gateways: fc.constantFrom(['mesh'], ['infra/edge', 'mesh']),
      port: fc.constant(8080),
      name: fc.constantFrom('phones', 'debug'),
      ignoreUriCase: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  { minLength: 1, maxLength: 3 },
);

/** What a route may have beside name, match and destinations. */
const extras = fc.record(
  {
    rewrite: fc.constantFrom({ uri: '/' }, { authority: 'inner.example.com' }),
    timeout: fc.constantFrom('3s', '0.5s'),
    retries: fc.constantFrom({ attempts: 0 }, { attempts: 2, perTryTimeout: '1s', retryOn: '5xx,reset' }),
    mirror: fc.record({ host: spelling, subset: fc.constantFrom(...versions) }),
    mirrorPercentage: fc.record({ value: share }),
    mirrors: fc.array(
      fc.record({ destination: fc.record({ host: otherHost }), percentage: fc.record({ value: share }) }),
      { maxLength: 2 },
    ),
    fault: fc.constantFrom({ delay: { percentage: { value: 5 }, fixedDelay: '2s' } }, { abort: { httpStatus: 418 } }),
    headers: fc.constantFrom({ request: { set: { 'x-edge': '1' } } }, { response: { remove: ['server'] } }),
    corsPolicy: fc.constant({ allowOrigins: [{ exact: 'https://example.com' }], maxAge: '24h' }),
  },
  { requiredKeys: [] },
);

/** Whole weights of one to three versions, those of 0 included. */
const split = fc
  .shuffledSubarray(versions, { minLength: 1 })
  .chain((names) => weights(names.length).map((shares) => names.map((name, i) => [name, shares[i] ?? 0] as const)));

type Shares = readonly (readonly [string, number])[];

interface Style {
  readonly host: string;
  readonly port: boolean;
  readonly subsetFirst: boolean;
  readonly weightFirst: boolean;
  readonly withoutWeight: boolean;
  readonly headers: boolean;
}

const style: fc.Arbitrary<Style> = fc.record({
  host: spelling,
  port: fc.boolean(),
  subsetFirst: fc.boolean(),
  weightFirst: fc.boolean(),
  withoutWeight: fc.boolean(),
  headers: fc.boolean(),
});

function written(shares: Shares, how: Style): Fields[] {
  const only = shares.length === 1;
  return shares.map(([subset, weight]) => {
    const port = how.port ? { port: { number: 8080 } } : {};
    const named = how.subsetFirst ? { subset, host: how.host, ...port } : { host: how.host, ...port, subset };
    const headers = how.headers ? { headers: { response: { set: { 'x-by': 'web' } } } } : {};
    if (only && how.withoutWeight) return { destination: named, ...headers };
    return how.weightFirst ? { weight, destination: named, ...headers } : { destination: named, ...headers, weight };
  });
}

/** In any order, as the same split may be spelt differently on each route. */
function splitRoute(shares: Shares, name: string | undefined, matches: boolean): fc.Arbitrary<Fields> {
  const orders = fc.shuffledSubarray([...shares], { minLength: shares.length });
  return fc.record({ orders, style, extras, match }).map((made) => ({
    ...(name === undefined ? {} : { name }),
    ...(matches ? { match: made.match } : {}),
    ...made.extras,
    route: written(made.orders, made.style),
  }));
}

function pinnedRoute(shares: Shares, name: string, pin: string, follows: boolean): fc.Arbitrary<Fields> {
  return fc.record({ style, extras, match }).map((made) => ({
    match: made.match,
    name,
    route: written(follows ? shares : [[pin, 100]], made.style),
    ...made.extras,
  }));
}

/** Routes that a release leaves alone. */
const untouched: fc.Arbitrary<Fields> = fc.oneof(
  fc.record({ match, route: otherHost.map((other) => [{ destination: { host: other } }]) }),
  fc.record({ match, extras, host: spelling, subset: fc.constantFrom(...versions) }).map((made) => ({
    match: made.match,
    ...made.extras,
    route: [
      { destination: { host: made.host, subset: made.subset }, weight: 7 },
      { destination: { host: 'cart' }, weight: 1 },
    ],
  })),
  fc.record({ match, name: fc.constant('old'), redirect: fc.constant({ uri: '/new', redirectCode: 301 }) }),
  fc.record({ match, directResponse: fc.constant({ status: 503, body: { string: 'closed' } }) }),
);

interface Made {
  readonly http: readonly Fields[];
  readonly declared: Readonly<Record<string, string>>;
}

/** One split route that is told by having no match. */
function undeclared(shares: Shares): fc.Arbitrary<Made> {
  const name = fc.constantFrom(undefined, 'split', 'a@b');
  return fc
    .tuple(
      fc.array(untouched, { maxLength: 3 }),
      name.chain((chosen) => splitRoute(shares, chosen, false)),
    )
    .map(([others, route]) => ({ http: [...others, route], declared: {} }));
}

function declared(shares: Shares): fc.Arbitrary<Made> {
  const names = fc.subarray(['web', 'api', 'a@b.1'], { minLength: 1 });
  const pins = fc.subarray(['beta', 'inner'], { maxLength: 2 });
  return fc
    .tuple(names, pins, fc.constantFrom(...versions), fc.boolean(), fc.boolean())
    .chain(([splits, pinned, pin, matches, follows]) => {
      const routes = [
        ...splits.map((name) => splitRoute(shares, name, matches)),
        ...pinned.map((name) => pinnedRoute(shares, name, pin, follows)),
        untouched,
        untouched,
      ];
      return fc
        .tuple(...routes)
        .chain((made) => fc.shuffledSubarray(made, { minLength: made.length }))
        .map((http) => ({
          http,
          declared: {
            [annotations.splitRoutes]: splits.join(', '),
            ...(pinned.length > 0 && { [annotations.pinnedRoutes]: pinned.map((name) => `${name}=${pin}`).join() }),
          },
        }));
    });
}

export const virtualServices: fc.Arbitrary<Manifest> = split
  .chain((shares) => fc.oneof(undeclared(shares), declared(shares)))
  .chain((made) =>
    fc.record({
      gateways: fc.constantFrom(undefined, ['infra/edge', 'mesh']),
      labels: fc.constantFrom(undefined, { team: 'shop' }),
      annotations: fc.constantFrom(made.declared, { 'example.com/owner': 'shop', ...made.declared }),
      http: fc.constant(made.http),
    }),
  )
  .map((made) => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: {
      ...(Object.keys(made.annotations).length > 0 && { annotations: made.annotations }),
      ...(made.labels && { labels: made.labels }),
      name: 'web',
      namespace: 'shop',
    },
    spec: {
      ...(made.gateways && { gateways: made.gateways }),
      hosts: ['web.example.com', 'web'],
      http: made.http,
    },
  }));

const probes = fc.record({
  key: fc.constant('secret'),
  versions: fc.subarray(versions),
  gateways: fc.constant(['infra/edge']),
});

/** Edits of a release: each has a marker. */
export const edits: fc.Arbitrary<RouteEdit> = fc.record(
  {
    split: split.map((shares) => Object.fromEntries(shares)),
    present: fc.subarray(versions),
    marker: fc.tuple(fc.constantFrom('k3f9', 'a-b'), fc.nat({ max: 20 })).map(([id, serial]) => `${id}.${serial}`),
    probes,
  },
  { requiredKeys: ['split', 'present', 'marker'] },
);
