/**
 * Which pods serve a route: those that the live Gateways of the VirtualService select. Somebody may have widened a selector by
 * hand, and the release file, or what was synthesized, then leaves gateways unasked.
 */
import { gatewayNamed, meshGateway, type Release } from '../../../model';
import type { Api } from '../../kubernetes/api';
import type { Gateway, VirtualService } from '../../kubernetes/objects';
import { objectPath } from '../../kubernetes/paths';
import type { Selectors } from './proxy-pods';

/** Of a Gateway that is not there the file's selector counts. Throws when one may not be read: its pods would go unasked. */
export async function gatewaySelectors(
  api: Api,
  release: Release,
  route: VirtualService | undefined,
): Promise<Selectors> {
  const names = (route?.spec.gateways ?? []).filter((name) => name !== meshGateway);
  const own = release.gateway.selector;
  const found = await Promise.all(names.map((name) => selectorOf(api, release, name)));
  const selectors = found.length === 0 ? [own] : found.map((selector) => selector ?? own);
  return [...new Map(selectors.map((selector) => [JSON.stringify(selector), selector])).values()];
}

async function selectorOf(api: Api, release: Release, reference: string) {
  const gateway = await api.find<Gateway>(objectPath('Gateway', gatewayNamed(reference, release.namespace)));
  return gateway && (gateway.spec.selector ?? {});
}
