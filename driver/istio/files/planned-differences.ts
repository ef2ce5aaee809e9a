/**
 * What becomes of each object: what is live beside what synth writes of the file as it will be at the end. Of those that no release
 * writes it is told, too, and that they are left to whoever installs.
 */
import pLimit from 'p-limit';
import { identityOf, masks, nameOf, type ServiceShape } from '../../../manifests';
import { allTo, Refusal, versionsAtEnd, type Manifest, type Release } from '../../../model';
import type { PlanDifference } from '../../core/planned';
import type { Io } from '../../io';
import type { Options } from '../../options';
import type { Cluster } from '../cluster';
import type { Order } from '../stages';
import { differences, isDerived } from './difference';
import { drivenManifests } from './end-in-files';
import { filesOf, shapeOfText } from './manifests';
import { textAtEnd } from './write-back';

interface Planned {
  readonly cluster: Cluster;
  readonly carried: ServiceShape;
  readonly release: Release;
  /** Of the release file. */
  readonly text: string;
  readonly order: Order;
}

export async function plannedDifferences(io: Io, options: Options, planned: Planned): Promise<PlanDifference[]> {
  const { cluster, release } = planned;
  if (!cluster.live) throw new Refusal('usage', 'a cluster with objects for --diff', 'a model of one', 'leave it out');
  const end = await shapeAtEnd(io, options, planned);
  const driven = differencesOfObjects(drivenManifests(end), await cluster.live(release));
  return [...driven, ...(await besideVersions(io, cluster, end, driven))];
}

/** What versions share is created with the first that is added, and never changed. */
async function besideVersions(
  io: Io,
  cluster: Cluster,
  { shared, installed }: ServiceShape,
  driven: readonly PlanDifference[],
): Promise<PlanDifference[]> {
  const adds = driven.some(({ change }) => change === 'create');
  const all = await pLimit(concurrency).map([...shared, ...installed], async (object) => {
    const live = await liveOf(io, cluster, object);
    if (live === 'unknown') return [];
    const found = differencesOfObjects([object], live ? [live] : []);
    const isCreated = !live && adds && shared.includes(object);
    return isCreated ? found : found.map((each): PlanDifference => ({ ...each, leftTo: 'owner' }));
  });
  return all.flat();
}

const concurrency = 8;

/** Who may not read it learns that it is in no comparison, and sees the rest. */
async function liveOf(io: Io, cluster: Cluster, object: Manifest): Promise<Manifest | 'unknown' | undefined> {
  try {
    return await cluster.find?.(object);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    io.err(`warning: ${nameOf(object)} is not compared: ${error.message}\n`);
    return 'unknown';
  }
}

/** Ready manifests cannot say what will be, and neither can a file that no program can edit: then as they are now. */
async function shapeAtEnd(io: Io, options: Options, { carried, release, text, order }: Planned): Promise<ServiceShape> {
  if (order.kind !== 'run') return carried;
  const end = textAtEnd(text, { keep: versionsAtEnd(release, order.canary), split: allTo(order.canary) }, options);
  const files = end === undefined ? undefined : await filesOf(io, options, end);
  if (files && end !== undefined) return shapeOfText(io, options, files, end);
  io.err('warning: --diff compares with the manifests as they are now: what they will be at the end is not known\n');
  return carried;
}

/** `wanted` is all that remains. In the order of `wanted`; what goes is last. */
export function differencesOfObjects(wanted: readonly Manifest[], live: readonly Manifest[]): PlanDifference[] {
  const mask = masks();
  const [after, now] = [wanted.map(mask), live.map(mask)];
  const isIn = (objects: readonly Manifest[], object: Manifest) =>
    objects.some((other) => identityOf(other) === identityOf(object));
  const gone = now.filter((object) => !isIn(after, object) && !isDerived(object));
  return [
    ...after.flatMap((object): PlanDifference[] =>
      isIn(now, object)
        ? changed(object, now)
        : [{ kind: 'difference', change: 'create', object: nameOf(object), manifest: object }],
    ),
    ...gone.map((object): PlanDifference => ({ kind: 'difference', change: 'remove', object: nameOf(object) })),
  ];
}

function changed(object: Manifest, live: readonly Manifest[]): PlanDifference[] {
  const own = live.filter((other) => identityOf(other) === identityOf(object));
  const fields = differences([object], own).map(({ path, found, expected }) => ({
    path,
    live: found,
    after: expected,
  }));
  return fields.length === 0 ? [] : [{ kind: 'difference', change: 'change', object: nameOf(object), fields }];
}
