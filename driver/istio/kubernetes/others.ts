/** Which of all VirtualServices and DestinationRules of a cluster are of other services, and where they are. */
import type { Manifest } from '../../../model';
import type { NamespacedName } from '../../core/namespaced-name';

/** A service's own has its name. */
export function isOf({ name, namespace }: NamespacedName, { metadata }: Manifest): boolean {
  return metadata.name === name && metadata.namespace === namespace;
}

/** NAMESPACE/NAME */
export function placeOf({ metadata }: Manifest): string {
  return `${metadata.namespace}/${metadata.name}`;
}
