/** The edits of what charts/ writes: at the end of a release the objects are what synth writes then. */
import { releaseManifests } from '../../charts';
import { editRoutes, editSubsets, routesOf, withoutEdits } from '../../manifests';
import { serviceHost, type ReleaseFileInput, type Manifest } from '../../model';
import { theOnly, type DestinationRule, type VirtualService } from '../support/objects';
import { bothVersions, moments, releaseOf } from '../support/release';

/** `version`: the one that the header route sends to. */
const fieldsOf = (weights: ReleaseFileInput['weights'], version: string): Partial<ReleaseFileInput> => ({
  versions: bothVersions,
  weights,
  headerRoutes: [{ header: 'x-user', exact: 'ann', version }],
});
const virtualServiceOf = (fields: Partial<ReleaseFileInput>) =>
  theOnly<VirtualService>(releaseManifests(releaseOf(fields)), 'VirtualService');

const release = releaseOf(fieldsOf({ v1: 90, v2: 10 }, 'v2'));
const host = serviceHost(release.name, release.namespace);
const pinned = virtualServiceOf(fieldsOf({ v1: 90, v2: 10 }, 'v2'));
/** Its header route follows the split, as no v3 is listed. */
const following = (weights: ReleaseFileInput['weights']) => virtualServiceOf(fieldsOf(weights, 'v3'));
/** The same object with a marker in the name of its split route. */
const withMarker = (object: VirtualService, marker: string): VirtualService => {
  const http = object.spec.http.map((route) =>
    route.name === 'split' ? { ...route, name: `split@${marker}` } : route,
  );
  return { ...object, spec: { ...object.spec, http } };
};
const httpOf = ({ spec }: Manifest) => (spec as { http: Record<string, unknown>[] }).http;
const bytes = (object: unknown) => JSON.stringify(object);

describe('the routes', () => {
  it('are read: the weighted route is split, and header routes are pinned', () => {
    expect(routesOf(withMarker(pinned, 'k3.1'), host)).toEqual({
      split: { v1: 90, v2: 10 },
      marker: 'k3.1',
      splitRoutes: ['split'],
      pins: { 'header-1': 'v2' },
      activePins: ['v2'],
      probes: [],
      namedVersions: ['v1', 'v2'],
    });
  });

  it('are what an edit writes, byte for byte', () => {
    const split = { v2: 25, v1: 75 };
    const inRelease = editRoutes(following({ v1: 100 }), host, { split, present: [], marker: 'k3.1' });
    expect(bytes(inRelease)).toBe(bytes(withMarker(following({ v1: 75, v2: 25 }), 'k3.1')));
    const atRest = editRoutes(pinned, host, { split, present: ['v2'], marker: '' });
    expect(bytes(atRest)).toBe(bytes(virtualServiceOf(fieldsOf(split, 'v2'))));
  });

  it('in the middle of a release have the split and the marker of that moment', () => {
    const canary = theOnly(releaseManifests(moments['two versions, 90 to 10']), 'VirtualService');
    const http = httpOf(editRoutes(canary, host, { split: { v1: 40, v2: 60 }, present: [], marker: 'k3.7' }));
    expect(http.map(({ name }) => name)).toEqual(['split@k3.7']);
    expect(http[0]?.route).toMatchObject([
      { destination: { subset: 'v1' }, weight: 40 },
      { destination: { subset: 'v2' }, weight: 60 },
    ]);
  });

  it('of a header follow the split while their version is not there', () => {
    const versions = { ...bothVersions, v3: { image: 'registry.test/demo:3' } };
    const object = virtualServiceOf({ ...fieldsOf({ v1: 90, v2: 10 }, 'v3'), versions });
    const [ofHeader, split] = httpOf(object).map(({ route }) => route);
    expect(ofHeader).toMatchObject([{ destination: { subset: 'v3' }, weight: 100 }]);
    const edited = editRoutes(object, host, { split: { v1: 90, v2: 10 }, present: ['v1', 'v2'], marker: 'k3.1' });
    expect(httpOf(edited).map(({ route }) => route)).toEqual([split, split]);
  });

  it('are equal without edits, whatever the split', () => {
    const other = withMarker(following({ v1: 1, v2: 99 }), 'k3.9');
    expect(withoutEdits(following({ v1: 100 }), host)).toEqual(withoutEdits(other, host));
  });
});

describe('routes for probes', () => {
  const edited = editRoutes(pinned, host, {
    split: release.split,
    present: ['v2'],
    marker: 'k3.1',
    probes: { key: 'secret', versions: ['v1', 'v2'], gateways: [release.name] },
  });
  const http = httpOf(edited);
  const response = { set: { 'x-handover-route': 'k3.1' } };
  const port = { number: 8080 };
  const probes = [
    {
      name: 'handover-probe',
      match: [{ headers: { 'x-handover-probe': { exact: 'secret' } }, gateways: ['demo'] }],
      headers: { response },
      directResponse: { status: 200 },
    },
    ...['v1', 'v2'].map((subset) => ({
      name: `handover-probe.${subset}`,
      match: [{ headers: { 'x-handover-probe': { exact: `secret.${subset}` } }, gateways: ['demo'] }],
      headers: { request: { remove: ['x-handover-probe'] }, response },
      route: [{ destination: { host, subset, port }, weight: 100 }],
      retries: { attempts: 0 },
    })),
  ];

  it('come before all others, name the write in each answer, and take only requests of gateways with the key', () => {
    expect(http.slice(0, 3)).toEqual(probes);
    expect(http.map(({ name }) => name).slice(3)).toEqual(['header-1', 'split@k3.1']);
  });

  it('change no other route, and are read back', () => {
    expect(http[3]).toEqual(httpOf(pinned)[0]);
    expect(routesOf(edited, host).probes).toEqual(['v1', 'v2']);
  });
});

describe('the subsets', () => {
  const ruleOf = (moment: keyof typeof moments) =>
    theOnly<DestinationRule>(releaseManifests(moments[moment]), 'DestinationRule');
  const both = ruleOf('two versions, 90 to 10');
  const subsetOf = (version: string) => ({ labels: { version }, name: version });
  const edited = (rule: Manifest, versions: readonly string[]) => editSubsets(rule, versions, subsetOf);

  it('are what an edit writes, byte for byte', () => {
    expect(bytes(edited(ruleOf('one version'), ['v1', 'v2']))).toBe(bytes(both));
    expect(bytes(edited(both, ['v1']))).toBe(bytes(ruleOf('one version')));
  });

  it('after an edit are those it is for', () => {
    expect(edited(both, ['v2']).spec).toMatchObject({ subsets: [{ name: 'v2', labels: { version: 'v2' } }] });
  });
});
