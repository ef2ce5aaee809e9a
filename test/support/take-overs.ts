/**
 * Services in production that nobody has released by weights yet: their routes lead to the whole Service, the DestinationRule is their
 * owner's or is not there, and v1 is a Deployment that runs. They shrink towards one route, no DestinationRule and no autoscaler.
 */
import fc from 'fast-check';
import { listOf, specOf, withSpec, type Fields, type ServiceShape } from '../../manifests';
import type { Scenario, Timed } from '../../driver/istio/simulation';
import type { Order } from '../../driver/istio/stages';
import { serviceHost, subsetOf, type Manifest, type Release } from '../../model';
import { adopted } from './adopted';
import { arbitraryScenario, everyAccident, takeOverAccidents } from './scenarios';
import { rowsOf, virtualServiceOf } from './own-routes';

export interface TakenOver {
  readonly release: Release;
  readonly order: Order;
  readonly scenario: Scenario;
}

interface Chosen {
  readonly scenario: Scenario;
  /** Of the owner's, beside the one that takes everything. */
  readonly routes: readonly Fields[];
  /** Live routes have names already. */
  readonly isNamed: boolean;
  readonly ports: readonly number[];
  readonly rule: 'none' | 'plain' | 'with subsets';
  readonly isScaled: boolean;
  readonly isKept: boolean;
  readonly order: Order;
}

const chosen: fc.Arbitrary<Chosen> = fc.record({
  scenario: arbitraryScenario({ kinds: [...everyAccident, ...takeOverAccidents] }),
  routes: fc.shuffledSubarray([...rowsOf]),
  isNamed: fc.boolean(),
  ports: fc.constantFrom([80], [80, 443]),
  rule: fc.constantFrom('none', 'plain', 'with subsets'),
  isScaled: fc.boolean(),
  isKept: fc.boolean(),
  order: fc.constantFrom<Order>(
    { kind: 'run', canary: 'v2' },
    { kind: 'run', canary: 'v2', until: 'drained' },
    { kind: 'apply' },
  ),
});

export const takeOvers: fc.Arbitrary<(release: Release) => TakenOver> = chosen.map(
  (each) => (release) => takenOver(release, each),
);

/** `asMade`: a release of v1 and v2, both of handover's making. */
export function takenOver(
  asMade: Release,
  { scenario, routes, isNamed, ports, rule, order, ...more }: Chosen,
): TakenOver {
  const { isScaled, isKept } = more;
  const both = adopted(asMade, { isKept });
  const release = order.kind === 'run' ? both : { ...both, versions: both.versions.slice(0, 1) };
  const synthesized = virtualServiceOf(release, [...routes, { name: 'web', route: toStable }]);
  // As many as the next version has: of fewer a release would wait for a person who makes more.
  const pods = asMade.autoscaling?.minReplicas ?? asMade.versions[1]?.replicas ?? 1;
  const autoscaler = { minimum: pods, maximum: Math.max(4, pods) };
  return {
    release,
    order,
    scenario: {
      ...scenario,
      adopted: 'v1',
      ports,
      virtualService: asOfOwner(synthesized, isNamed),
      loadPods: Math.min(scenario.loadPods, pods),
      adoption: {
        ...(rule !== 'none' && { destinationRule: liveRule(release, rule === 'with subsets') }),
        pods,
        ...((isScaled || release.autoscaling) && { autoscaler }),
        carried: carriedFor(release, synthesized, rule !== 'none'),
      },
    },
  };
}

/** Its owner may roll it, and does so at these moments. */
export function withRollouts<Taken extends TakenOver | undefined>(
  taken: Taken,
  rollouts: readonly Timed[] | undefined,
): Taken {
  const { adoption, accidents = [] } = taken?.scenario ?? {};
  if (!taken || !adoption || !rollouts) return taken;
  const scenario = { ...taken.scenario, adoption: { ...adoption, rolls: true as const } };
  return { ...taken, scenario: { ...scenario, accidents: [...accidents, ...rollouts] } };
}

/** Synth writes nothing of the adopted version; what it writes of v2 is not asked for in a simulation. */
function carriedFor(release: Release, virtualService: Manifest, hasPolicy: boolean): ServiceShape {
  const { name, namespace } = release;
  const destinationRule = synthesizedRule(release, hasPolicy);
  const none = { versions: {}, shared: [], installed: [], servicePorts: [80] };
  return { name, namespace, host: serviceHost(name, namespace), ...none, virtualService, destinationRule };
}

const toStable = [{ destination: { host: 'demo', subset: 'v1' }, weight: 100 }];

/** Without what synth adds: subsets, the names of routes, and what says which of them are split. */
function asOfOwner(synthesized: Manifest, isNamed: boolean): Manifest {
  const http = listOf(specOf(synthesized).http).map((route) => {
    const { name, ...rest } = route;
    const isSubset = listOf(route.route).some(({ destination }) => 'subset' in (destination as Fields));
    const owned = isSubset ? { ...rest, route: [{ destination: { host: 'demo' } }] } : rest;
    return isNamed || !isSubset ? { name, ...owned } : owned;
  });
  const { name, namespace } = synthesized.metadata;
  return { ...withSpec(synthesized, 'http', http), metadata: { name, ...(namespace && { namespace }) } };
}

const policy = { connectionPool: { http: { maxRetries: 3 } } };

function ruleOf(release: Release, subsets: readonly Fields[], hasPolicy: boolean): Manifest {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: release.name, namespace: release.namespace },
    spec: {
      host: release.name,
      ...(hasPolicy && { trafficPolicy: policy }),
      ...(subsets.length > 0 && { subsets }),
    },
  };
}

function liveRule(release: Release, hasSubsets: boolean): Manifest {
  return ruleOf(release, hasSubsets ? [{ name: 'all', labels: { team: 'shop' } }] : [], true);
}

function synthesizedRule(release: Release, hasPolicy: boolean): Manifest {
  return ruleOf(
    release,
    release.versions.map(({ name }) => ({ ...subsetOf(release, name) })),
    hasPolicy,
  );
}
