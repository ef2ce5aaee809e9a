/** Webhooks that change the objects of a version on their way. */
import { liveChecks } from '../../../driver/istio/live-checks';
import { withStoredForms } from '../../../driver/istio/stored-forms';
import type { Manifest } from '../../../model';
import { carriedOf } from '../../support/carried';
import { bothVersions, releaseOf } from '../../support/release';

const shape = carriedOf(releaseOf({ versions: bothVersions, weights: { v1: 100 } }));
/** A registry-rewriting, digest-pinning webhook. */
const rewritten = (object: Manifest, digest = 'sha256:0a'): Manifest =>
  JSON.parse(JSON.stringify(object).replaceAll('registry.test/demo:2', `mirror.test/demo@${digest}`)) as Manifest;
const v2 = shape.versions['v2']?.objects ?? [];
const live = [shape.virtualService, shape.destinationRule, ...v2.map((object) => rewritten(object))];

async function problems(asStored: (object: Manifest) => Manifest | undefined) {
  const cluster = { asStored: (object: Manifest) => Promise.resolve(asStored(object)) };
  const stored = await withStoredForms(shape, ['v2'], live, cluster);
  return liveChecks(stored, { kind: 'run', canary: 'v2' }, live).checks.flatMap(({ problem }) => problem?.code ?? []);
}

test('a webhook that pins or rewrites the image is no change of the version under its name', async () => {
  expect(await problems((object) => rewritten(object))).toEqual([]);
});

test.each([
  ['the tag names another build by now', (object: Manifest) => rewritten(object, 'sha256:ff')],
  ['nothing rewrites it', (object: Manifest) => object],
  ['the stored form cannot be told', () => undefined],
])('the image is a change when %s', async (_, asStored) => {
  expect(await problems(asStored)).toEqual(['version-changed']);
});

test('objects that are as their manifests say are not asked for', async () => {
  const asStored = jest.fn();
  // The API server adds defaults and a status.
  const found = v2.map((object) => ({ ...object, status: {}, spec: { ...(object.spec as object), added: 1 } }));
  await withStoredForms(shape, ['v2'], [shape.virtualService, ...found], { asStored });
  expect(asStored).not.toHaveBeenCalled();
});
