/**
 * Services in production that nobody has released by weights yet: their routes lead to the whole Service, the DestinationRule is their
 * owner's or is not there, and v1 is a Deployment that runs. They shrink towards one route, no DestinationRule and no autoscaler.
 */
import fc from 'fast-check';
import { listOf, specOf, withSpec, type Fields } from '../../manifests';
import type { Scenario } from '../../driver/istio/simulation';
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

export const takeOvers: fc.Arbitrary<(release: Release) => TakenOver> = fc
  .record({
    scenario: arbitraryScenario({ kinds: [...everyAccident, ...takeOverAccidents] }),
    routes: fc.shuffledSubarray([...rowsOf]),
    isNamed: fc.boolean(),
    ports: fc.constantFrom([80], [80, 443]),
    rule: fc.constantFrom<'none' | 'plain' | 'with subsets'>('none', 'plain', 'with subsets'),
    scalesTo: fc.constantFrom(0, 4),
    isKept: fc.boolean(),
    order: fc.constantFrom<Order>(
      { kind: 'run', canary: 'v2' },
      { kind: 'run', canary: 'v2', until: 'drained' },
      { kind: 'apply' },
    ),
  })
  .map(({ scenario, routes, isNamed, ports, rule, scalesTo, isKept, order }) => (asMade) => {
    const both = adopted(asMade, { isKept });
    const release = order.kind === 'run' ? both : { ...both, versions: both.versions.slice(0, 1) };
    const synthesized = virtualServiceOf(release, [...routes, { name: 'web', route: toStable }]);
    const pods = release.autoscaling?.minReplicas ?? asMade.versions[1]?.replicas ?? 1;
    const isScaled = release.autoscaling !== undefined || scalesTo > 0;
    const autoscaler = { minimum: pods, maximum: Math.max(4, pods) };
    const live = rule === 'none' ? {} : { destinationRule: liveRule(release, rule === 'with subsets') };
    return {
      release,
      order,
      scenario: {
        ...scenario,
        ports,
        virtualService: asOfOwner(synthesized, isNamed),
        loadPods: Math.min(scenario.loadPods, pods),
        adoption: {
          ...live,
          pods,
          ...(isScaled && { autoscaler }),
          carried: {
            name: release.name,
            namespace: release.namespace,
            host: serviceHost(release.name, release.namespace),
            versions: {},
            shared: [],
            installed: [],
            virtualService: synthesized,
            destinationRule: synthesizedRule(release, rule !== 'none'),
            servicePorts: [80],
          },
        },
      },
    };
  });

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
