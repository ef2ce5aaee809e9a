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

/** What selects the pods of one template of a version, as a subset does by `pod-template-hash`. */
export function templateOf(version: string, hash: string): string {
  return `${version}#${hash}`;
}

/** Undefined of what selects all pods of the Service, or of a version. */
export function hashIn(selector: string): string | undefined {
  return selector.split('#')[1];
}

/** `selector`: what stands for all pods of the Service, a version, or one template of it. */
export function isSelected(selector: string, { version, hash }: Pick<Pod, 'hash' | 'version'>): boolean {
  return [wholeService, version, templateOf(version, hash)].includes(selector);
}

/** Whether a change of pods of these versions may concern it. */
export function concerns(selector: string, versions: ReadonlySet<string>): boolean {
  return selector === wholeService ? versions.size > 0 : versions.has(selector.split('#')[0] ?? '');
}

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
  /**
   * By subset: the version whose pods it selects. The subsets of handover select their own version; that of an adopted one, whose owner
   * may roll it, one template of it, or all pods of the Service.
   */
  readonly selects: ReadonlyMap<string, string>;
  /** Subsets that somebody else made select what they select now: what they lose is theirs, whoever wrote last. */
  readonly foreign: ReadonlySet<string>;
  readonly writer: Writer;
}

/** The ready pods of one subset. */
export interface EndpointsSnapshot {
  readonly serial: number;
  readonly pods: readonly Pod[];
  /** By what they were selected. */
  readonly selector: string | undefined;
  /** An accident took pods away, and they are not back yet. */
  readonly isDisturbed: boolean;
  /** Somebody else made the subset select them, or has resumed the rollout by which it lacks some. */
  readonly isForeign: boolean;
}

export const noEndpoints: EndpointsSnapshot = {
  serial: 0,
  pods: [],
  selector: undefined,
  isDisturbed: false,
  isForeign: false,
};

export function namedBy(split: Split, headerVersions: readonly string[]): string[] {
  return [...new Set([...Object.keys(split).filter((version) => (split[version] ?? 0) > 0), ...headerVersions])];
}
