/** The two objects that a release edits, as the API server has them. */
import type { Manifest } from '../../../model';
import type { WrittenNote } from '../observation';
import type { OperatorRequest, ReleaseRecord } from '../record';
import type { Writer } from './blame';
import type { RouteSnapshot, SubsetsSnapshot } from './configuration';

/** Of the VirtualService. Both are gone when a release is over. */
export interface Annotations {
  readonly record: ReleaseRecord | undefined;
  readonly request: OperatorRequest | undefined;
}

export interface StoredRoute extends Annotations {
  readonly snapshot: RouteSnapshot;
  /** Whose content it is. */
  readonly writer: Writer;
  /** Of its content as a driver wrote it last, or as it was installed. */
  readonly sentDigest: string | undefined;
  readonly isMutated: boolean;
  /** Counts the changes of the content. */
  readonly generation: number;
  readonly resourceVersion: number;
  readonly changedBy: string;
  readonly isOwned: boolean;
}

export interface StoredSubsets {
  readonly snapshot: SubsetsSnapshot;
  /** In worlds where it has contents of its owner's. */
  readonly object: Manifest | undefined;
  readonly resourceVersion: number;
  readonly changedBy: string;
  readonly written: WrittenNote | undefined;
  readonly isOwned: boolean;
}
