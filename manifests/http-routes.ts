/** The HTTP routes of a VirtualService, each with its part in the releases of one host. */
import { annotations, type Manifest } from '../model';
import { notOne, refuseContradictions } from './contradictions';
import { declaredRoutes, type DeclaredRoutes } from './declared-routes';
import { destinationsOf } from './destinations';
import type { HttpRoute, PinnedRoute, SplitRoute } from './http-route';
import { meansHost } from './hosts';
import { fieldsOf, listOf, specOf, type Fields } from './manifest';
import { markedNameOf } from './marked-name';
import { isProbeRoute } from './probe-routes';
import { unsupported } from './unsupported';

/** In their order. Throws a Refusal for a VirtualService that handover cannot edit, or could edit in two ways. */
export function httpRoutes(virtualService: Manifest, host: string): readonly HttpRoute[] {
  refuseOthers(virtualService, host);
  const declared = declaredRoutes(virtualService);
  const all = listOf(specOf(virtualService).http);
  const sends = (route: Fields) => sendsTo(route, host, virtualService.metadata.namespace);
  const isSplit = splitTest(declared, all, sends);
  const routes = all.map((route): HttpRoute => {
    if (isProbeRoute(route)) return { part: 'probe', route };
    const pin = pinOf(route, declared);
    if (pin !== undefined) return pinned(route, pin, sends(route));
    return isSplit(route) ? split(route, declared, sends(route)) : { part: 'untouched', route };
  });
  refuseContradictions(declared, routes);
  return routes;
}

type Sends = 'all' | 'some' | 'none';

function sendsTo(route: Fields, host: string, namespace: string | undefined): Sends {
  const entries = listOf(route.route);
  const own = entries.filter(({ destination }) => meansHost(fieldsOf(destination).host, host, namespace));
  if (own.length === 0) return 'none';
  return own.length === entries.length ? 'all' : 'some';
}

function splitTest(declared: DeclaredRoutes, all: readonly Fields[], sends: (route: Fields) => Sends) {
  const { split } = declared;
  if (split) return (route: Fields) => split.includes(markedNameOf(route.name, split).base);
  const hasMatch = ({ match }: Fields) => listOf(match).length > 0;
  const candidates = all.filter(
    (route) => sends(route) !== 'none' && !hasMatch(route) && pinOf(route, declared) === undefined,
  );
  if (candidates.length !== 1) throw notOne(candidates.length);
  return (route: Fields) => route === candidates[0];
}

function pinOf({ name }: Fields, { pins }: DeclaredRoutes): string | undefined {
  return typeof name === 'string' && Object.hasOwn(pins, name) ? pins[name] : undefined;
}

function split(route: Fields, declared: DeclaredRoutes, sends: Sends): SplitRoute {
  const name = markedNameOf(route.name, declared.split);
  const where = name.base ? `the split route ${name.base}` : 'the split route';
  if (sends !== 'all') throw notAll(where, sends);
  return { part: 'split', route, ...name, ...destinationsOf(route, where) };
}

function pinned(route: Fields, pin: string, sends: Sends): PinnedRoute {
  const name = String(route.name);
  const where = `the pinned route ${name}`;
  if (sends !== 'all') throw notAll(where, sends);
  return { part: 'pinned', route, name, pin, ...destinationsOf(route, where) };
}

function refuseOthers(virtualService: Manifest, host: string): void {
  const { hosts, http, tcp, tls } = specOf(virtualService);
  const where = `VirtualService ${virtualService.metadata.name}`;
  const isDelegate = !Array.isArray(hosts) || hosts.length === 0;
  if (isDelegate || listOf(http).some(({ delegate }) => delegate !== undefined)) throw delegated(where);
  const others = [...listOf(tcp), ...listOf(tls)];
  if (others.some((route) => sendsTo(route, host, virtualService.metadata.namespace) !== 'none'))
    throw unsupported(`HTTP routes alone to ${host} in ${where}`, 'a tcp or tls route to it', 'make it an http route');
}

function notAll(where: string, sends: Sends) {
  const found = sends === 'none' ? 'no destination to it' : 'other hosts among them';
  return unsupported(
    `destinations of ${where} to the host alone`,
    found,
    `correct ${annotations.splitRoutes} or the route`,
  );
}

function delegated(where: string) {
  const fix = 'write the routes into the VirtualService that has the hosts';
  return unsupported(`${where} with hosts and without delegates`, 'a delegate', fix);
}
