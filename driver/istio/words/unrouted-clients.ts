/** Requests that no weight holds back: of clients that know the Service and follow no route of it. */
import type { Release } from '../../../model';

export function unroutedClients({ name, mesh }: Pick<Release, 'name' | 'mesh'>, canary: string): string {
  const who = mesh ? 'clients without a sidecar' : 'clients inside the cluster, with a sidecar or without,';
  const fix = mesh ? 'give them one' : 'list mesh among the gateways, and give them a sidecar';
  return `${who} that call the Service ${name} reach ${canary} as soon as its pods are ready, whatever its weight; ${fix}, and admit nobody else (docs/concepts.md)`;
}
