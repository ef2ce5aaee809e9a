/**
 * Webhooks change objects on their way: they pin an image to its digest, or rewrite its registry. A version is then not as its
 * manifest says, and nobody changed it under its name. So a live object is compared with what the API server would make of the
 * manifest today, where that is another.
 */
import { differences } from './files/difference';
import { identityOf, type ServiceShape } from '../../manifests';
import type { Manifest } from '../../model';
import type { Cluster } from './cluster';

/** Of these versions. Objects that are as their manifests say cost no request. */
export async function withStoredForms(
  shape: ServiceShape,
  versions: readonly string[],
  live: readonly Manifest[],
  cluster: Pick<Cluster, 'asStored'>,
): Promise<ServiceShape> {
  const asStored = async (object: Manifest) => {
    const found = live.find((other) => identityOf(other) === identityOf(object));
    const isChanged = found !== undefined && differences([object], [found]).length > 0;
    return (isChanged ? await cluster.asStored?.(object) : undefined) ?? object;
  };
  const changed = versions.map(async (version): Promise<[string, ServiceShape['versions'][string]][]> => {
    const own = shape.versions[version];
    return own ? [[version, { ...own, objects: await Promise.all(own.objects.map(asStored)) }]] : [];
  });
  return { ...shape, versions: { ...shape.versions, ...Object.fromEntries((await Promise.all(changed)).flat()) } };
}
