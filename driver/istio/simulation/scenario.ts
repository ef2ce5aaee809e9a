/**
 * What the simulated world does by itself while a release runs: how slow it is, and what goes wrong. Plain data, so that a
 * failing scenario can be shrunk, printed and pasted into a test.
 */
import type { ServiceShape } from '../../../manifests';
import type { Manifest, Split } from '../../../model';
import type { Verb } from '../record';
import { span, type Span } from './random';

export interface Scenario {
  /** Names of the gateways that serve from the beginning. */
  readonly proxies: readonly string[];
  /** Names of the sidecars that call the service. They count only with the mesh among the gateways of the file. */
  readonly sidecars: readonly string[];
  /** At which each gateway serves the hosts: to each port belongs a route configuration of its own. */
  readonly ports: readonly number[];
  /** As its owner wrote it, with routes of their own. Left out: it has one split route, which takes every request. */
  readonly virtualService?: Manifest;
  /** A version whose objects have no label of handover: a look that is not told of them by the release does not see them. */
  readonly adopted?: string;
  /** The Deployment of the version that the file adopts runs already, and `virtualService` leads to the whole Service. */
  readonly adoption?: Adoption;
  /** From a push of istiod to its effect in a proxy, drawn anew for each proxy, push and type, and for the routes of each port. */
  readonly delays: { readonly cds: Span; readonly eds: Span; readonly rds: Span };
  /** From a change of an object until istiod has read it. */
  readonly watchDelay: Span;
  /** One request of the driver to the API server, a proxy or a pod. */
  readonly callDelay: Span;
  /** What a look takes beside that, in each of its parts: hundreds of sidecars, or a machine that is busy. */
  readonly lookDelay: Span;
  /** From the creation of a pod to its readiness. */
  readonly startup: Span;
  /** From a change of pods to the Deployment's status. */
  readonly controllerDelay: Span;
  /** Versions whose pods start, but never become ready. */
  readonly neverReady: readonly string[];
  /** A cluster whose first endpoint answer is empty stays warming (envoy#46383) instead of becoming active. */
  readonly emptyKeepsWarming: boolean;
  /** How many pods the whole traffic keeps busy: what an autoscaler sees. */
  readonly loadPods: number;
  readonly load: Load;
  /** The share of requests for which a proxy first opens a connection to a pod, and how long that may take. */
  readonly newConnections: { readonly share: number; readonly longestMs: number };
  /** The share of requests that a filter holds before the router, for any part of the longest request: nobody counts them. */
  readonly heldShare: number;
  /** So many of the first requests never end, as WebSockets that stay open. */
  readonly streams: number;
  readonly accidents: readonly Timed[];
  /** Where the first driver dies, the second, and so on; drivers beyond the list live. */
  readonly kills: readonly Kill[];
}

/** A service in production, before anybody has released it by weights. */
export interface Adoption {
  /** As its owner wrote it; left out: there is none. */
  readonly destinationRule?: Manifest;
  readonly pods: number;
  readonly autoscaler?: { readonly minimum: number; readonly maximum: number };
  /** Its pods have a template, which its owner may change: a release pauses it. Left out: nobody does, and nothing tells of it. */
  readonly rolls?: true;
  /** The manifests of the driver: what is to be made of the two objects. */
  readonly carried: ServiceShape;
}

export type Load =
  /** Few requests, at the moments when they are most easily lost: around every change of a proxy or a pod. */
  | { readonly kind: 'adversarial'; readonly backgroundMs: number }
  /** As in a load test. */
  | { readonly kind: 'constant'; readonly requestsPerSecond: number };

/** The n-th call of the driver to the cluster never returns (1 is the first). It dies before or after the call's effect. */
export interface Kill {
  readonly call: number;
  readonly effect: 'before' | 'after';
}

/** So long after the n-th successful write of a driver; write 0 is the beginning of the world. */
export interface When {
  readonly afterWrites: number;
  readonly ms: number;
}

export type Timed = Accident & { readonly when: When };

export type Accident =
  /** The container dies with all its requests in flight, and starts again in the same pod. */
  | { readonly kind: 'crash'; readonly version: string; readonly pod: number; readonly downMs: number }
  /** A node is drained: the pod shuts down gracefully, and another takes its place. */
  | { readonly kind: 'evict'; readonly version: string; readonly pod: number }
  /** A person, or a scaler that nobody knows of, changes the number of pods of a version that has no autoscaler. */
  | { readonly kind: 'foreign-scale'; readonly version: string; readonly pods: number }
  /** Nothing from istiod reaches the proxy. It still serves, with the configuration that it has. */
  | { readonly kind: 'freeze'; readonly proxy: number; readonly forMs: number }
  /** The driver cannot ask the proxy, which still serves. */
  | { readonly kind: 'unreadable'; readonly proxy: number; readonly forMs: number }
  | { readonly kind: 'proxy-appears'; readonly startupMs: number }
  | { readonly kind: 'sidecar-appears'; readonly startupMs: number }
  | { readonly kind: 'proxy-restarts'; readonly proxy: number; readonly downMs: number }
  | { readonly kind: 'proxy-leaves'; readonly proxy: number }
  /** The API server answers nobody. A write that was sent just before may still have taken effect. */
  | { readonly kind: 'api-away'; readonly forMs: number }
  /** The pods of the version do not answer when asked for their requests in flight. */
  | { readonly kind: 'pods-unreachable'; readonly version: string; readonly forMs: number }
  /** Somebody else changes the VirtualService without changing what it routes. */
  | { readonly kind: 'foreign-touch' }
  | { readonly kind: 'foreign-split'; readonly split: Split; readonly keepsName?: boolean }
  /** One of the routes of its owner from now on sends to the version; all names stay. */
  | { readonly kind: 'foreign-route'; readonly route: number; readonly version: string }
  /** Somebody applies the VirtualService as its owner wrote it before it was taken over: it leads to the whole Service again. */
  | { readonly kind: 'foreign-whole' }
  /** Its owner gives each of its routes a timeout, and leaves everything else as it is. */
  | { readonly kind: 'foreign-timeout' }
  /** Its owner gives the adopted Deployment another pod template, or one that it had before. */
  | { readonly kind: 'owner-rolls'; readonly template: number }
  /** `kubectl rollout restart`, which refuses what is paused. */
  | { readonly kind: 'owner-restarts' }
  /** `kubectl rollout resume`; with another template, so that there is something to roll out. */
  | { readonly kind: 'owner-resumes'; readonly template: number }
  | { readonly kind: 'owner-pauses' }
  /** Somebody sends all traffic elsewhere, and after a while back: then the route is, word for word, as it was. */
  | { readonly kind: 'foreign-detour'; readonly split: Split; readonly forMs: number }
  | { readonly kind: 'foreign-subsets'; readonly versions: readonly string[] }
  /** A subset of the same name from now on selects the pods of another version. */
  | { readonly kind: 'foreign-repoint'; readonly subset: string; readonly version: string }
  /** A colleague prepares a version: its pods are there, no route names it. */
  | { readonly kind: 'foreign-version' }
  /** For a while another VirtualService of the host takes every request before ours, and sends it to the version. */
  | { readonly kind: 'foreign-catch-all'; readonly version: string; readonly forMs: number }
  /** For a while another VirtualService names the subset; its proxies are asked by nobody. */
  | { readonly kind: 'foreign-name'; readonly version: string; readonly forMs: number }
  /** From now on a webhook adds something to each route that is written. */
  | { readonly kind: 'foreign-webhook' }
  /** Somebody applies the synthesized file, which has no annotations: the live ones are gone. */
  | { readonly kind: 'foreign-record-removal' }
  /** Somebody deletes the VirtualService, the DestinationRule, or the ConfigMap with the state. */
  | { readonly kind: 'foreign-deletion'; readonly what: 'route' | 'subsets' | 'state' }
  /** The API server refuses the driver for want of a right: to everything, or to the ConfigMap with the state alone. */
  | { readonly kind: 'rights-lost'; readonly to: 'all' | 'state'; readonly forMs: number }
  | { readonly kind: 'operator-request'; readonly verb: Verb };

/** A healthy cluster without accidents. A test overrides what it is about. */
export function calm(overrides: Partial<Scenario> = {}): Scenario {
  return {
    proxies: ['gateway-1', 'gateway-2'],
    sidecars: [],
    ports: [80],
    delays: { cds: span(20, 400), eds: span(20, 400), rds: span(20, 400) },
    watchDelay: span(0, 20),
    callDelay: span(1, 15),
    lookDelay: span(0, 0),
    startup: span(1_000, 3_000),
    controllerDelay: span(20, 200),
    neverReady: [],
    emptyKeepsWarming: false,
    loadPods: 2,
    load: { kind: 'adversarial', backgroundMs: 1_000 },
    newConnections: { share: 0, longestMs: 0 },
    heldShare: 0,
    streams: 0,
    accidents: [],
    kills: [],
    ...overrides,
  };
}

/** Istio on a bad day: each proxy is late by up to ten seconds, and with each type by a time of its own. */
export function slow(overrides: Partial<Scenario> = {}): Scenario {
  const late = span(200, 10_000);
  return calm({
    proxies: ['gateway-1', 'gateway-2', 'gateway-3'],
    delays: { cds: late, eds: late, rds: late },
    ...overrides,
  });
}
