/**
 * The objects of the versions of a service, as the API server has them: whatever carries the two labels of the contract, and what
 * the release file adopts.
 */
import { labels, Refusal, type Manifest, type Release } from '../../../model';
import type { ReleaseRecord } from '../record';
import type { Autoscaler } from '../../kubernetes/objects';
import { adoptedObjects } from './adopted-objects';
import type { Carried } from './carried';
import type { Writer } from './writer';

export interface KindOfObject {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Looked for always: a version that the manifests do not have any more may have left them. */
const usualKinds: readonly KindOfObject[] = [
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
];

export const deploymentKind = 'Deployment';
export const autoscalerKind = 'HorizontalPodAutoscaler';

/**
 * The one whose numbers are read and whose minimum is set. Asking for it by its kind is not enough: what is adopted is found by its
 * name, whatever kinds were asked for, and a minimum once went to the Deployment, which has no such field.
 */
export function autoscalerAmong(objects: readonly Manifest[]): (Manifest & Autoscaler) | undefined {
  return objects.find(({ kind }) => kind === autoscalerKind) as (Manifest & Autoscaler) | undefined;
}

/** Which kinds a version of this service may consist of: by the manifests, and by the record for who has none. */
export function kindsOf(carried: Carried, recorded: ReleaseRecord['objects'] = {}): readonly KindOfObject[] {
  const own = Object.values(carried?.versions ?? {}).flatMap(({ objects }) => objects);
  const kinds = [...usualKinds, ...own, ...Object.values(recorded).flat()].map(({ apiVersion, kind }) => ({
    apiVersion,
    kind,
  }));
  return [...new Map(kinds.map((one) => [`${one.apiVersion} ${one.kind}`, one])).values()];
}

/** By version, in no particular order. */
export async function versionObjects(
  { api, paths }: Pick<Writer, 'api' | 'paths'>,
  release: Pick<Release, 'namespace' | 'name' | 'versions'>,
  kinds: readonly KindOfObject[],
): Promise<Record<string, readonly Manifest[]>> {
  const { namespace, name } = release;
  const found: Record<string, Manifest[]> = {};
  const lists = kinds.map(async (kind) => {
    const path = await paths.of({ ...kind, namespace }).catch(unlessUnknown);
    const items = path === undefined ? [] : await api.list<Manifest>(path, { [labels.service]: name });
    // An item of a list does not say what it is.
    return items.map((item) => ({ ...item, ...kind }));
  });
  // At once: a failure that nobody waits for yet would end the process.
  const [listed, adopted] = await Promise.all([Promise.all(lists), adoptedObjects({ api, paths }, release)]);
  for (const object of listed.flat()) {
    const version = object.metadata.labels?.[labels.version];
    if (version !== undefined) (found[version] ??= []).push(object);
  }
  return { ...found, ...adopted };
}

/** There are no objects of a kind that the API server does not know. Whoever wants to create one is told so. */
function unlessUnknown(error: unknown): undefined {
  if (!(error instanceof Refusal && error.code === 'no-api')) throw error;
}
