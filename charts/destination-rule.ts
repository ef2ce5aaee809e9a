/** One subset per version, and how proxies keep their connections to the service. */
import type { Construct } from 'constructs';
import {
  DestinationRule,
  type DestinationRuleProps,
  type DestinationRuleSpecTrafficPolicy,
} from '../imports/networking.istio.io';
import { selectorLabels, serviceHost, subsetName, versionNames, type Release, type Manifest } from '../model';
import { objectMeta } from './manifest';

export interface SubsetDestinationRuleProps {
  readonly release: Release;
  /** Versions that have a subset. @default all versions of the release */
  readonly subsets?: readonly string[];
}

export class SubsetDestinationRule extends DestinationRule {
  constructor(scope: Construct, id: string, { release, subsets }: SubsetDestinationRuleProps) {
    super(scope, id, rendering(release, subsets));
  }
}

/** The object that synth writes, for the subsets of one moment of a release. */
export function destinationRuleManifest(release: Release, subsets?: readonly string[]): Manifest {
  return DestinationRule.manifest(rendering(release, subsets)) as Manifest;
}

function rendering(release: Release, subsets: readonly string[] = versionNames(release)): DestinationRuleProps {
  return {
    metadata: objectMeta(release, release.name),
    spec: {
      host: serviceHost(release.name, release.namespace),
      trafficPolicy: trafficPolicy(release),
      subsets: subsets.map((version) => ({
        name: subsetName(version),
        labels: { [selectorLabels.version]: version },
      })),
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
