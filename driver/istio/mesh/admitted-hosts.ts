/**
 * For which hosts of a route a Gateway lets requests in. One route may be for a public and an internal Gateway, each with hosts of its
 * own: pods of the one never get routes for the hosts of the other. Two names that overlap meet in the narrower one, as in istiod.
 */
import type { Gateway } from '../../kubernetes/objects';

/** `namespaces`: where the Gateway is, and where the route is. */
export function admittedHosts(
  { spec: { servers = [] } }: Pick<Gateway, 'spec'>,
  namespaces: { readonly gateway: string; readonly route: string },
  hosts: readonly string[],
): string[] {
  const admits = ({ gateway, route }: typeof namespaces, name: string) => {
    const [namespace, bare] = name.includes('/') ? (name.split('/', 2) as [string, string]) : ['*', name];
    return namespace === '*' || (namespace === '.' ? gateway : namespace) === route ? [bare] : [];
  };
  const names = servers.flatMap((server) => server.hosts ?? []).flatMap((name) => admits(namespaces, name));
  return [...new Set(names.flatMap((name) => hosts.flatMap((host) => narrower(name, host))))].sort();
}

function narrower(one: string, other: string): string[] {
  if (covers(one, other)) return [other];
  return covers(other, one) ? [one] : [];
}

function covers(wide: string, narrow: string): boolean {
  return wide === narrow || (wide.startsWith('*') && narrow.endsWith(wide.slice(1)));
}
