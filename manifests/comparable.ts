import { annotations, type Manifest } from '../model';

/** These say what the routes mean, so they have to be equal. */
const compared: readonly string[] = [annotations.splitRoutes, annotations.pinnedRoutes];

/**
 * Name, spec and the annotations that declare routes. The API server adds fields to a live object, and tools that apply it
 * add labels and annotations of their own; none of those routes a request.
 */
export function comparable({ apiVersion, kind, metadata, spec }: Manifest): Manifest {
  const { name, namespace } = metadata;
  const declared = Object.entries(metadata.annotations ?? {}).filter(([key]) => compared.includes(key));
  return { apiVersion, kind, metadata: { name, namespace, annotations: Object.fromEntries(declared) }, spec };
}
