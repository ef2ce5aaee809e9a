/**
 * A small world as plain data: one or two gateways, two versions, one driver. Small enough that every order of events can be tried. What
 * is not in here is not explored: docs/proof.md names it.
 */
import type { Action } from '../../../driver/istio/action';
import type { Memory } from '../../../driver/istio/memory';
import type { ObservedState } from '../../../driver/istio/observation';
import type { OperatorRequest, ReleaseRecord } from '../../../driver/istio/record';
import type { Split } from '../../../model';

export const versions = ['v1', 'v2'] as const;
export type Version = (typeof versions)[number];
export const gateways = ['gateway-a', 'gateway-b'] as const;

export interface State {
  /** The VirtualService and the DestinationRule; undefined when somebody has removed it. */
  readonly route: Route | undefined;
  readonly rule: Rule | undefined;
  /** The ConfigMap with what outlives a record. */
  readonly kept: ObservedState;
  readonly pods: Readonly<Partial<Record<Version, Pods>>>;
  readonly proxies: readonly Proxy[];
  readonly driver: Driver;
  /** How many drivers were started: each has an id of its own. */
  readonly drivers: number;
  /** True when a while has passed since the last gateway could route to this version. */
  readonly isQuiet: Readonly<Record<Version, boolean>>;
  /** What may still happen, and what has. */
  readonly killsLeft: number;
  readonly actsLeft: number;
  readonly acts: readonly string[];
  /** Only acts whose names have one of these in them may happen. */
  readonly among: readonly string[];
}

/** What a proxy can have of the VirtualService. */
export interface Content {
  readonly split: Split;
  readonly marker: string;
  /** Whose doing it is that requests go this way. A write that moves nothing leaves that as it was. */
  readonly sentBy: 'driver' | 'owner' | 'somebody';
}

export interface Route extends Content {
  readonly record: ReleaseRecord | undefined;
  readonly request: OperatorRequest | undefined;
  readonly isOwned: boolean;
  readonly changedBy: Content['sentBy'];
}

export interface Rule {
  readonly subsets: readonly Version[];
  readonly isOwned: boolean;
  /** The digest of what the driver wrote last; absent until then. */
  readonly written?: string;
}

export interface Pods {
  readonly desired: number;
  readonly available: number;
  /** The Deployment is deleted; these pods are ending. */
  readonly isGone?: boolean;
}

export interface Proxy {
  readonly state: 'serving' | 'unreadable' | 'starting';
  readonly route: Content;
  /** What istiod has sent and is not in effect yet, the oldest first. */
  readonly routesToCome: readonly Content[];
  readonly subsetsToCome: readonly (readonly Version[])[];
  readonly clusters: Readonly<Partial<Record<Version, Cluster>>>;
  /** Of a version that it no longer routes to. While it routes there, a request may begin at each moment. */
  readonly load: Readonly<Record<Version, Load>>;
  /** By version, connections begun as this driver last counted them; undefined before it did. */
  readonly counted: Readonly<Partial<Record<Version, number>>> | undefined;
}

export interface Cluster {
  readonly state: 'warming' | 'active';
  readonly endpoints: number;
  /** 0: no connection ever; 1: as the driver counted last; 2: one more. */
  readonly begun: 0 | 1 | 2;
}

/** connecting: it waits for a connection, and is in nobody's count. */
export type Load = 'none' | 'connecting' | 'active';

export type Driver =
  | { readonly is: 'killed' }
  | {
      readonly is: 'running';
      readonly memory: Memory;
      readonly asked: readonly string[];
      readonly pending: Pending | undefined;
    }
  | { readonly is: 'ended'; readonly outcome: 'completed' | 'aborted' | 'held' | 'timed-out'; readonly code: string };

/** A write that is decided and not made yet. Stale: the object has changed since the look. */
export interface Pending {
  readonly action: Action;
  readonly isRouteStale: boolean;
  readonly isRuleStale: boolean;
}

export function proxyNames(proxy: Proxy, version: string): boolean {
  return (proxy.route.split[version] ?? 0) > 0;
}

export function isServing({ state }: Proxy): boolean {
  return state !== 'starting';
}
