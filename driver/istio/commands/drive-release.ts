/** Preflight, and drive: what `run`, `apply` and the operator's verbs have in common. */
import { subsetIn, type ServiceShape } from '../../../manifests';
import { analyse } from '../analysis';
import { Announcer } from '../announcer';
import { withAssumedEvidence } from '../assumed-evidence';
import { withoutGate } from '../without-gate';
import type { Cluster } from '../cluster';
import { drive } from '../drive';
import type { Event } from '../events';
import { mergedExceptions } from '../exceptions';
import { withoutLeftOut } from '../left-out';
import type { Observation } from '../observation';
import type { Ending } from '../../core/ending';
import type { Io } from '../../io';
import { StoryTeller } from '../html';
import { writeReport } from '../html/write-report';
import {
  assumeAfterMs,
  defaults,
  exceptionsOf,
  gateLimitMs,
  lossIn,
  prometheusAccess,
  refuseUncounted,
  refuseUnprobed,
  type Options,
} from '../../options';
import { preflight, type Check } from '../preflight';
import { synthesized } from '../files/manifests';
import { wayToInstall } from '../kubernetes/existing-service';
import { createdVersions, liveChecks } from '../live-checks';
import type { ReleaseRecord } from '../record';
import { withRecordedAdoption } from '../recorded-release';
import { checkClusters } from '../several-clusters';
import type { Order } from '../stages';
import { withStoredForms } from '../stored-forms';
import { reporter } from '../report';
import { steeringKeys } from './keys';
import { adoptedVersion, commandVariable, Refusal, versionNames, type Manifest, type Release } from '../../../model';

/** The cluster that a command was pointed at. */
export async function connectTo(io: Io, options: Options, carried?: ServiceShape): Promise<Cluster> {
  const afterMs = assumeAfterMs(options);
  const cluster = await io.connect(options, carried);
  if (options.unsafeNoGate) return withoutGate(cluster, io.environment);
  return afterMs === undefined ? cluster : withAssumedEvidence(cluster, afterMs);
}

/** A cluster, and what synth wrote for it. */
export interface Target {
  readonly cluster: Cluster;
  /** Undefined for an operator who has no file: what is missing then cannot be created. */
  readonly carried: ServiceShape | undefined;
}

export async function targetOf(io: Io, options: Options, release: Release) {
  const { shape: carried, files: before, release: ofFile } = await synthesized(io, options, release);
  const cluster = await connectTo(io, options, carried);
  return { cluster, carried, before, release: await withAllThatIsThere(cluster, ofFile) };
}

/** The release of the file, with what only the record in the cluster says. */
export async function withAllThatIsThere(cluster: Cluster, release: Release): Promise<Release> {
  return withRecordedAdoption(release, await cluster.recordOf(release));
}

export async function driveRelease(
  io: Io,
  options: Options,
  release: Release,
  order: Order,
  { cluster, carried }: Target,
): Promise<Ending> {
  const story = new StoryTeller(release, () => io.clock.nowMs());
  const told = reporter(io, release, options, steeringKeys(cluster, release));
  const emit = (event: Event) => {
    story.hear(event);
    told.emit(event);
  };
  const announcer = new Announcer({ cluster, release, clock: io.clock, emit });
  const driving = drive({
    evidence: options.evidence,
    release,
    order,
    cluster,
    clock: io.clock,
    emit: (event) => {
      emit(event);
      announcer.hear(event);
    },
    analyse: (name, canary, signal) =>
      analyse(release, name, {
        canary,
        clock: io.clock,
        gatewayAddress: options.gatewayAddress,
        prometheus: prometheusAccess(io, options),
        signal,
      }),
    holder: io.holder,
    stop: io.stop,
    gateLimitMs: gateLimitMs(options),
    releaseId: io.newId(),
    pollMs: defaults.pollMs,
    adopt: options.adopt,
    exceptions: exceptionsOf(io, options, cluster.user),
    begun: {
      by: `${cluster.user ?? 'somebody'} (${io.holder})`,
      command: io.environment[commandVariable] || undefined,
      ...(carried && { objects: objectNames(carried) }),
    },
  });
  const ended = driving.then((ending) => announcer.end(ending).then(() => ending));
  const ending = await ended.finally(told.end);
  // Who waits for another driver asks for the lock again and again, and sees nothing of the release until it has it.
  if (options.report !== undefined && (story.hasLooked || ending.outcome !== 'locked'))
    writeReport(io.err, options.report, story, ending);
  return ending;
}

/** By version, what the manifests have of it. */
function objectNames({ versions }: ServiceShape): NonNullable<ReleaseRecord['objects']> {
  const nameOf = ({ apiVersion, kind, metadata }: Manifest) => ({ apiVersion, kind, name: metadata.name });
  return Object.fromEntries(Object.entries(versions).map(([version, { objects }]) => [version, objects.map(nameOf)]));
}

/** What a command looks at before it drives: without the proxies that its person has judged, or that the record says. */
export async function lookAt(
  io: Io,
  options: Options,
  cluster: Cluster,
  release: Release,
  inFlightOf: readonly string[] = [],
): Promise<Observation> {
  const seen = await cluster.observe(release, { evidence: options.evidence, inFlightOf });
  return withoutLeftOut(
    seen,
    mergedExceptions(seen.route?.record?.exceptions, exceptionsOf(io, options, cluster.user)),
  );
}

/** A pod that is slow to answer once is no reason to refuse. */
const preflightLooks = 5;

/** These may be so for a moment. */
const passing: readonly string[] = ['proxy-unreadable', 'in-flight-unknown', 'foreign-subset'];

/** All failed checks at once; the cluster is as it was. */
export async function passPreflight(
  io: Io,
  options: Options,
  release: Release,
  order: Order,
  target: Target,
): Promise<void> {
  refuseUnprobed(release, options);
  refuseUncounted(release, options);
  prometheusAccess(io, options);
  const looks = await checksByLooks(io, options, release, order, target);
  const mesh = await checkClusters(target.cluster, order);
  mesh.warnings.forEach((warning) => io.err(`warning: ${warning}\n`));
  const isInstalled = !looks.some(({ problem }) => problem?.code === 'not-installed');
  const objects = isInstalled
    ? await checksOfObjects(io, release, order, target)
    : await checksOfInstalling(release, target);
  const failed = [...looks, ...mesh.checks, ...objects].filter(({ problem }) => problem !== undefined);
  for (const { title, problem } of failed) io.err(`check failed: ${title}\n  ${problem?.message}\n`);
  if (failed.length === 0) return;
  const titles = failed.map(({ title }) => title).join(', ');
  throw new Refusal('preflight', 'every check to pass', `these failed: ${titles}`, 'see above');
}

async function checksByLooks(
  io: Io,
  options: Options,
  release: Release,
  order: Order,
  { cluster, carried }: Target,
): Promise<readonly Check[]> {
  for (let look = 1; ; look++) {
    // As in the look before a removal: a right that is missing there is known before the first write.
    const seen = await lookAt(io, options, cluster, release, versionNames(release));
    if (look === 1) warnOfLosses(io, options, seen);
    const checks = preflight(release, order, seen, carried);
    const isUnreadable = checks.some(({ problem }) => problem && passing.includes(problem.code));
    if (!isUnreadable || look === preflightLooks) return checks;
    await io.clock.sleep(defaults.pollMs * 10, io.stop);
  }
}

/** A slip of the pen in a name. No refusal: the same command carries on, also when its version has gone meanwhile. */
function warnOfLosses(io: Io, { acceptLoss = [] }: Options, { workloads }: Observation): void {
  const wrong = acceptLoss.map((text) => lossIn(text).version).filter((version) => !(version in workloads));
  const there = Object.keys(workloads).join(', ');
  for (const version of wrong) io.err(`warning: --accept-loss names ${version}, and there is ${there}\n`);
}

/** Nothing where objects are no more than a model, and of a release under way: an abort must not wait for a corrected file. */
async function checksOfObjects(
  io: Io,
  release: Release,
  order: Order,
  { cluster, carried }: Target,
): Promise<readonly Check[]> {
  const live = order.kind !== 'resume' && carried && (await cluster.live?.(release));
  if (!live) return [];
  const stored = await withStoredForms(carried, createdVersions(carried, order), live, cluster);
  // One that the record alone knows was asked for when its release began, by an account that may have had more rights.
  const adopted = adoptedVersion(release);
  const isListed = adopted !== undefined && subsetIn(carried.destinationRule, adopted) !== undefined;
  const { checks, warnings } = liveChecks(stored, order, live, isListed);
  const adoption = isListed ? await cluster.adoption?.(release) : undefined;
  [...warnings, ...(adoption?.warnings ?? [])].forEach((warning) => io.err(`warning: ${warning}\n`));
  return [
    ...checks,
    { title: 'what is adopted can be a version', problem: notAdopted(adoption?.problems ?? []) },
    { title: 'the API server accepts the new objects', problem: await refused(order, cluster, carried) },
  ];
}

function notAdopted(problems: readonly string[]): Refusal | undefined {
  if (problems.length === 0) return undefined;
  const expected = 'a Service that selects the pods of the adopted Deployment and of the next version, and no others';
  const fix = 'mend what is named; or import it as a copy (docs/aboard.md)';
  return new Refusal('not-adoptable', expected, problems.join('; '), fix);
}

/** Whoever is told to install must not lose by it what serves now. */
async function checksOfInstalling(release: Release, { cluster }: Target): Promise<Check[]> {
  const found = await cluster.lostByInstalling?.(release);
  if (found === undefined) return [];
  const expected = 'an install that takes no pod and no port away from a Service that is there';
  const problem = new Refusal('service-in-use', expected, found, wayToInstall(release));
  return [{ title: 'nothing is lost by installing', problem }];
}

async function refused(order: Order, cluster: Cluster, carried: ServiceShape): Promise<Refusal | undefined> {
  const created = createdVersions(carried, order);
  const found = await Promise.all(created.map((version) => cluster.refusedObjects?.(version) ?? Promise.resolve([])));
  if (found.flat().length === 0) return undefined;
  return new Refusal(
    'objects-refused',
    'objects that the API server would create',
    found.flat().join('; '),
    'correct them in the manifests',
  );
}
