/**
 * Other VirtualServices that name versions of this service. Sidecars of other namespaces follow theirs, and nobody asks those:
 * a subset that goes would take their requests with it.
 */
import { namedSubsets } from '../../../manifests';
import { serviceHost, subsetName, type Manifest, type Release } from '../../../model';
import type { Api } from '../../kubernetes/api';
import { apiVersionOf, collectionPath } from '../../kubernetes/paths';
import { isOf, placeOf } from './others';

const kind = 'VirtualService';

/** By version, their names. Throws when the account may not read all of them: what nobody looked at may name the version. */
export async function namedElsewhereOf(
  api: Api,
  release: Release,
  versions: readonly string[],
): Promise<Record<string, string[]>> {
  if (versions.length === 0) return {};
  const host = serviceHost(release.name, release.namespace);
  const all = await api.list<Manifest>(collectionPath(kind), {});
  // An item of a list does not say what it is.
  const others = all
    .map((item) => ({ ...item, apiVersion: apiVersionOf(kind), kind }))
    .filter((object) => !isOf(release, object));
  const naming = (version: string) =>
    others.filter((object) => namedSubsets(object, host).includes(subsetName(version)));
  return Object.fromEntries(versions.map((version) => [version, naming(version).map(placeOf)]));
}
