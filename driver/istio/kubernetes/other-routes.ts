/**
 * Other VirtualServices that name versions of this service. Sidecars of other namespaces follow theirs, and nobody asks those:
 * a subset that goes would take their requests with it.
 */
import { namedSubsets } from '../../../manifests';
import { serviceHost, subsetName, type Manifest, type Release } from '../../../model';
import { ApiError, type Api } from '../../kubernetes/api';
import { apiVersionOf, collectionPath } from '../../kubernetes/paths';

const kind = 'VirtualService';

/** By version, the names of those that the account may read: of all namespaces, or of the service's own. */
export async function namedElsewhereOf(
  api: Api,
  release: Release,
  versions: readonly string[],
): Promise<Record<string, string[]>> {
  if (versions.length === 0) return {};
  const host = serviceHost(release.name, release.namespace);
  const others = (await readable(api, release)).filter((object) => !isOwn(object, release));
  const naming = (version: string) =>
    others.filter((object) => namedSubsets(object, host).includes(subsetName(version)));
  return Object.fromEntries(versions.map((version) => [version, naming(version).map(nameOf)]));
}

async function readable(api: Api, { namespace }: Release): Promise<readonly Manifest[]> {
  const list = (path: string) => api.list<Manifest>(path, {});
  const found = await list(collectionPath(kind))
    .catch(unlessForbidden)
    .then((all) => all ?? list(collectionPath(kind, namespace)).catch(unlessForbidden));
  // An item of a list does not say what it is.
  return (found ?? []).map((item) => ({ ...item, apiVersion: apiVersionOf(kind), kind }));
}

function unlessForbidden(error: unknown): undefined {
  if (!(error instanceof ApiError && error.status === 403)) throw error;
}

function isOwn({ metadata }: Manifest, { name, namespace }: Release): boolean {
  return metadata.name === name && metadata.namespace === namespace;
}

function nameOf({ metadata }: Manifest): string {
  return `${metadata.namespace}/${metadata.name}`;
}
