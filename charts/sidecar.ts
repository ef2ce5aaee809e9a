/** Labels and annotations of a pod for Istio's proxy: it has to outlive the service, or requests are cut off in front of it. */
import type { Release } from '../model';

/** Istio's own default. After this time a draining proxy closes its listeners, even while somebody uses them. */
const defaultDrainSeconds = 45;

/**
 * The pods ask for a sidecar, and not the namespace for all of its pods: `istio-injection: enabled` there would take the
 * workloads of others out of the revision that `istio.io/rev` gives them.
 */
export function sidecarLabels({ profile }: Release): Record<string, string> {
  return profile === 'istio' ? { 'sidecar.istio.io/inject': 'true' } : {};
}

export function sidecarAnnotations(release: Release): Record<string, string> {
  if (release.profile !== 'istio') return {};
  const config = proxyConfig(release);
  return {
    ...(release.sidecar !== 'default' && { 'sidecar.istio.io/nativeSidecar': String(release.sidecar === 'native') }),
    ...(Object.keys(config).length > 0 && { 'proxy.istio.io/config': JSON.stringify(config) }),
  };
}

function proxyConfig({ sidecar, timings }: Release): Record<string, unknown> {
  const drain = timings.gracePeriodSeconds > defaultDrainSeconds && { drainDuration: `${timings.gracePeriodSeconds}s` };
  return { ...drain, ...(sidecar !== 'native' && outliveTheService(timings)) };
}

/**
 * A classic sidecar gets SIGTERM when the service's preStop hook begins, and would end 5 seconds later. So it waits for
 * as long as requests may still arrive, and after that until the last connection is gone. Which kind a pod gets, Istio
 * decides by its own version and those of the nodes. A native one ends after the service and takes no notice of this.
 */
function outliveTheService({ shutdownDelaySeconds }: Release['timings']) {
  return {
    proxyMetadata: {
      EXIT_ON_ZERO_ACTIVE_CONNECTIONS: 'true',
      MINIMUM_DRAIN_DURATION: `${shutdownDelaySeconds}s`,
    },
  };
}
