/** What a write needs: the API server, and what synth wrote. */
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
