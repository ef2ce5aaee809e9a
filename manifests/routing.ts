/** Where a VirtualService routes requests to one host, whatever its weights are. */
import { meshGateway, type Manifest } from '../model';
import { meansHost } from './hosts';
import { httpRoutes } from './http-routes';
import { fieldsOf, listOf, specOf, type Fields } from './manifest';

export interface Routing {
  /** Those by which gateways know it: without the Service's own, which only sidecars have. */
  readonly hosts: readonly string[];
  /** As it lists them; one that lists none is for the mesh. */
  readonly gateways: readonly string[];
  /** Of the Service, those that its routes name. */
  readonly ports: readonly number[];
  /** Names of the split routes at rest, in their order; '' for one that has none. */
  readonly splitRoutes: readonly string[];
}

/** `host` is the FQDN of the Service. Throws a Refusal for routes that cannot be told. */
export function routingOf(virtualService: Manifest, host: string): Routing {
  const { hosts, gateways, http } = specOf(virtualService);
  const { namespace } = virtualService.metadata;
  const isOwn = (each: unknown) => meansHost(each, host, namespace);
  const splits = httpRoutes(virtualService, host).filter((each) => each.part === 'split');
  return {
    hosts: textsIn(hosts).filter((each) => !isOwn(each)),
    gateways: Array.isArray(gateways) && gateways.length > 0 ? textsIn(gateways) : [meshGateway],
    ports: portsIn(listOf(http), isOwn),
    splitRoutes: splits.map(({ base }) => base),
  };
}

function textsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];
}

function portsIn(http: readonly Fields[], isOwn: (host: unknown) => boolean): number[] {
  const destinations = http.flatMap(({ route }) => listOf(route)).map(({ destination }) => fieldsOf(destination));
  const numbers = destinations.filter(({ host }) => isOwn(host)).map(({ port }) => fieldsOf(port).number);
  return [...new Set(numbers.filter((number) => typeof number === 'number'))].sort((a, b) => a - b);
}
