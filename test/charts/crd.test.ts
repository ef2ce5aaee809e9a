import type { Manifest } from '../../model';
import { releaseManifests } from '../../charts';
import { crdProblems } from '../support/crd-validator';
import { theOnly } from '../support/objects';
import { bothVersions, moments, releaseOf } from '../support/release';

const everything = releaseOf({
  highTraffic: true,
  versions: bothVersions,
  weights: { v1: 50, v2: 50 },
  gateway: { selector: { istio: 'edge' }, tlsSecret: 'demo-tls', httpsRedirect: true, httpsPort: 8443 },
  headerRoutes: [{ header: 'x-user', exact: 'tester', version: 'v2' }],
});

const releases = { ...moments, 'every option': everything };
const istioObjects = Object.entries(releases).flatMap(([moment, release]) =>
  releaseManifests(release)
    .filter(({ apiVersion }) => apiVersion.startsWith('networking.istio.io/'))
    .map((manifest) => [manifest.kind, moment, manifest] as const),
);

test('there is something to validate', () => {
  expect(istioObjects.map(([kind]) => kind)).toEqual(
    Object.keys(releases).flatMap(() => ['Gateway', 'DestinationRule', 'VirtualService']),
  );
});

test.each(istioObjects)('%s of %s has only fields that Istio knows', (_kind, _moment, manifest) => {
  expect(crdProblems(manifest)).toEqual([]);
});

describe('the validator refuses', () => {
  const routes = theOnly<Manifest & { spec: { http: Record<string, unknown>[] } }>(
    releaseManifests(everything),
    'VirtualService',
  );
  const changed = (http: Record<string, unknown>) => ({
    ...routes,
    spec: { ...routes.spec, http: [{ ...routes.spec.http[0], ...http }] },
  });

  test('an unknown field', () => {
    expect(crdProblems(changed({ rout: [] }))).toEqual(['/spec/http/0 must NOT have additional properties']);
  });

  test('a weight that is not a number', () => {
    const route = [{ destination: { host: 'x' }, weight: '90' }];
    expect(crdProblems(changed({ route }))).toEqual(['/spec/http/0/route/0/weight must be integer']);
  });

  test('a kind that it does not know', () => {
    expect(crdProblems({ ...routes, apiVersion: 'networking.istio.io/v1beta1' })).toHaveLength(1);
  });
});
