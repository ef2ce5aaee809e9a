/**
 * How long a service that is ending keeps idle connections open. Proxies of a mesh close them when they hear that a pod
 * ends. A client that calls a plain Service hears nothing: if the service closed a connection that the client is about to
 * use, a request would be lost. The client learns of the end from the answer to its next request, or it closes a connection
 * by itself that was idle for the time in `Keep-Alive: timeout` (RFC 9112 §9.3, §9.6).
 */
import type { ReleaseFile, Timings } from './release-file';
import { shutdownSeconds } from './timing';

type Clients = Pick<ReleaseFile, 'profile'>;

/** After this time clients have used every idle connection once more, or closed it. */
export function wantedRetirementSeconds({ profile, timings }: Clients & Pick<ReleaseFile, 'timings'>): number {
  return profile === 'rolling-update' ? timings.keepAliveSeconds : 0;
}

/** As much of it as the grace period allows: requests under way come first. */
export function retirementSeconds(release: Clients & { readonly timings: Timings }): number {
  const left = release.timings.gracePeriodSeconds - shutdownSeconds(release.timings) - 1;
  return Math.max(0, Math.min(wantedRetirementSeconds(release), left));
}
