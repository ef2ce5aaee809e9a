/** What a write needs: the API server, and what synth wrote; and how an edit is sent. */
import type { Manifest } from '../../../model';
import { patchOf } from '../../../manifests';
import type { Outcome } from '../../core/outcome';
import type { AnyObjects } from '../../kubernetes/any-object';
import type { Api } from '../../kubernetes/api';
import type { ResourcePaths } from '../../kubernetes/resources';
import type { Carried } from './carried';

export interface Writer {
  readonly api: Api;
  readonly paths: ResourcePaths;
  readonly objects: AnyObjects;
  readonly carried: Carried;
}

/** Of a live object, if it still is as it was read. */
export function writeEdit(objects: AnyObjects, live: Manifest, wanted: Manifest): Promise<Outcome> {
  return objects.patch(wanted, patchOf(live, wanted));
}
