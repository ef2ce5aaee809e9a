/**
 * Before the first write: will the new version ever have the pods for what carries the traffic now (S4)? Nobody makes more of a
 * version without traffic than its manifests say, but an autoscaler of its own, whose minimum the driver raises.
 */
import type { ServiceShape } from '../../manifests';
import { findVersion, Refusal, type Manifest, type Release } from '../../model';
import { heaviestOf } from './begin';
import { podsCarrying, podsForAll } from './capacity';
import type { Observation, Workload } from './observation';
import type { ReleaseRecord } from './record';
import type { Order } from './stages';

/** Undefined when it will; of a release under way, too: there the driver waits, and says the number that is missing. */
export function tooFewPods(
  release: Release,
  order: Order,
  seen: Observation,
  shape?: ServiceShape,
): Refusal | undefined {
  const { route, workloads } = seen;
  if (order.kind !== 'run' || !route || route.record) return undefined;
  const { [order.canary]: _, ...others } = route.split;
  const own = declaredPods(release, order.canary, shape);
  const { [order.canary]: live } = workloads;
  if (Object.keys(others).length === 0 || own === undefined || live?.autoscaler) return undefined;
  const stable = heaviestOf(others);
  const needed = neededFor(order.canary, stable, { release, seen, declared: own.replicas });
  const has = Math.max(own.least, live?.desired ?? 0);
  return has >= needed ? undefined : refusal(order.canary, { needed, has }, stable, seen);
}

interface Planned {
  readonly release: Release;
  readonly seen: Observation;
  /** Pods that the manifests give the new version. */
  readonly declared: number;
}

/** As the rules will count once the release is on record. */
function neededFor(canary: string, stable: string, { release, seen, declared }: Planned): number {
  const { route, workloads } = seen;
  const planned = { ...workloads, [canary]: { ...workloads[canary], declaredPods: declared } as Workload };
  const record = { mode: 'run', stable, podsForAll: podsCarrying(seen) } as ReleaseRecord;
  return podsForAll(canary, { release, record, seen: { route, workloads: planned } });
}

function refusal(
  canary: string,
  { needed, has }: { needed: number; has: number },
  stable: string,
  { workloads }: Observation,
) {
  const carrying = workloads[stable]?.desired ?? 0;
  const expected = `${needed} pods for ${canary}, as ${stable} carries the traffic with ${carrying}`;
  const fix = `give ${canary} ${needed}, by its replicas or by the minimum of what scales it; or scale ${stable} to what its load needs`;
  return new Refusal('few-replicas', expected, String(has), fix);
}

/** As the manifests say, else the file; undefined when an autoscaler decides whose minimum can be raised. */
function declaredPods(release: Release, version: string, shape: ServiceShape | undefined) {
  if (!release.versions.some(({ name }) => name === version)) return undefined;
  const found = shape?.versions[version];
  if (!found) {
    const { replicas } = findVersion(release, version);
    return release.autoscaling ? undefined : { replicas, least: replicas };
  }
  if (found.scalers.some(({ kind }) => kind === 'HorizontalPodAutoscaler')) return undefined;
  const replicas = numberIn(
    found.objects.find(({ kind }) => kind === 'Deployment'),
    'replicas',
  );
  return { replicas, least: Math.max(replicas, ...found.scalers.map((scaler) => numberIn(scaler, 'minReplicaCount'))) };
}

function numberIn(manifest: Manifest | undefined, field: string): number {
  const value = (manifest?.spec as Readonly<Record<string, unknown>> | undefined)?.[field];
  return typeof value === 'number' ? value : 1;
}
