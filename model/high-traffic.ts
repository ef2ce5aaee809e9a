/**
 * What `highTraffic: true` fills in. Anything that the file says itself wins, so that a value can be changed without
 * giving up the rest.
 */
import { autoscaling } from './pod-fields';
import type { ReleaseFile, Resources } from './release-file';
import { outlierDetection } from './traffic-fields';

export const defaultResources: Resources = {
  requests: { cpu: '100m', memory: '128Mi' },
  limits: { cpu: '1', memory: '256Mi' },
};

/** The autoscaler adds a pod at 768Mi on average: pods must be able to grow beyond that. */
const highTrafficResources: Resources = { ...defaultResources, limits: { cpu: '1', memory: '1Gi' } };

const retries = { attempts: 10, retryOn: ['gateway-error', 'connect-failure', 'refused-stream'] };
const leastPerTryTimeoutSeconds = 5;

/** Per proxy and version. Far above what a healthy version needs: they keep one that hangs from blocking the proxy. */
const connectionLimits = { maxConnections: 1024, maxPendingRequests: 1024, maxRequests: 4096 };

export function withHighTraffic(file: ReleaseFile): ReleaseFile {
  if (!file.highTraffic) return file;
  // A shorter try would cut off the longest requests and send them again, up to ten times.
  const perTryTimeoutSeconds = Math.max(leastPerTryTimeoutSeconds, file.timings.longestRequestSeconds);
  return {
    ...file,
    resources: file.resources ?? highTrafficResources,
    autoscaling: file.autoscaling ?? autoscaling.parse({}),
    retries: file.retries ?? { ...retries, perTryTimeoutSeconds },
    outlierDetection: file.outlierDetection ?? outlierDetection.parse({}),
    connectionLimits: file.connectionLimits ?? connectionLimits,
  };
}
