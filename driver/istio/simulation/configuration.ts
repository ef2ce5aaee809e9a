/** What istiod makes of the objects: immutable snapshots. They are numbered, so that no proxy goes back to an older one. */
import type { Split } from '../../../model';
import type { RouteContent } from '../route-content';
import type { Writer } from './blame';
import type { Pod } from './pod';

/** From the VirtualService. */
export interface RouteSnapshot extends RouteContent {
  readonly serial: number;
  readonly writer: Writer;
  /** Every subset that a user's request may be sent to. */
  readonly named: readonly string[];
  /** Somebody deleted the VirtualService: a proxy answers 404 then. */
  readonly isGone?: true;
}

/** From the DestinationRule. */
export interface SubsetsSnapshot {
  readonly serial: number;
  /** By subset: the version whose pods it selects. The subsets of handover always select their own version. */
  readonly selects: ReadonlyMap<string, string>;
  readonly writer: Writer;
}

/** The ready pods of one subset. */
export interface EndpointsSnapshot {
  readonly serial: number;
  readonly pods: readonly Pod[];
  /** An accident took pods away, and they are not back yet. */
  readonly isDisturbed: boolean;
}

export const noEndpoints: EndpointsSnapshot = { serial: 0, pods: [], isDisturbed: false };

export function namedBy(split: Split, headerVersions: readonly string[]): string[] {
  return [...new Set([...Object.keys(split).filter((version) => (split[version] ?? 0) > 0), ...headerVersions])];
}
