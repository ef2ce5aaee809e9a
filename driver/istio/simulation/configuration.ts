/** What istiod makes of the objects: immutable snapshots. They are numbered, so that no proxy goes back to an older one. */
import type { Manifest, Split } from '../../../model';
import type { RouteContent } from '../route-content';
import type { Writer } from './blame';
import type { Pod } from './pod';

/**
 * The cluster that a proxy has of the Service itself, as if it were a subset of this name; and the version whose pods it selects: all
 * pods behind the Service.
 */
export const wholeService = '';

/** From the VirtualService. */
export interface RouteSnapshot extends RouteContent {
  readonly serial: number;
  readonly writer: Writer;
  /** Every subset that a user's request may be sent to, also by another VirtualService of the host. */
  readonly named: readonly string[];
  /** Another VirtualService, whose catch-all takes every request before this route. */
  readonly shadowedBy?: string;
  /** Somebody deleted the VirtualService: a proxy answers 404 then. */
  readonly isGone?: true;
  /** In worlds with routes of the owner's; what is above stands for its split routes. */
  readonly own?: OwnObject;
}

/** A VirtualService as it is written, and what others have to do with it. */
export interface OwnObject {
  readonly object: Manifest;
  /** Routes that no release edits, and that somebody else has sent to a version. */
  readonly byOthers: ReadonlySet<string>;
  /** The version to which another VirtualService sends every request of the host, before ours. */
  readonly shadow?: string;
}

/** From the DestinationRule. */
export interface SubsetsSnapshot {
  readonly serial: number;
  /** By subset: the version whose pods it selects. The subsets of handover always select their own version. */
  readonly selects: ReadonlyMap<string, string>;
  /** Subsets that somebody else made select the pods of another version: what they lose is theirs, whoever wrote last. */
  readonly foreign: ReadonlySet<string>;
  readonly writer: Writer;
}

/** The ready pods of one subset. */
export interface EndpointsSnapshot {
  readonly serial: number;
  readonly pods: readonly Pod[];
  /** An accident took pods away, and they are not back yet. */
  readonly isDisturbed: boolean;
  /** Somebody else made the subset select them. */
  readonly isForeign: boolean;
}

export const noEndpoints: EndpointsSnapshot = { serial: 0, pods: [], isDisturbed: false, isForeign: false };

export function namedBy(split: Split, headerVersions: readonly string[]): string[] {
  return [...new Set([...Object.keys(split).filter((version) => (split[version] ?? 0) > 0), ...headerVersions])];
}
