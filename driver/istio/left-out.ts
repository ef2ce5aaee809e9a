/** Proxies that a person has judged: they are not waited for as long as they show nothing of the route. */
import { isWithoutProxy, type Exception } from './exceptions';
import { isRead, type Observation, type Proxy } from './observation';

/** One that answers with something of the route may send requests by it: it counts again, whatever a person said. */
export function withoutLeftOut(seen: Observation, exceptions: readonly Exception[]): Observation {
  const names = exceptions.filter(isWithoutProxy).map(({ proxy }) => proxy);
  if (names.length === 0) return seen;
  const isLeftOut = (proxy: Proxy) => names.includes(proxy.name) && showsNothing(proxy);
  const proxies = seen.proxies.filter((proxy) => !isLeftOut(proxy));
  return { ...seen, proxies, leftOut: seen.proxies.filter(isLeftOut) };
}

function showsNothing(proxy: Proxy): boolean {
  return 'unreadable' in proxy || (isRead(proxy) && proxy.routes.length === 0 && proxy.namedVersions.length === 0);
}

/** For people. */
export function describeLeftOut({ leftOut = [] }: Observation, exceptions: readonly Exception[]): string[] {
  const present = exceptions.filter(isWithoutProxy).filter(({ proxy }) => leftOut.some(({ name }) => name === proxy));
  return present.map(({ proxy, by }) => `${proxy}, which ${by} left out`);
}
