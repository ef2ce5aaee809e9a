/** A mirror to a subset, or a route that no release edits, is refused before the first write where its version comes or goes. */
import { untouchedRoutes } from '../../../driver/istio/untouched-routes';
import { listOf, specOf, type ServiceShape } from '../../../manifests';
import { carriedOf } from '../../support/carried';
import { run } from '../../support/decisions';
import { observed, recordWith, releaseWith } from '../../support/observations';

const release = releaseWith();
const host = carriedOf(release).host;
const before = observed({ subsets: ['v1'], split: { v1: 100 }, pods: { v1: 2 } });

function shapeWith(change: (http: readonly object[]) => readonly object[]): ServiceShape {
  const shape = carriedOf(release);
  const spec = specOf(shape.virtualService);
  return { ...shape, virtualService: { ...shape.virtualService, spec: { ...spec, http: change(listOf(spec.http)) } } };
}
const mirrorTo = (subset?: string) =>
  shapeWith((http) => http.map((route) => ({ ...route, mirror: { host: 'demo', ...(subset && { subset }) } })));
const routeTo = (subset: string) =>
  shapeWith((http) => [{ name: 'own', match: [{}], route: [{ destination: { host, subset } }] }, ...http]);

test.each([
  ['the version that goes, though weights name it now, too', mirrorTo('v1'), 'v1'],
  ['the version that comes', mirrorTo('v2'), 'v2'],
  ['one of them in a route that is neither split nor pinned', routeTo('v1'), 'v1'],
])('a mirror to %s', (_, shape, version) => {
  expect(untouchedRoutes(release, run, before, shape)).toMatchObject({
    code: 'route-unsupported',
    found: expect.stringMatching(new RegExp(`VirtualService .*/demo names ${version} in one of them`)) as string,
  });
});

test.each([
  ['leads to the whole Service', mirrorTo(), run, before],
  ['is of nobody', carriedOf(release), run, before],
  ['names a subset that is no version', mirrorTo('shadow'), run, before],
  ['names the new version, which is there already', mirrorTo('v2'), run, observed({ subsets: ['v1', 'v2'] })],
  ['came in the middle of a release, which holds', mirrorTo('v1'), run, observed({ record: recordWith() })],
  ['is there when an operator steers', mirrorTo('v1'), { kind: 'resume' } as const, before],
])('is not refused when it %s', (_, shape, order, seen) => {
  expect(untouchedRoutes(release, order, seen, shape)).toBeUndefined();
});

test('an apply is refused where it takes the version away, and not where it keeps it', () => {
  const both = observed({ subsets: ['v0', 'v1', 'v2'], pods: { v0: 1, v1: 2, v2: 2 } });
  const apply = { kind: 'apply' } as const;
  expect(untouchedRoutes(release, apply, both, mirrorTo('v0'))?.found).toContain('names v0 in one');
  expect(untouchedRoutes(release, apply, both, mirrorTo('v1'))).toBeUndefined();
});
