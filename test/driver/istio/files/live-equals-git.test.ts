/** After each ending the live routes and subsets are what synth writes, in whatever order the file lists its versions. */
import { editRoutes, editSubsets, subsetIn } from '../../../../manifests';
import type { Manifest, Split } from '../../../../model';
import { carriedOf } from '../../../support/carried';
import { bothVersions, releaseOf } from '../../../support/release';

const plain = (object: Manifest) => JSON.parse(JSON.stringify(object.spec)) as unknown;
const image = bothVersions.v1.image;

/** As synth writes it of a file with these versions in this order, and all traffic on one. */
const synthesized = (versions: readonly string[], stable: string) =>
  carriedOf(
    releaseOf({
      versions: Object.fromEntries(versions.map((version) => [version, { image }])),
      weights: { [stable]: 100 },
      headerRoutes: [{ header: 'x-user', exact: 'tester', version: 'v2' }],
    }),
  );

/** All of them: each costs three syntheses. */
const orders = [
  ['v1', 'v2'],
  ['v2', 'v1'],
  ['1.5.0', 'v1', 'v2'],
  ['1.5.0', 'v2', 'v1'],
  ['v1', '1.5.0', 'v2'],
  ['v1', 'v2', '1.5.0'],
  ['v2', '1.5.0', 'v1'],
  ['v2', 'v1', '1.5.0'],
].map((versions) => ({ versions }));

interface Live {
  readonly route: Manifest;
  readonly rule: Manifest;
}

function edited(
  live: Live,
  shape: ReturnType<typeof synthesized>,
  versions: readonly string[],
  splits: readonly Split[],
): Live {
  const { destinationRule, host } = shape;
  const subsetOf = (version: string) => subsetIn(destinationRule, version) ?? {};
  const rule = editSubsets(live.rule, versions, subsetOf, destinationRule);
  const route = splits.reduce(
    (object, split, index) => editRoutes(object, host, { split, present: versions, marker: `r1.${index + 1}` }),
    live.route,
  );
  return { route, rule };
}

const atRest = ({ route, rule }: Live, host: string, split: Split, present: readonly string[]): Live => ({
  rule,
  route: editRoutes(route, host, { split, present, marker: '' }),
});

function begun(versions: readonly string[]) {
  const before = versions.filter((version) => version !== 'v2');
  const installed = synthesized(before, 'v1');
  const shape = synthesized(versions, 'v1');
  const live = { route: installed.virtualService, rule: installed.destinationRule };
  return { shape, live: edited(live, shape, versions, [{ v1: 100 }, { v1: 50, v2: 50 }, { v2: 100 }]) };
}

describe.each(orders)('a file that lists $versions', ({ versions }) => {
  const { shape, live } = begun(versions);

  test('is what is live after a completed release, without the old version', () => {
    const left = versions.filter((version) => version !== 'v1');
    const ended = atRest(edited(live, shape, left, []), shape.host, { v2: 100 }, left);
    const wanted = synthesized(left, 'v2');
    expect(plain(ended.route)).toEqual(plain(wanted.virtualService));
    expect(plain(ended.rule)).toEqual(plain(wanted.destinationRule));
  });

  test("is what is live after an abort, but for the new version's own routes, which follow the split", () => {
    const kept = versions.filter((version) => version !== 'v2');
    const ended = atRest(live, shape.host, { v1: 100 }, kept);
    const wanted = editRoutes(shape.virtualService, shape.host, { split: { v1: 100 }, present: kept, marker: '' });
    expect(plain(ended.route)).toEqual(plain(wanted));
    expect(plain(ended.rule)).toEqual(plain(shape.destinationRule));
  });
});
