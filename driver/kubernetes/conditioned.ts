/** What makes a write safe: it names the object as it was observed. */
import type { Release } from '../../model';
import type { Outcome } from '../core/outcome';
import type { Observation } from '../istio/observation';
import { ApiError, type Api } from './api';
import type { KubernetesObject, VirtualService } from './objects';
import { virtualServicePath } from './paths';

/**
 * Runs a write that names what it expects to find. An object that changed, went away, or was there already is a conflict: it
 * was not as observed, and nothing was changed.
 */
export async function conditioned(write: () => Promise<unknown>): Promise<Outcome> {
  try {
    await write();
    return 'written';
  } catch (error) {
    if (error instanceof ApiError && (error.status === 409 || error.reason === 'NotFound')) return 'conflict';
    throw error;
  }
}

/** The uid too: an apply with nothing but a resourceVersion creates the object anew when it was deleted. */
export function identityOf({ metadata: { uid, resourceVersion } }: KubernetesObject) {
  return { uid, resourceVersion };
}

/**
 * The VirtualService, if it still is as it was observed. Asked before every write that takes something away: neither a
 * DestinationRule nor a Deployment knows whether somebody has sent traffic to the version since the look.
 */
export async function routeAsSeen(
  api: Api,
  release: Release,
  { route }: Observation,
): Promise<VirtualService | undefined> {
  const live = await api.find<VirtualService>(virtualServicePath(release));
  return live && live.metadata.resourceVersion === route?.resourceVersion ? live : undefined;
}
