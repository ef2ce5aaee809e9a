/** Release files with every field that an operator may write, all of them without problems. */
import fc from 'fast-check';
import { subsetName, type ReleaseFileInput } from '../../model';
import { anyText } from './any-text';

const label = fc.stringMatching(/^[a-z]([-a-z0-9]{0,12}[a-z0-9])?$/);
const versionName = fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,12}[A-Za-z0-9])?$/);
const envName = fc.stringMatching(/^[A-Z]{1,3}[0-9]{1,3}$/);
const env = fc.dictionary(envName, anyText, { maxKeys: 4 });
const resources = fc.constantFrom(
  { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '2', memory: '2Gi' } },
  { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1.5', memory: '1Gi' } },
);
const version = fc.record(
  {
    image: fc.constantFrom('x:1', 'localhost:5000/x:1.2.3', `x@sha256:${'0'.repeat(64)}`),
    replicas: fc.integer({ min: 1, max: 9 }),
    env,
    resources,
  },
  { requiredKeys: ['image'] },
);

/** Whole numbers that sum to 100: the distances between cuts. */
export function weights(count: number): fc.Arbitrary<number[]> {
  const cuts = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: count - 1, maxLength: count - 1 });
  return cuts.map((places) => {
    const bounds = [0, ...places.sort((a, b) => a - b), 100];
    return bounds.slice(1).map((bound, i) => bound - (bounds[i] ?? 0));
  });
}

const timings = fc
  .record({
    propagation: fc.integer({ min: 1, max: 30 }),
    extraDelay: fc.integer({ min: 0, max: 30 }),
    longest: fc.integer({ min: 1, max: 600 }),
    margin: fc.integer({ min: 1, max: 30 }),
    extraGrace: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  })
  .map(({ propagation, extraDelay, longest, margin, extraGrace }) => {
    const delay = propagation + extraDelay;
    return {
      endpointPropagation: `${propagation}s`,
      shutdownDelay: `${delay}s`,
      longestRequest: `${longest}s`,
      exitMargin: `${margin}s`,
      gracePeriod: extraGrace === undefined ? undefined : `${delay + longest + margin + extraGrace}s`,
    };
  });

const options = fc.record(
  {
    highTraffic: fc.boolean(),
    gateways: fc.constantFrom(['own'], ['own', 'mesh']),
    // Above are those of the sidecar.
    port: fc.integer({ min: 1, max: 14_999 }),
    replicas: fc.integer({ min: 1, max: 9 }),
    env,
    timings,
    preStop: fc.constantFrom('sleep', 'exec', 'httpGet'),
    probes: fc.constantFrom('http', 'exec'),
    retries: fc.constantFrom({ attempts: 0 }, { attempts: 3, perTryTimeout: '10m', retryOn: ['reset'] }),
    outlierDetection: fc.constant({ maxEjectionPercent: 100 }),
    connectionLimits: fc.constantFrom({}, { maxConnections: 9 }),
    autoscaling: fc.constant({ cpu: '500m', memory: '100Mi' }),
    sidecar: fc.constantFrom('default', 'native', 'classic'),
    priorityClass: label,
    steps: fc.constantFrom([], [{ weight: 10 }, { pause: '30s' }, { weight: 50 }, { pause: 'until promoted' }]),
  },
  { requiredKeys: [] },
);

const versions = fc
  .dictionary(versionName, version, { minKeys: 1, maxKeys: 4, noNullPrototype: true })
  .filter((byName) => new Set(Object.keys(byName).map(subsetName)).size === Object.keys(byName).length);

/** An autoscaler decides their number. */
function withoutReplicas<T extends { readonly replicas?: number }>({ replicas: _, ...rest }: T): Omit<T, 'replicas'> {
  return rest;
}

function mapValues<T, U>(values: Readonly<Record<string, T>>, of: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, of(value)]));
}

export const releaseFiles: fc.Arbitrary<ReleaseFileInput> = fc
  .record({ name: label, namespace: label, versions, options })
  .chain(({ options: chosen, ...fixed }) => {
    const isAutoscaled = chosen.highTraffic === true || chosen.autoscaling !== undefined;
    const names = Object.keys(fixed.versions);
    const headerRoutes = fc.uniqueArray(
      fc.record({
        header: fc.constant('x-user'),
        exact: fc.string({ minLength: 1 }),
        version: fc.oneof(fc.constantFrom(...names), versionName),
      }),
      { maxLength: 2, selector: ({ exact }) => exact, comparator: 'IsStrictlyEqual' },
    );
    return fc.tuple(weights(names.length), headerRoutes).map(([shares, routes]) => ({
      ...fixed,
      versions: isAutoscaled ? mapValues(fixed.versions, withoutReplicas) : fixed.versions,
      ...(isAutoscaled ? withoutReplicas(chosen) : chosen),
      hosts: ['demo.example.com'],
      headerRoutes: routes,
      weights: Object.fromEntries(names.map((name, i) => [name, shares[i] ?? 0])),
    })) as fc.Arbitrary<ReleaseFileInput>;
  });
