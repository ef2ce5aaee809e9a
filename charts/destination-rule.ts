/** One subset per version, and how proxies keep their connections to the service. */
import type { Construct } from 'constructs';
import {
  DestinationRule,
  type DestinationRuleProps,
  type DestinationRuleSpecTrafficPolicy,
} from '../imports/networking.istio.io';
import { serviceHost, subsetOf, versionNames, type Release } from '../model';
import { objectMeta } from './manifest';

export interface SubsetDestinationRuleProps {
  readonly release: Release;
}

export class SubsetDestinationRule extends DestinationRule {
  constructor(scope: Construct, id: string, { release }: SubsetDestinationRuleProps) {
    super(scope, id, rendering(release));
  }
}

function rendering(release: Release): DestinationRuleProps {
  return {
    metadata: objectMeta(release, release.name),
    spec: {
      host: serviceHost(release.name, release.namespace),
      trafficPolicy: trafficPolicy(release),
      subsets: versionNames(release).map((version) => subsetOf(release, version)),
    },
  };
}

function trafficPolicy({ timings, connectionLimits, outlierDetection }: Release): DestinationRuleSpecTrafficPolicy {
  return {
    connectionPool: {
      http: {
        // Shorter than the service's own: the side that sends requests must be the one that closes idle connections.
        idleTimeout: `${timings.idleTimeoutSeconds}s`,
        http1MaxPendingRequests: connectionLimits?.maxPendingRequests,
        http2MaxRequests: connectionLimits?.maxRequests,
      },
      // Set here, as the driver waits for this long: nobody counts a request that waits for a connection.
      tcp: { connectTimeout: `${timings.connectTimeoutSeconds}s`, maxConnections: connectionLimits?.maxConnections },
    },
    outlierDetection: outlierDetection && {
      consecutive5XxErrors: outlierDetection.consecutive5xxErrors,
      interval: `${outlierDetection.intervalSeconds}s`,
      baseEjectionTime: `${outlierDetection.baseEjectionSeconds}s`,
      maxEjectionPercent: outlierDetection.maxEjectionPercent,
    },
  };
}
