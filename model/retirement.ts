/**
 * How long a service that ends leaves idle connections to its clients. Proxies of a mesh let go of them when they hear of
 * the end of a pod; a client that calls a plain Service hears nothing, and a connection that the service closes under its
 * hand is a lost request. It learns of the end from the answer to its next request, and lets go of a connection by itself
 * once it was idle for the time that `Keep-Alive: timeout` names (RFC 9112 §9.3, §9.6).
 */
import type { ReleaseFile, Timings } from './release-file';
import { shutdownSeconds } from './timing';

type Clients = Pick<ReleaseFile, 'profile'>;

/** After that, every idle connection has been used once more, or let go of. */
export function wantedRetirementSeconds({ profile, timings }: Clients & Pick<ReleaseFile, 'timings'>): number {
  return profile === 'rolling-update' ? timings.keepAliveSeconds : 0;
}

/** What the grace period leaves of it: the requests that are under way come first. */
export function retirementSeconds(release: Clients & { readonly timings: Timings }): number {
  const left = release.timings.gracePeriodSeconds - shutdownSeconds(release.timings) - 1;
  return Math.max(0, Math.min(wantedRetirementSeconds(release), left));
}
