/** Creates and deletes the objects of one version, so that a driver killed half way leaves what the next one completes. */
import {
  digestOf,
  editSubsets,
  subsetIn,
  withAnnotation,
  withChoice,
  withPolicyOf,
  type ServiceShape,
} from '../../../manifests';
import { annotations, subsetOf, type Release, type Manifest } from '../../../model';
import type { Outcome } from '../../core/outcome';
import type { Seen } from '../../kubernetes/any-object';
import { conditioned } from '../../kubernetes/conditioned';
import type { DestinationRule } from '../../kubernetes/objects';
import { objectPath } from '../../kubernetes/paths';
import type { Action } from '../action';
import { formatNote } from '../digests';
import type { Observation } from '../observation';
import { objectsOf, type Carried } from './carried';
import { isTrafficAsSeen, routeAsSeen } from './route-as-seen';
import { autoscalerAmong, autoscalerKind, deploymentKind, kindsOf, versionObjects } from './version-objects';
import { writeEdit, type Writer } from './writer';

/** Only what is missing is created: a version is immutable, so what is there already is as it must be. What it shares is not its own. */
export async function addVersion({ objects, carried }: Writer, version: string): Promise<Outcome> {
  for (const manifest of objectsOf(carried, version)) {
    if (await objects.find(manifest)) continue;
    if ((await objects.create(manifest)) === 'conflict') return 'conflict';
  }
  return 'written';
}

/**
 * What scales it first, or it would be scaled up while it ends; then the Deployment; the rest when its pods are gone, as they
 * still read their ConfigMap. Called again until nothing is left.
 */
export async function removeVersion(
  writer: Writer,
  release: Release,
  version: string,
  seen: Observation,
): Promise<Outcome> {
  const { api, objects, carried } = writer;
  if (!(await isTrafficAsSeen(api, release, seen))) return 'conflict';
  const kinds = kindsOf(carried, seen.route?.record?.objects);
  const own = (await versionObjects(writer, release, kinds))[version] ?? [];
  const scalers = own.filter((object) => isScaler(object, carried, version));
  const deployments = own.filter(({ kind }) => kind === deploymentKind);
  const going = deployments.length > 0 ? [...scalers, ...deployments] : own;
  for (const object of going) if ((await objects.remove(object as Manifest & Seen)) === 'conflict') return 'conflict';
  return 'written';
}

/** Also one of the same kind that the manifests have no more. */
function isScaler({ kind }: Manifest, carried: Carried, version: string): boolean {
  const scalers = carried?.versions[version]?.scalers ?? [];
  return kind === autoscalerKind || scalers.some((scaler) => scaler.kind === kind);
}

type SubsetWrite = Extract<Action, { kind: 'write-subsets' }>;

export async function writeSubsets(
  { api, objects, carried }: Writer,
  release: Release,
  { versions, changes, restores, creates, choose }: SubsetWrite,
  seen: Observation,
): Promise<Outcome> {
  if (creates && carried) return createRule(objects, carried, versions);
  const [live, route] = await Promise.all([
    api.find<DestinationRule>(objectPath('DestinationRule', release)),
    routeAsSeen(api, release, seen),
  ]);
  if (!live || !route || live.metadata.resourceVersion !== seen.subsets?.resourceVersion) return 'conflict';
  const base = changes && carried ? withPolicyOf(carried.destinationRule, live) : live;
  const edited = editSubsets(
    base,
    versions,
    (version) => newSubset(carried, release, version),
    carried?.destinationRule,
  );
  const wanted = choose ? withChoice(edited, choose.version, choose.hash) : edited;
  return writeEdit(objects, live, withNote(wanted, restores ?? false, seen));
}

/** As synth writes it, with the subsets of what is there. A conflict: somebody else has created one meanwhile. */
function createRule(
  objects: Writer['objects'],
  { destinationRule }: ServiceShape,
  versions: readonly string[],
): Promise<Outcome> {
  return objects.create(editSubsets(destinationRule, versions, () => ({}), destinationRule));
}

/** A restoring write leaves the digest as it was: what else somebody changed must not pass for ours. */
function withNote(wanted: Manifest, isRestored: boolean, { route, subsets }: Observation): Manifest {
  const { id: release, digests } = route?.record ?? {};
  if (release === undefined) return wanted;
  const before = subsets?.written?.release === release ? subsets.written.digest : digests?.subsets;
  const digest = (isRestored ? before : undefined) ?? digestOf(wanted);
  return withAnnotation(wanted, annotations.written, formatNote({ release, digest, isRestored }));
}

/** As synth writes it; without manifests by the labels that all pods of a version have. */
export function newSubset(carried: Carried, release: Pick<Release, 'versions'>, version: string): object {
  const written = carried && subsetIn(carried.destinationRule, version);
  return written ?? subsetOf(release, version);
}

export async function setMinimum(
  { api, paths, carried }: Writer,
  release: Release,
  version: string,
  pods: number,
  seen: Observation,
): Promise<Outcome> {
  const kinds = kindsOf(carried).filter(({ kind }) => kind === autoscalerKind);
  const live = autoscalerAmong((await versionObjects({ api, paths }, release, kinds))[version] ?? []);
  if (!live || (live.spec.minReplicas ?? 1) !== seen.workloads[version]?.autoscaler?.minimum) return 'conflict';
  const { resourceVersion, name, namespace } = live.metadata;
  const path = await paths.of({ apiVersion: live.apiVersion, kind: live.kind, namespace, name });
  return conditioned(() => api.merge(path, { metadata: { name, resourceVersion }, spec: { minReplicas: pods } }));
}
