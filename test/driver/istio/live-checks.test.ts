import type { Manifest } from '../../../model';
import { liveChecks } from '../../../driver/istio/live-checks';
import { adopted } from '../../support/adopted';
import { carriedOf } from '../../support/carried';
import { bothVersions, releaseOf } from '../../support/release';

const shape = carriedOf(releaseOf({ versions: bothVersions, weights: { v1: 100 }, retries: { attempts: 0 } }));
const installed: readonly Manifest[] = [
  shape.virtualService,
  shape.destinationRule,
  ...Object.values(shape.versions).flatMap(({ objects }) => objects),
];

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- live objects are changed here as people change them */
function liveWith(kind: string, change: (spec: any) => void): readonly Manifest[] {
  const live = JSON.parse(JSON.stringify(installed)) as readonly Manifest[];
  live.filter((object) => object.kind === kind).forEach(({ spec }) => change(spec));
  return live;
}
const failed = (live: readonly Manifest[]) =>
  liveChecks(shape, { kind: 'run', canary: 'v2' }, live).checks.flatMap(({ problem }) => problem ?? []);

test('objects as the manifests say pass', () => {
  expect(failed(installed)).toEqual([]);
});

/* eslint-disable @typescript-eslint/no-unsafe-member-access -- see liveWith */
test('a route with other retries is refused with the difference', () => {
  const live = liveWith('VirtualService', (spec) => void (spec.http[0].retries.attempts = 3));
  expect(failed(live)).toMatchObject([{ code: 'other-routes', found: expect.stringContaining('attempts') as string }]);
});

describe('an apply', () => {
  const failedApply = (live: readonly Manifest[]) =>
    liveChecks(shape, { kind: 'apply' }, live).checks.flatMap(({ problem }) => problem ?? []);

  test('may change routes and the traffic policy', () => {
    expect(failedApply(liveWith('VirtualService', (spec) => void (spec.http[0].timeout = '3s')))).toEqual([]);
    expect(failedApply(liveWith('DestinationRule', (spec) => void delete spec.trafficPolicy))).toEqual([]);
  });

  test('changes no hosts: the Gateway would have to follow', () => {
    const live = liveWith('VirtualService', (spec) => void (spec.hosts = ['other.example.com']));
    expect(failedApply(live)).toMatchObject([{ code: 'other-routes' }]);
  });
});

test('a route that somebody inserted is refused by its name, and the others are not called changed', () => {
  const live = liveWith('VirtualService', (spec) => {
    const api = { name: 'api', match: [{ uri: { prefix: '/api' } }], route: [{ destination: { host: 'api' } }] };
    spec.http = [api, ...(spec.http as object[])];
  });
  const [problem, ...others] = failed(live);
  expect(others).toEqual([]);
  expect(problem?.found).toMatch(/^VirtualService\/demo spec\.http\[api\]: expected nothing, found \{/);
  expect(problem?.found).not.toContain('http[split]');
});

test('fields of a live route that no manifest has stay, and are told', () => {
  const live = liveWith('VirtualService', (spec) => {
    spec.http[0].timeout = '3s';
    spec.http[0].fault = { abort: { httpStatus: 500, percentage: { value: 1 } } };
  });
  const { checks, warnings } = liveChecks(shape, { kind: 'run', canary: 'v2' }, live);
  expect(checks.flatMap(({ problem }) => problem ?? [])).toEqual([]);
  expect(warnings).toEqual([
    'fields that no manifest has, which stay: VirtualService/demo spec.http[split].timeout: "3s"; ' +
      'VirtualService/demo spec.http[split].fault: {"abort":{"httpStatus":500,"percentage":{"value":1}}}',
  ]);
});

test('a new version that exists with another image is refused, for its name stands for one build', () => {
  const live = liveWith('Deployment', (spec) => void (spec.template.spec.containers[0].image = 'other:9'));
  expect(failed(live)).toMatchObject([
    { code: 'version-changed', found: expect.stringContaining('other:9') as string },
  ]);
});

test('a subset of the new version that sends to the pods of another one is refused: it is there, so it would stay', () => {
  const live = liveWith('DestinationRule', (spec) => {
    const [v1] = spec.subsets as { readonly labels: object }[];
    spec.subsets = [v1, { name: 'v2', labels: v1?.labels }];
  });
  expect(failed(live)).toMatchObject([{ code: 'version-changed', found: expect.stringContaining('labels') as string }]);
});

test('the version that serves may differ: it is a warning', () => {
  const { warnings } = liveChecks(
    shape,
    { kind: 'run', canary: 'v2' },
    liveWith('Deployment', (spec) => void (spec.template.spec.containers[0].image = 'other:9')),
  );
  expect(warnings).toEqual([expect.stringContaining('demo-v1')]);
});

test('routes that cannot be told are left to the look: in mid-release it holds, and names who edited them', () => {
  const live = liveWith('VirtualService', (spec) => void (spec.http[0].name = 'by-hand'));
  expect(failed(live)).toEqual([]);
});

describe('routes to the whole Service, of a Deployment that is adopted', () => {
  const adopting = carriedOf(
    adopted(releaseOf({ versions: bothVersions, weights: { v1: 100 }, retries: { attempts: 0 } })),
  );
  interface Routes {
    http: { name?: string; timeout?: string; route: { weight?: number; destination: { subset?: string } }[] }[];
  }
  const asOwned = (timeout?: string): Manifest => {
    const route = JSON.parse(JSON.stringify(adopting.virtualService)) as Manifest & { spec: Routes };
    for (const each of route.spec.http) {
      delete each.name;
      if (timeout !== undefined) each.timeout = timeout;
      for (const entry of each.route) {
        delete entry.weight;
        delete entry.destination.subset;
      }
    }
    return route;
  };
  const failedFor = (live: readonly Manifest[], kind: 'run' | 'apply' = 'apply', adopts = true) => {
    const order = kind === 'run' ? ({ kind, canary: 'v2' } as const) : ({ kind } as const);
    return liveChecks(adopting, order, live, adopts).checks.flatMap(({ problem }) => problem ?? []);
  };

  test('may be taken over where they differ in subsets and names alone, with a DestinationRule or without', () => {
    expect(failedFor([asOwned()])).toEqual([]);
    expect(failedFor([asOwned(), adopting.destinationRule], 'run')).toEqual([]);
  });

  test('may not when anything else of them would change', () => {
    const live = [asOwned('3s')];
    expect(failedFor(live)).toMatchObject([
      { code: 'other-routes', found: expect.stringContaining('timeout') as string },
    ]);
  });

  test('need an apply where the traffic policy would change, too', () => {
    const { trafficPolicy: _, ...spec } = adopting.destinationRule.spec as { readonly trafficPolicy: object };
    const rule = { ...adopting.destinationRule, spec };
    expect(failedFor([asOwned(), rule], 'run')).toMatchObject([{ code: 'other-routes' }]);
    expect(failedFor([asOwned(), rule], 'apply')).toEqual([]);
  });

  test('are left to the look where nothing is adopted', () => {
    expect(failedFor([asOwned('3s')], 'run', false)).toEqual([]);
  });
});
