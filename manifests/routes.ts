/** What a VirtualService says about one host, live or synthesized. */
import type { Split, Manifest } from '../model';
import { isActive } from './contradictions';
import { meansHost } from './hosts';
import { httpRoutes } from './http-routes';
import { fieldsOf, listOf, specOf, type Fields } from './manifest';
import { probedVersion } from './probe-routes';

/** Versions are named by their subsets. */
export interface Routes {
  readonly split: Split;
  /** `<release id>.<serial>` of the write that these routes came by; '' at rest. */
  readonly marker: string;
  /** Their names at rest; '' for one that has none. */
  readonly splitRoutes: readonly string[];
  /** By the name of a pinned route, its version. */
  readonly pins: Readonly<Record<string, string>>;
  /** Versions that pinned routes send to now. The other pinned routes follow the split. */
  readonly activePins: readonly string[];
  /** Versions that have a route for probes. */
  readonly probes: readonly string[];
  /** Every version that any route names, mirrors and probes included. */
  readonly namedVersions: readonly string[];
}

/**
 * `host` is the FQDN of the Service. Throws a Refusal with code `route-unsupported` for delegates, tcp or tls routes to the
 * host, and split routes whose destinations cannot be told.
 */
export function routesOf(virtualService: Manifest, host: string): Routes {
  const all = httpRoutes(virtualService, host);
  const splits = all.filter((each) => each.part === 'split');
  const pinned = all.filter((each) => each.part === 'pinned');
  return {
    split: splits[0]?.split ?? {},
    marker: splits[0]?.marker ?? '',
    splitRoutes: splits.map(({ base }) => base),
    pins: Object.fromEntries(pinned.map(({ name, pin }) => [name, pin])),
    activePins: [...new Set(pinned.filter(isActive).map(({ pin }) => pin))],
    probes: all.map(({ route }) => probedVersion(route)).filter((version) => version !== undefined),
    namedVersions: namedSubsets(virtualService, host),
  };
}

/**
 * The subsets of the host that any route of any protocol names. Istio leaves a destination of weight 0 out, unless it is the
 * only one.
 */
export function namedSubsets(virtualService: Manifest, host: string): string[] {
  const { http, tcp, tls } = specOf(virtualService);
  const destinations = [...listOf(http), ...listOf(tcp), ...listOf(tls)].flatMap(destinationsOf);
  const own = destinations.filter((each) => meansHost(each.host, host, virtualService.metadata.namespace));
  const subsets = own.map(({ subset }) => subset).filter((subset) => typeof subset === 'string' && subset !== '');
  return [...new Set(subsets as string[])].sort();
}

/** Of them, those that no edit takes away: of mirrors, and of routes that are neither split nor pinned. */
export function untouchedSubsets(virtualService: Manifest, host: string): string[] {
  const http = httpRoutes(virtualService, host)
    .filter(({ part }) => part !== 'probe')
    .map(({ part, route }) => (part === 'untouched' ? route : { ...route, route: [] }));
  return namedSubsets({ ...virtualService, spec: { ...specOf(virtualService), http } }, host);
}

/** Of one route: those that get a share, and its mirrors. */
export function destinationsOf({ route, mirror, mirrors }: Fields): Fields[] {
  const entries = listOf(route);
  const carrying = entries.filter(({ weight }) => entries.length === 1 || (typeof weight === 'number' && weight > 0));
  return [...[...carrying, ...listOf(mirrors)].map(({ destination }) => fieldsOf(destination)), fieldsOf(mirror)];
}
