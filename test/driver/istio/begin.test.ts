/** With what a release begins, and when there is nothing to begin. */
import { releaseWith, observed, proxyWith } from '../../support/observations';
import { both, decideOn, run, stepped } from '../../support/decisions';
import type { ObservedRoute } from '../../../driver/istio/observation';

describe('an apply', () => {
  const apply = { kind: 'apply' } as const;
  const file = releaseWith('headerRoutes: [{header: x-user, exact: tester, version: v2}]');
  const pins = { pinnedVersions: ['v2', 'v9'], headerVersions: ['v2'] };
  const asInFile = { ...both, route: pins };
  const change: ObservedRoute['change'] = { fields: ['spec.http[0].timeout'], names: [], base: 'split' };
  const decideApply = (differences: Parameters<typeof observed>[0]) =>
    decideOn(observed({ ...asInFile, ...differences }), {}, file, apply);

  it('finds nothing to do when all is as in the file: a pin to a version that is not listed follows the split', () => {
    expect(decideApply({})).toMatchObject({ because: { outcome: 'completed', isOwn: false } });
  });

  it.each<[string, Parameters<typeof observed>[0]]>([
    ['the split route has a name of a release', { marker: 'split@r0.3' }],
    ['probes were left on the route', { route: { ...pins, probes: ['v1'] } }],
    ['the routes differ from the manifests', { route: { ...pins, change } }],
    ['the traffic policy differs from the manifests', { rule: { change: ['spec.trafficPolicy'] } }],
    ['the weights differ', { split: { v1: 90, v2: 10 } }],
    ['a pin does not lead to its version', { route: { ...pins, headerVersions: [] } }],
    ['a subset is missing', { subsets: ['v1'] }],
    ['a Deployment is missing', { pods: { v1: 2 } }],
    ['a version is there that the file does not list', { pods: { v1: 2, v2: 2, v0: 2 } }],
  ])('begins when %s', (_, differences) => {
    expect(decideApply(differences)).toMatchObject({
      action: { kind: 'write-route', record: { mode: 'apply' } },
      because: [{ code: 'release-begins' }],
    });
  });

  it('ends with most of the traffic on the version that the file gives most', () => {
    const weighted = { ...file, split: { v1: 30, v2: 70 } };
    expect(decideOn(observed(asInFile), {}, weighted, apply)).toMatchObject({
      action: { record: { stable: 'v2', canary: 'v2' } },
    });
  });
});

describe('a run', () => {
  it('begins at the step whose weight is live already: the pause after it is still to come', () => {
    expect(decideOn(observed({ ...both, split: { v1: 90, v2: 10 } }))).toMatchObject({
      action: { record: { step: 1 } },
    });
    expect(decideOn(observed({ ...both, split: { v1: 89, v2: 11 } }))).toMatchObject({
      action: { record: { step: 3 } },
    });
  });

  it('takes no share back that the new version has already, be it one in a hundred', () => {
    expect(decideOn(observed({ ...both, split: { v1: 99, v2: 1 } }))).toMatchObject({
      action: { record: { step: 1 } },
    });
  });

  it('counts on a version that every proxy has with one endpoint', () => {
    expect(decideOn(observed({ proxies: [proxyWith({ endpoints: 1 })] }))).toMatchObject({
      action: { record: { kept: ['v1'] } },
    });
  });

  it('replaces the one version that carries the rest, also beside another that the file lists', () => {
    const file = { ...stepped, versions: [...stepped.versions, { ...stepped.versions[0], name: 'v3' }] };
    const seen = observed({ ...both, split: { v1: 90, v2: 10 }, pods: { v1: 2, v2: 2, v3: 2 } });
    expect(decideOn(seen, {}, file as typeof stepped)).toMatchObject({ action: { record: { stable: 'v1' } } });
  });

  it('replaces the version that carries most of the rest', () => {
    const subsets = ['v0', 'v1', 'v2'];
    const now = { subsets, pods: { v0: 2, v1: 2, v2: 2 }, split: { v0: 20, v1: 70, v2: 10 } };
    const seen = observed({ ...now, proxies: [proxyWith({ subsets, split: now.split })] });
    expect(decideOn(seen)).toMatchObject({ action: { record: { stable: 'v1', canary: 'v2' } } });
    expect(decideOn(seen, {}, undefined, { ...run, canary: 'v0' } as typeof run)).toMatchObject({
      action: { record: { stable: 'v1', canary: 'v0' } },
    });
  });

  it('has on record how many pods carry the traffic: the most of a version on the route, else of any, and at least one', () => {
    const recorded = (differences: Parameters<typeof observed>[0]) => decideOn(observed(differences));
    const split = { v1: 90, v2: 10 };
    expect(recorded({ ...both, split, pods: { v1: 3, v2: 5, v0: 9 } })).toMatchObject({
      action: { record: { podsForAll: 5 } },
    });
    expect(recorded({ pods: { v1: 0, v0: 9 } })).toMatchObject({ action: { record: { podsForAll: 9 } } });
    expect(recorded({ pods: { v1: 0 } })).toMatchObject({ action: { record: { podsForAll: 1 } } });
  });
});
