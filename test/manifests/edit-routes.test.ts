import type { Manifest } from '../../model';
import fc from 'fast-check';
import { editRoutes, routesOf, withoutEdits, type RouteEdit } from '../../manifests';
import { crdProblems } from '../support/crd-validator';
import { edits, host, versions, virtualServices } from './arbitrary-virtual-service';

/** The edit that says what the object says already. */
function asRead(virtualService: Manifest): RouteEdit {
  const { split, activePins, marker } = routesOf(virtualService, host);
  return { split, present: activePins, marker };
}

const edit = (virtualService: Manifest, wanted: RouteEdit) => editRoutes(virtualService, host, wanted);

describe('for any VirtualService', () => {
  it('the examples and their edits are valid by the CRD', () => {
    const problems = fc.property(virtualServices, edits, (original, wanted) => {
      expect([...crdProblems(original), ...crdProblems(edit(original, wanted))]).toEqual([]);
    });
    fc.assert(problems);
  });

  it('an edit is read back as it was written', () => {
    const readBack = fc.property(virtualServices, edits, (original, wanted) => {
      const { split, marker, probes, activePins, splitRoutes, pins } = routesOf(edit(original, wanted), host);
      const before = routesOf(original, host);
      expect({ marker, probes, splitRoutes, pins }).toEqual({
        marker: wanted.marker,
        probes: wanted.probes?.versions ?? [],
        splitRoutes: before.splitRoutes,
        pins: before.pins,
      });
      expect(Object.entries(split).sort()).toEqual(
        Object.entries(wanted.split)
          .filter(([, weight]) => weight > 0)
          .sort(),
      );
      for (const pin of Object.values(pins))
        expect(activePins.includes(pin)).toBe(wanted.present.includes(pin) || wanted.split[pin] === 100);
    });
    fc.assert(readBack);
  });

  it('what an edit does not concern is the same with and without it', () => {
    const same = fc.property(virtualServices, edits, (original, wanted) => {
      expect(withoutEdits(edit(original, wanted), host)).toEqual(withoutEdits(original, host));
    });
    fc.assert(same);
  });

  it('an edit to what the object says gives the same text, at rest and in a release', () => {
    const motionless = fc.property(virtualServices, edits, (original, { probes: _, ...wanted }) => {
      expect(JSON.stringify(edit(original, asRead(original)))).toBe(JSON.stringify(original));
      const inRelease = edit(original, wanted);
      expect(JSON.stringify(edit(inRelease, asRead(inRelease)))).toBe(JSON.stringify(inRelease));
    });
    fc.assert(motionless);
  });

  it('any edits and then the edit back give the original text', () => {
    const thereAndBack = fc.property(virtualServices, fc.array(edits, { maxLength: 4 }), (original, course) => {
      const back = [...course, asRead(original)].reduce(edit, original);
      expect(JSON.stringify(back)).toBe(JSON.stringify(original));
    });
    fc.assert(thereAndBack);
  });

  it('the last edit leaves nothing of those before it', () => {
    const independent = fc.property(virtualServices, edits, edits, (original, first, last) => {
      expect(edit(edit(original, first), last)).toEqual(edit(original, last));
    });
    fc.assert(independent);
  });

  it('an edit names no version but those it is for and those of untouched routes', () => {
    const named = fc.property(virtualServices, edits, (original, wanted) => {
      const bare = withoutEdits(original, host);
      const untouched = JSON.stringify(bare);
      const after = routesOf(edit(original, wanted), host).namedVersions;
      const own = [...Object.keys(wanted.split).filter((version) => wanted.split[version]), ...wanted.present];
      const strangers = after.filter((version) => ![...own, ...(wanted.probes?.versions ?? [])].includes(version));
      for (const version of strangers) expect(untouched).toContain(`"subset":"${version}"`);
    });
    fc.assert(named);
  });
});

describe('a split', () => {
  const routes = [{ destination: { host: 'web', port: { number: 80 }, subset: 'v1' }, headers: { request: {} } }];
  const bare = virtualService([{ name: 'web', route: routes, timeout: '3s' }]);
  const httpOf = (object: Manifest) => (object.spec as { http: unknown[] }).http;

  it('is written with port and headers of the destination that was there', () => {
    expect(httpOf(edit(bare, { split: { v1: 90, v2: 10 }, present: [], marker: 'k3.1' }))).toEqual([
      {
        name: 'web@k3.1',
        route: [
          { ...routes[0], weight: 90 },
          { destination: { host: 'web', port: { number: 80 }, subset: 'v2' }, headers: { request: {} }, weight: 10 },
        ],
        timeout: '3s',
      },
    ]);
  });

  it('that ends with another version is written as the single destination was, without a weight', () => {
    const half = edit(bare, { split: { v1: 50, v2: 50 }, present: [], marker: 'k3.1' });
    expect(httpOf(edit(half, { split: { v2: 100 }, present: [], marker: '' }))).toEqual([
      {
        name: 'web',
        route: [{ ...routes[0], destination: { ...routes[0]?.destination, subset: 'v2' } }],
        timeout: '3s',
      },
    ]);
  });

  it('of a version such as 1.5.0 goes to its subset', () => {
    const after = edit(bare, { split: { v1: 90, '1.5.0': 10 }, present: [], marker: 'k3.1' });
    expect(routesOf(after, host).split).toEqual({ '1-5-0': 10, v1: 90 });
  });

  it('needs a marker that can be read back', () => {
    expect(() => edit(bare, { split: { v1: 100 }, present: [], marker: 'k3' })).toThrow(RangeError);
    expect(() => edit(bare, { split: { v1: 99 }, present: [], marker: '' })).toThrow(RangeError);
  });
});

describe('a pinned route', () => {
  const to = (subset: string) => [{ destination: { host: 'web', subset }, weight: 100 }];
  const object = virtualService(
    [
      { name: 'beta', match: [{ headers: { beta: { exact: 'on' } } }], route: to('v1') },
      { name: 'web', route: to('v1') },
    ],
    { 'handover/pinned-routes': 'beta=v2' },
  );
  const targets = (edited: Manifest) =>
    (edited.spec as { http: { route: { destination: { subset: string }; weight: number }[] }[] }).http.map(
      ({ route }) => route.map(({ destination, weight }) => `${destination.subset} ${weight}`).join(),
    );

  it('follows the split until its version is there', () => {
    const split = { v1: 90, v2: 10 };
    expect(targets(edit(object, { split, present: ['v1'], marker: 'k.1' }))).toEqual(['v1 90,v2 10', 'v1 90,v2 10']);
    expect(targets(edit(object, { split, present: versions, marker: 'k.2' }))).toEqual(['v2 100', 'v1 90,v2 10']);
  });
});

function virtualService(http: unknown[], annotations?: Record<string, string>): Manifest {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'web', namespace: 'shop', ...(annotations && { annotations }) },
    spec: { hosts: ['web'], http },
  };
}
