/**
 * What the simulated world does by itself while a release runs: how slow it is, and what goes wrong in it. Plain data, so
 * that a failing one can be shrunk, printed and pasted into a test.
 */
import type { Split } from '../../../model';
import type { Verb } from '../record';
import { span, type Span } from './random';

export interface Scenario {
  /** Names of the gateways that serve from the beginning. */
  readonly proxies: readonly string[];
  /** Names of the sidecars that call the service; of effect when the release file says `mesh: true`. */
  readonly sidecars: readonly string[];
  /** From a push of istiod to its effect in a proxy, drawn anew for each proxy, push and type. */
  readonly delays: { readonly cds: Span; readonly eds: Span; readonly rds: Span };
  /** From a change of the objects to istiod's having read it. */
  readonly watchDelay: Span;
  /** One request of the driver to the API server, a proxy or a pod. */
  readonly callDelay: Span;
  /** From the creation of a pod to its readiness. */
  readonly startup: Span;
  /** From a change of pods to the Deployment's status. */
  readonly controllerDelay: Span;
  /** Versions whose pods start and never get ready. */
  readonly neverReady: readonly string[];
  /** A cluster whose first endpoint answer is empty stays warming (envoy#46383) instead of becoming active. */
  readonly emptyKeepsWarming: boolean;
  /** Pods that all traffic keeps busy: what an autoscaler sees. */
  readonly loadPods: number;
  readonly load: Load;
  /** Requests for which a proxy opens a connection to a pod first, and how long that may take. */
  readonly newConnections: { readonly share: number; readonly longestMs: number };
  readonly accidents: readonly Timed[];
  /** Where the first driver dies, the second, and so on; drivers beyond the list live. */
  readonly kills: readonly Kill[];
}

export type Load =
  /** Few requests, at the moments where they hurt: around every change that a proxy or a pod goes through. */
  | { readonly kind: 'adversarial'; readonly backgroundMs: number }
  /** The numbers that people know from load tests. */
  | { readonly kind: 'constant'; readonly requestsPerSecond: number };

/** The n-th call of the port, counted from 1, never returns; its effect has happened or not. */
export interface Kill {
  readonly call: number;
  readonly effect: 'before' | 'after';
}

/** Counted from the n-th successful write of a driver; 0 is the beginning of the world. */
export interface When {
  readonly afterWrites: number;
  readonly ms: number;
}

export type Timed = Accident & { readonly when: When };

export type Accident =
  /** The container dies with all its requests in flight and comes back in the same pod. */
  | { readonly kind: 'crash'; readonly version: string; readonly pod: number; readonly downMs: number }
  /** A node is drained: the pod ends in good order and another takes its place. */
  | { readonly kind: 'evict'; readonly version: string; readonly pod: number }
  /** Nothing from istiod reaches the proxy, which serves on with what it has. */
  | { readonly kind: 'freeze'; readonly proxy: number; readonly forMs: number }
  /** The driver cannot ask the proxy, which serves on. */
  | { readonly kind: 'unreadable'; readonly proxy: number; readonly forMs: number }
  | { readonly kind: 'proxy-appears'; readonly startupMs: number }
  | { readonly kind: 'sidecar-appears'; readonly startupMs: number }
  | { readonly kind: 'proxy-restarts'; readonly proxy: number; readonly downMs: number }
  | { readonly kind: 'proxy-leaves'; readonly proxy: number }
  /** The API server answers nobody; what was written just before may have taken effect all the same. */
  | { readonly kind: 'api-away'; readonly forMs: number }
  /** The pods of the version do not answer when asked for their requests in flight. */
  | { readonly kind: 'pods-unreachable'; readonly version: string; readonly forMs: number }
  /** Somebody else changes the VirtualService without changing what it routes. */
  | { readonly kind: 'foreign-touch' }
  | { readonly kind: 'foreign-split'; readonly split: Split }
  | { readonly kind: 'foreign-subsets'; readonly versions: readonly string[] }
  /** The annotations are wiped, as by an apply of the synthesized file without them. */
  | { readonly kind: 'foreign-record-removal' }
  | { readonly kind: 'operator-request'; readonly verb: Verb };

/** A healthy cluster without surprises; override what a test is about. */
export function calm(overrides: Partial<Scenario> = {}): Scenario {
  return {
    proxies: ['gateway-1', 'gateway-2'],
    sidecars: [],
    delays: { cds: span(20, 400), eds: span(20, 400), rds: span(20, 400) },
    watchDelay: span(0, 20),
    callDelay: span(1, 15),
    startup: span(1_000, 3_000),
    controllerDelay: span(20, 200),
    neverReady: [],
    emptyKeepsWarming: false,
    loadPods: 2,
    load: { kind: 'adversarial', backgroundMs: 1_000 },
    newConnections: { share: 0, longestMs: 0 },
    accidents: [],
    kills: [],
    ...overrides,
  };
}

/** Istio on a bad day: a proxy may be ten seconds late, and proxies and types are late by different times. */
export function slow(overrides: Partial<Scenario> = {}): Scenario {
  const late = span(200, 10_000);
  return calm({
    proxies: ['gateway-1', 'gateway-2', 'gateway-3'],
    delays: { cds: late, eds: late, rds: late },
    ...overrides,
  });
}
