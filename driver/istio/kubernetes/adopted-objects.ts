/** The objects of an adopted version: what its release file names, and others were not given meanwhile. */
import { fieldsOf, scales, specOf } from '../../../manifests';
import { findAdopted, selectorLabels, type Adopted, type Manifest, type Release } from '../../../model';
import type { Api, Selector } from '../../kubernetes/api';
import { hasEnded, type Pod } from '../../kubernetes/objects';
import { collectionPath } from '../../kubernetes/paths';
import { isPodOf } from './adopted-version';
import type { Writer } from './writer';

type Known = Pick<Release, 'name' | 'namespace' | 'versions'>;

/** By their names, those that are there and serve nobody else. None of a version that handover made. */
export async function adoptedObjects(
  eyes: Pick<Writer, 'api' | 'paths'>,
  release: Known,
): Promise<Record<string, readonly Manifest[]>> {
  const adopted = findAdopted(release);
  const { own } = await namedObjects(eyes, release);
  return adopted && own.length > 0 ? { [adopted.name]: own } : {};
}

/** What the file names and is there. */
export interface NamedObjects {
  readonly own: readonly Manifest[];
  /**
   * An autoscaler that scales something else, and a budget that protects pods of no version. Their owner has given them another
   * task since the file was written: they are neither raised nor deleted (S11).
   */
  readonly others: readonly Manifest[];
}

export async function namedObjects(
  { api, paths }: Pick<Writer, 'api' | 'paths'>,
  release: Known,
): Promise<NamedObjects> {
  const adopted = findAdopted(release);
  if (!adopted) return { own: [], others: [] };
  const { namespace } = release;
  const found = adopted.objects.map(async ({ apiVersion, kind, name }) => {
    const live = await api.find<Manifest>(await paths.of({ apiVersion, kind, namespace, name }));
    if (!live) return [];
    const object = { ...live, apiVersion, kind };
    return [{ object, isOthers: scalesAnother(object, adopted) || (await protectsOthers(api, release, object)) }];
  });
  const all = (await Promise.all(found)).flat();
  const those = (isWanted: boolean) => all.filter(({ isOthers }) => isOthers === isWanted).map(({ object }) => object);
  return { own: those(false), others: those(true) };
}

function scalesAnother(object: Manifest, { deployment }: Adopted): boolean {
  const own = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: deployment } };
  return 'scaleTargetRef' in specOf(object) && !scales(object, own);
}

/** One that chooses by expressions is taken at the word of the file. */
async function protectsOthers(api: Api, release: Known, { kind, spec }: Manifest): Promise<boolean> {
  const { matchLabels, matchExpressions } = fieldsOf(fieldsOf(spec).selector);
  if (kind !== 'PodDisruptionBudget' || matchExpressions !== undefined) return false;
  const path = collectionPath('Pod', release.namespace);
  const pods = await api.list<Pod>(path, fieldsOf(matchLabels) as Selector);
  return pods.some((pod) => !hasEnded(pod) && !isOfVersion(pod, release));
}

function isOfVersion(pod: Pod, release: Known): boolean {
  const adopted = findAdopted(release);
  const isAdopted = adopted !== undefined && isPodOf(release, adopted.name)(pod);
  return isAdopted || pod.metadata.labels?.[selectorLabels.app] === release.name;
}
