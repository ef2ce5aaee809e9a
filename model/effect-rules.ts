/** Rules about fields that would do nothing: whoever writes one believes that it does something. */
import type { Finding, Path } from './finding';
import type { ReleaseFile } from './release-file';
import type { Rule } from './rule';

type Profile = ReleaseFile['profile'];

/** Where Kubernetes replaces the pods, no proxy of ours splits, drains or is asked. */
const ofTheOther: Readonly<Record<Profile, readonly Path[]>> = {
  istio: [['ingress']],
  'rolling-update': [
    ['gateway'],
    ['gateways'],
    ['route'],
    ['inFlight'],
    ['steps'],
    ['analyses'],
    ['headerRoutes'],
    ['retries'],
    ['outlierDetection'],
    ['connectionLimits'],
    ['sidecar'],
    ...['idleTimeout', 'connectTimeout', 'drainWindow', 'drainLimit'].map((field) => ['timings', field]),
    ...['gatewayNamespace', 'gatewayAddress', 'evidence', 'onCall'].map((field) => ['access', field]),
  ],
};

/** Of the file as it is written: a default is nobody's belief. */
export function fieldsWithoutEffect(
  written: Readonly<Record<string, unknown>>,
  profile: Profile | undefined,
): Finding[] {
  if (profile === undefined) return [];
  return ofTheOther[profile]
    .filter((path) => !isEmpty(valueAt(written, path)))
    .map((path) => ({
      path,
      expected: `no ${path.join('.')}, as it does nothing in the profile ${profile}`,
      found: 'it',
      fix: `remove it, or use the profile ${profile === 'istio' ? 'rolling-update' : 'istio'}`,
    }));
}

function valueAt(value: unknown, path: Path): unknown {
  const at = (from: unknown, key: string | number) =>
    typeof from === 'object' && from !== null && Object.hasOwn(from, key)
      ? (from as Record<string | number, unknown>)[key]
      : undefined;
  return path.reduce(at, value);
}

/** An empty list says what is left out anyway. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** An autoscaler owns the number of pods: the file's would be no number that ever applies. */
export const replicasAreNotAutoscaled: Rule = ({ autoscaling, highTraffic, replicas, versions = {} }) => {
  if (!autoscaling && highTraffic !== true) return [];
  const cause = autoscaling ? 'autoscaling' : 'highTraffic, which brings an autoscaler along,';
  return [
    { path: ['replicas'], replicas },
    ...Object.entries(versions).map(([name, version]) => ({
      path: ['versions', name, 'replicas'],
      replicas: version.replicas,
    })),
  ].flatMap((place) =>
    place.replicas === undefined
      ? []
      : [
          {
            path: place.path,
            expected: `no replicas, as ${cause} decides their number`,
            found: String(place.replicas),
            fix: `remove it, and set autoscaling.minReplicas to the least that it may be`,
          },
        ],
  );
};

/** Without a retry there is nothing that they would apply to. */
export const retriesAreSomeOrSayNothing: Rule = ({ retries }) => {
  if (retries?.attempts !== 0) return [];
  const { perTryTimeoutSeconds: perTryTimeout, retryOn } = retries;
  return Object.entries({ perTryTimeout, retryOn })
    .filter(([, value]) => value !== undefined)
    .map(([field]) => ({
      path: ['retries', field],
      expected: `no ${field}, as attempts: 0 forbids every retry`,
      found: 'it',
      fix: 'remove it, or raise attempts',
    }));
};

/** Istio takes the first route that matches. */
export const headerRoutesDiffer: Rule = ({ headerRoutes = [] }) =>
  headerRoutes.flatMap(({ header, exact }, index) => {
    const before = headerRoutes.findIndex((route) => route.header === header && route.exact === exact);
    if (before === index) return [];
    return [
      {
        path: ['headerRoutes', index],
        expected: 'a header and value that no route before it has',
        found: `those of headerRoutes.${before}, which takes every such request`,
        fix: 'remove one of the two',
      },
    ];
  });
