/** By what one listener of a proxy routes, as far as its configuration has arrived. */
import { hostsAt, type Release } from '../../../model';
import type { ProxyRoute } from '../observation';
import type { Writer } from './blame';
import type { RouteSnapshot } from './configuration';
import { configuredAt, type Configured, type Place } from './envoy-routes';

export interface Served {
  readonly snapshot: RouteSnapshot;
  /** What a driver reads of it. */
  readonly routes: readonly ProxyRoute[];
  readonly namedVersions: readonly string[];
  /** Where requests of users may go, and who wrote the route that sends them there. */
  readonly sends: readonly Target[];
}

export interface Target {
  readonly subset: string;
  readonly writer: Writer;
}

export function servedAt(snapshot: RouteSnapshot, place: Place, release: Release): Served {
  const { marker, split, named, writer, shadowedBy, isGone, own } = snapshot;
  if (own && !isGone) return servedByOwn(snapshot, own, configured(place, own.object, release, own.shadow));
  const shadow = shadowedBy === undefined ? {} : { shadowedBy };
  const hosts = isGone ? [] : hostsAt(release, place.kind);
  const routes = hosts.map((host) => ({ host, marker, split, ...shadow }));
  return { snapshot, routes, namedVersions: named, sends: named.map((subset) => ({ subset, writer })) };
}

type Own = NonNullable<RouteSnapshot['own']>;

function servedByOwn(snapshot: RouteSnapshot, own: Own, { routes, namedVersions, sends }: Configured): Served {
  const { writer } = snapshot;
  const shadow = own.shadow === undefined ? [] : [{ subset: own.shadow, writer }];
  const targets = sends.flatMap(({ name, subsets }) =>
    subsets.map((subset) => ({ subset, writer: own.byOthers.has(name) ? ('foreign' as const) : writer })),
  );
  return { snapshot, routes, namedVersions, sends: withoutRepeats([...targets, ...shadow]) };
}

/** Where two routes send to the same subset, the order of writes is to blame for one that is its own. */
function withoutRepeats(targets: readonly Target[]): Target[] {
  const isOwn = ({ writer }: Target) => writer === 'order';
  const all = [...targets.filter((target) => !isOwn(target)), ...targets.filter(isOwn)];
  return [...new Map(all.map((target) => [target.subset, target])).values()];
}

const known = new WeakMap<object, Map<string, Configured>>();

/** Computed once for each object and place: a look asks each proxy. */
function configured(place: Place, object: Own['object'], release: Release, shadow: string | undefined): Configured {
  const places = known.get(object) ?? new Map<string, Configured>();
  known.set(object, places);
  const key = JSON.stringify([place, shadow]);
  const found = places.get(key) ?? configuredAt(place, object, release, shadow);
  places.set(key, found);
  return found;
}
