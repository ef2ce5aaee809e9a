/**
 * What differs between the moments of a release, for the reader of a change: one line for each field that came or
 * went. The manifests as a whole are in dist/, and test/app compares them.
 */
import { releaseManifests } from '../../charts';
import type { Release, Manifest } from '../../model';
import { bothVersions, moments, releaseOf } from '../support/release';

type Fields = ReadonlyMap<string, readonly string[]>;

/** By object, its fields in a line each: `spec.ports.0.port: 8080`. */
function fieldsOf(release: Release, nameOf: (manifest: Manifest) => string): Fields {
  return new Map(
    releaseManifests(release).map((manifest) => [
      nameOf(manifest),
      leaves(JSON.parse(JSON.stringify(manifest)), []).map((line) => `${nameOf(manifest)} ${line}`),
    ]),
  );
}

function leaves(value: unknown, path: readonly string[]): string[] {
  const isLeaf = typeof value !== 'object' || value === null || Object.keys(value).length === 0;
  if (isLeaf) return [`${path.join('.')}: ${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([key, field]) => leaves(field, [...path, key]));
}

/** An object that only one of two releases has is a line without its fields. */
function difference(before: Release, after: Release, nameOf = byKindAndName): string {
  const [old, now] = [fieldsOf(before, nameOf), fieldsOf(after, nameOf)];
  return [...onlyIn(old, now).map((line) => `- ${line}`), ...onlyIn(now, old).map((line) => `+ ${line}`)].join('\n');
}

function onlyIn(some: Fields, others: Fields): string[] {
  return [...some].flatMap(([object, fields]) => {
    const other = others.get(object);
    return other ? fields.filter((field) => !other.includes(field)) : [object];
  });
}

const byKindAndName = ({ kind, metadata }: Manifest) => `${kind}/${metadata.name}`;
const byKind = ({ kind }: Manifest) => kind;

const listed = releaseOf({ versions: bothVersions });

test('a second version adds the same objects as the first, and a subset', () => {
  expect(difference(moments['one version'], listed)).toMatchSnapshot();
  const own = (version: string) =>
    [...fieldsOf(listed, byKindAndName)]
      .filter(([object]) => object.endsWith(`-${version}`))
      .flatMap(([, lines]) => lines);
  const asV2 = (line: string) =>
    line.includes('apiVersion')
      ? line.replace('-v1 ', '-v2 ')
      : line.replaceAll('v1', 'v2').replace('registry.test/demo:1', 'registry.test/demo:2');
  expect(own('v1').length).toBeGreaterThan(50);
  expect(own('v2')).toEqual(own('v1').map(asV2));
});

test('weights of 90 to 10 change nothing but the route', () => {
  expect(difference(listed, moments['two versions, 90 to 10'])).toMatchSnapshot();
});

test('the end of a release changes nothing but the route', () => {
  const finished = moments['finished, the old version still listed'];
  expect(difference(moments['two versions, 90 to 10'], finished)).toMatchSnapshot();
});

test('options of the Gateway change nothing but the Gateway', () => {
  const gateway = {
    selector: { istio: 'ingressgateway' },
    tlsSecret: 'shop-example-com',
    httpsRedirect: true,
    httpPort: 8080,
    httpsPort: 8443,
  };
  expect(difference(moments['one version'], releaseOf({ gateway }))).toMatchSnapshot();
});

test('a rolling update instead of a mesh', () => {
  expect(difference(moments['one version'], releaseOf({ profile: 'rolling-update' }), byKind)).toMatchSnapshot();
});
