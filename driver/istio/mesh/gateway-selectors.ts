/**
 * Which pods serve a route, and for which of its hosts: those that the live Gateways of the VirtualService select. Somebody may have
 * widened a selector by hand, and the release file, or what was synthesized, then leaves gateways unasked.
 */
import { gatewayNamed, meshGateway, type Release } from '../../../model';
import type { Api } from '../../kubernetes/api';
import type { Gateway, VirtualService } from '../../kubernetes/objects';
import { objectPath } from '../../kubernetes/paths';
import { admittedHosts } from './admitted-hosts';
import { unitedBy, type Selection } from './proxy-pods';

/** Of a Gateway that is not there the file's selector counts. Throws when one may not be read: its pods would go unasked. */
export async function gatewaySelectors(
  api: Api,
  release: Release,
  route: VirtualService | undefined,
): Promise<Selection[]> {
  const names = (route?.spec.gateways ?? []).filter((name) => name !== meshGateway);
  const own: Selection = { selector: release.gateway.selector };
  const found = await Promise.all(names.map((name) => selectionOf(api, release, name)));
  return merged(found.length === 0 ? [own] : found.map((selection) => selection ?? own));
}

async function selectionOf(api: Api, release: Release, reference: string): Promise<Selection | undefined> {
  const name = gatewayNamed(reference, release.namespace);
  const gateway = await api.find<Gateway>(objectPath('Gateway', name));
  if (!gateway) return undefined;
  const hosts = admittedHosts(gateway, { gateway: name.namespace, route: release.namespace }, release.hosts);
  return { selector: gateway.spec.selector ?? {}, hosts };
}

/** Two Gateways may select the same pods. */
function merged(selections: readonly Selection[]): Selection[] {
  return unitedBy(selections, ({ selector }) => JSON.stringify(selector));
}
