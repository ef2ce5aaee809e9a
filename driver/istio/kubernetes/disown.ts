/** Takes our note, and our entry in the managers of an object's fields, out: then the owner's next apply needs no force. */
import { disownPatch, withAnnotation } from '../../../manifests';
import { annotations, fieldManager, type Manifest } from '../../../model';
import type { NamespacedName } from '../../core/namespaced-name';
import type { Outcome } from '../../core/outcome';
import { objectPath } from '../../kubernetes/paths';
import type { Observation } from '../observation';
import { writeEdit, type Writer } from './writer';

/** The note first, and by a write of its own, which makes us a manager again. What is left is seen by the next look. */
export async function disown(
  { api, objects }: Writer,
  service: NamespacedName,
  what: 'route' | 'subsets',
  seen: Observation,
): Promise<Outcome> {
  const kind = what === 'route' ? 'VirtualService' : 'DestinationRule';
  const live = await api.find<Manifest>(objectPath(kind, service));
  if (!live || live.metadata.resourceVersion !== seen[what]?.resourceVersion) return 'conflict';
  const plain = withAnnotation(live, annotations.written, undefined);
  if (plain !== live) return writeEdit(objects, live, plain);
  const patch = disownPatch(live, fieldManager);
  return patch ? objects.patch(live, patch) : 'written';
}
