/** Takes our note, and our entry in the managers of an object's fields, out: then the owner's next server-side apply needs no force. */
import { disownPatch } from '../../../manifests';
import { annotations, fieldManager, type Manifest } from '../../../model';
import type { NamespacedName } from '../../core/namespaced-name';
import type { Outcome } from '../../core/outcome';
import { objectPath } from '../../kubernetes/paths';
import type { Observation } from '../observation';
import type { Writer } from './writer';

export async function disown(
  { api, objects }: Writer,
  service: NamespacedName,
  what: 'route' | 'subsets',
  seen: Observation,
): Promise<Outcome> {
  const kind = what === 'route' ? 'VirtualService' : 'DestinationRule';
  const live = await api.find<Manifest>(objectPath(kind, service));
  if (!live || live.metadata.resourceVersion !== seen[what]?.resourceVersion) return 'conflict';
  const patch = disownPatch(live, fieldManager, annotations.written);
  return patch ? objects.patch(live, patch) : 'written';
}
