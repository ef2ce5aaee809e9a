/** What istiod makes of the objects: immutable snapshots, numbered so that nobody goes back to an older one. */
import type { Split } from '../../../model';
import type { Blame, Pod } from './pod';

/** Who wrote what is in effect: losses that follow from it are theirs. */
export type Writer = Exclude<Blame, 'accident'>;

/** From the VirtualService. */
export interface RouteSnapshot {
  readonly serial: number;
  readonly split: Split;
  readonly headerVersions: readonly string[];
  /** Versions that requests of the driver, and no others, are sent to. */
  readonly probes: readonly string[];
  readonly marker: string;
  readonly writer: Writer;
  /** Every subset that a request may be sent to. */
  readonly named: readonly string[];
}

/** From the DestinationRule: which version's pods each subset selects. Handover's subsets always select their own. */
export interface SubsetsSnapshot {
  readonly serial: number;
  readonly selects: ReadonlyMap<string, string>;
  readonly writer: Writer;
}

/** The ready pods of one subset. */
export interface EndpointsSnapshot {
  readonly serial: number;
  readonly pods: readonly Pod[];
  /** An accident has taken pods away that are not back yet. */
  readonly isDisturbed: boolean;
}

export const noEndpoints: EndpointsSnapshot = { serial: 0, pods: [], isDisturbed: false };

export function namedBy(split: Split, headerVersions: readonly string[]): string[] {
  return [...new Set([...Object.keys(split).filter((version) => (split[version] ?? 0) > 0), ...headerVersions])];
}
