/** What of a DestinationRule the release file can say. What it cannot say is refused: traffic would be treated otherwise. */
import { fieldsOf, isFields, listOf, nameOf, specOf, type Fields } from '../../manifests';
import type { Complaint, Manifest } from '../../model';
import { left, taken, type Made } from './note';

export interface Policy {
  /** Fields of the release file. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Of its `timings`. */
  readonly timings: Readonly<Record<string, string>>;
}

type Place = readonly ['timings' | 'connectionLimits' | 'outlierDetection', string];

/** By the path in the DestinationRule's trafficPolicy, the place in the release file. */
const places: Readonly<Record<string, Place>> = {
  'connectionPool.http.idleTimeout': ['timings', 'idleTimeout'],
  'connectionPool.tcp.connectTimeout': ['timings', 'connectTimeout'],
  'connectionPool.tcp.maxConnections': ['connectionLimits', 'maxConnections'],
  'connectionPool.http.http1MaxPendingRequests': ['connectionLimits', 'maxPendingRequests'],
  'connectionPool.http.http2MaxRequests': ['connectionLimits', 'maxRequests'],
  'outlierDetection.consecutive5xxErrors': ['outlierDetection', 'consecutive5xxErrors'],
  'outlierDetection.interval': ['outlierDetection', 'interval'],
  'outlierDetection.baseEjectionTime': ['outlierDetection', 'baseEjection'],
  'outlierDetection.maxEjectionPercent': ['outlierDetection', 'maxEjectionPercent'],
};

/** What Istio does by itself in a mesh with mTLS: written out, it changes nothing. */
const usual: Readonly<Record<string, unknown>> = { 'tls.mode': 'ISTIO_MUTUAL' };

const meant = ['host', 'subsets', 'trafficPolicy'];

export function policyOf(live: Manifest, service: string): Made<Policy> {
  const spec = specOf(live);
  const leaves = leavesOf(fieldsOf(spec.trafficPolicy));
  const made: Record<Place[0], Record<string, unknown>> = { timings: {}, connectionLimits: {}, outlierDetection: {} };
  const unsaid: string[] = [
    ...Object.keys(spec)
      .filter((key) => !meant.includes(key))
      .map((key) => `spec.${key}`),
    ...listOf(spec.subsets)
      .filter((each) => each.trafficPolicy !== undefined)
      .map(({ name }) => `trafficPolicy of the subset ${String(name)}`),
  ];
  for (const [path, value] of leaves) {
    const place = places[path];
    if (place) made[place[0]][place[1]] = value;
    else if (usual[path] !== value) unsaid.push(`trafficPolicy.${path}`);
  }
  const { timings, ...rest } = made;
  const fields = Object.fromEntries(Object.entries(rest).filter(([, each]) => Object.keys(each).length > 0));
  return {
    made: { fields, timings: timings as Record<string, string> },
    notes: [
      taken(nameOf(live), 'its policy is in the release file; synth writes the DestinationRule'),
      left(`${nameOf(live)} spec.subsets`, 'each version has its own'),
      ...(live.metadata.name === service
        ? []
        : [left(nameOf(live), `handover's is called ${service}; delete this one after that is applied`)]),
    ],
    problems: unsaid.map((what) => notSaid(live, what)),
  };
}

function notSaid(live: Manifest, what: string): Complaint {
  const fix =
    'let your own cdk8s app write it over the DestinationRule (docs/your-service.md), and import with -f what is left';
  return { expected: `a policy of ${nameOf(live)} that a release file can say`, found: what, fix };
}

/** Such as `connectionPool.http.idleTimeout`. A list is a leaf. */
function leavesOf(fields: Fields, above: readonly string[] = []): [string, unknown][] {
  return Object.entries(fields).flatMap(([key, value]): [string, unknown][] => {
    const path = [...above, key];
    return isFields(value) ? leavesOf(value, path) : [[path.join('.'), value]];
  });
}
