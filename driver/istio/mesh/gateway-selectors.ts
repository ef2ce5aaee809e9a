/**
 * Which pods serve a route: those that the live Gateways of the VirtualService select. Somebody may have widened a selector by
 * hand, and the release file, or what was synthesized, then leaves gateways unasked.
 */
import { meshGateway, type Release } from '../../../model';
import { ApiError, type Api } from '../../kubernetes/api';
import type { Gateway, VirtualService } from '../../kubernetes/objects';
import { objectPath } from '../../kubernetes/paths';
import type { Selectors } from './proxy-pods';

/** Of a Gateway that is not there, or that the account may not read, the file's selector counts. */
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

/** `name`, or `NAMESPACE/name`. */
async function selectorOf(api: Api, release: Release, reference: string) {
  const [name = '', namespace = release.namespace] = reference.split('/').reverse();
  const gateway = await api.find<Gateway>(objectPath('Gateway', { namespace, name })).catch(unlessForbidden);
  return gateway && (gateway.spec.selector ?? {});
}

function unlessForbidden(error: unknown): undefined {
  if (!(error instanceof ApiError && error.status === 403)) throw error;
}
