/**
 * Routes as a service has them that nobody has released by weights yet: they lead to the whole Service, and no subset is named.
 * Where a running Deployment is adopted, they become those that synth wrote, and nothing else of them may change by that.
 */
import type { Manifest } from '../model';
import { comparable } from './comparable';
import { meansHost } from './hosts';
import { fieldsOf, listOf, specOf, withField, withSpec, type Fields } from './manifest';
import { namedSubsets } from './routes';

/** `host` is the FQDN of the Service. */
export function leadsToWholeService(virtualService: Manifest, host: string): boolean {
  const { hosts, http, tcp, tls } = specOf(virtualService);
  // What no release could edit is no matter of subsets.
  if (listOf(tcp).length + listOf(tls).length > 0 || !Array.isArray(hosts) || hosts.length === 0) return false;
  const isOwn = ownTest(virtualService, host);
  const leads = listOf(http).some(({ route }) => listOf(route).some(isOwn));
  return leads && namedSubsets(virtualService, host).length === 0;
}

/**
 * The same without what naming a subset brings along: names of routes, subsets, and the weight of a single destination. Equal
 * for the live routes and the wanted ones, or a take-over would change more.
 */
export function asOfWholeService(virtualService: Manifest, host: string): Manifest {
  const isOwn = ownTest(virtualService, host);
  const http = listOf(specOf(virtualService).http).map((route) => {
    const entries = listOf(route.route);
    if (!entries.some(isOwn)) return route;
    return withField(
      withField(route, 'name', undefined),
      'route',
      entries.map((entry) => (isOwn(entry) ? withoutSubset(entry, entries.length === 1) : entry)),
    );
  });
  const { metadata, ...rest } = comparable(withSpec(virtualService, 'http', http));
  return { ...rest, metadata: withField(metadata, 'annotations', undefined) };
}

function ownTest({ metadata }: Manifest, host: string): (entry: Fields) => boolean {
  return ({ destination }) => meansHost(fieldsOf(destination).host, host, metadata.namespace);
}

function withoutSubset(entry: Fields, isOnly: boolean): Fields {
  const destination = withField(fieldsOf(entry.destination), 'subset', undefined);
  const plain = withField(entry, 'destination', destination);
  return isOnly ? withField(plain, 'weight', undefined) : plain;
}
