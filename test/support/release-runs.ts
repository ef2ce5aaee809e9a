/** Random releases in a simulated world, with drivers that die and are started again. */
import fc from 'fast-check';
import { Killed, preparedVersion, World, type Result, type Scenario } from '../../driver/istio/simulation';
import type { Cluster } from '../../driver/istio/cluster';
import type { Clock } from '../../driver/core/clock';
import { drive, foundSo, type Drive } from '../../driver/istio/drive';
import { endedElsewhere } from '../../driver/istio/ended-by-history';
import type { Ending } from '../../driver/core/ending';
import type { DoneReason } from '../../driver/istio/decision';
import type { Exception } from '../../driver/istio/exceptions';
import type { EventSink } from '../../driver/istio/events';
import type { Verdict } from '../../driver/istio/verdict';
import type { TurnReason, Verb } from '../../driver/istio/record';
import { withRecordedAdoption } from '../../driver/istio/recorded-release';
import type { Order } from '../../driver/istio/stages';
import {
  editedRelease,
  findAdopted,
  isPublished,
  Refusal,
  sameSplit,
  versionsAtEnd,
  type Grade,
  type Release,
} from '../../model';
import { releaseWith } from './observations';
import { ownRoutes } from './own-routes';
import { takeOvers, withRollouts } from './take-overs';
import { arbitraryRollouts, arbitraryScenario } from './scenarios';

const short = 'timings: {longestRequest: 2s, drainWindow: 1s, startup: 30s, progressDeadline: 60s, drainLimit: 600s}';
const releases: readonly Release[] = [
  releaseWith(short),
  // Longer than any connection takes: only then is it seen whether a release waits for what a filter may hold.
  releaseWith(`${short.replace('2s', '12s')}\nsteps: [{weight: 10}, {pause: 2s}, {weight: 50}]`),
  releaseWith(`${short}\nsteps: [{weight: 30}, {weight: 100}, {pause: 3s}]\nreplicas: 3`),
  releaseWith(`${short}\nheaderRoutes: [{header: x-user, exact: tester, version: v2}]\nsteps: [{weight: 1}]`),
  releaseWith(`${short}\ngateways: [own, mesh]\nsteps: [{weight: 10}, {weight: 50}]`),
  releaseWith(`${short}\ngateways: [mesh]\nsteps: [{weight: 50}]`),
  releaseWith(
    `${short}\nsteps: [{weight: 20}, {analyse: errors}, {weight: 60}, {analyse: errors}]\nanalyses: {errors: {requests: {path: /}}}`,
  ),
  releaseWith(`${short}\nsteps: [{weight: 50}]\nautoscaling: {minReplicas: 1, maxReplicas: 4, memory: 100Mi}`),
];

export interface Run {
  readonly release: Release;
  readonly order: Order;
  /** A person looks at each change of others that a driver holds for, and goes on from there. */
  readonly adopts?: boolean;
  /** Of the first driver, the second, and so on; after the last it begins again. */
  readonly evidence: readonly Grade[];
  readonly scenario: Scenario;
  readonly pollMs: number;
  /** What a second process asks for, and when. */
  readonly other?: { readonly ms: number; readonly verb: Verb | 'grant' } | undefined;
  /** What analyses say, one after the other; beyond that each is successful. */
  readonly verdicts?: readonly Verdict['verdict'][];
  /** That many requests in flight to v1 may be cut off: by each driver's own command, unless the second process grants it. */
  readonly accepts?: number | undefined;
  readonly seed: number;
}

const applied = releaseWith(short);
/** Computed once: otherwise ten thousand worlds would spend a quarter of their time on it. */
const before = { versions: applied.versions.slice(0, 1), split: { v1: 100 } };
const orders = fc.constantFrom<(release: Release) => Pick<Run, 'release' | 'order'>>(
  (release) => ({ release, order: { kind: 'run', canary: 'v2' } }),
  (release) => ({ release, order: { kind: 'run', canary: 'v2', until: 'drained' } }),
  ({ mesh }) => ({ release: { ...applied, mesh, split: { v1: 20, v2: 80 } }, order: { kind: 'apply' } }),
  ({ mesh }) => ({
    release: { ...applied, mesh, versions: applied.versions.slice(1), split: { v2: 100 } },
    order: { kind: 'apply' },
  }),
);

const proxyOnly: readonly Grade[] = ['proxy'];

export const runs: fc.Arbitrary<Run> = fc
  .record({
    release: fc.constantFrom(...releases),
    order: orders,
    scenario: arbitraryScenario(),
    // Most of them with the routes of the file: the other worlds are as many as before.
    own: fc.option(ownRoutes, { freq: 2, nil: undefined }),
    seed: fc.nat(),
    adopts: fc.boolean(),
    pollMs: fc.integer({ min: 1_000, max: 3_000 }),
    other: fc.option(
      fc.record({ ms: fc.nat(60_000), verb: fc.constantFrom('abort', 'promote', 'promote-full', 'grant') }),
      { freq: 3, nil: undefined },
    ),
    evidence: fc.array(fc.constantFrom<Grade>('proxy', 'probe'), { minLength: 1, maxLength: 3 }),
    verdicts: fc.array(fc.constantFrom<Verdict['verdict']>('successful', 'successful', 'failed', 'inconclusive'), {
      maxLength: 3,
    }),
    accepts: fc.oneof(
      { weight: 9, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) },
    ),
    // A service that runs, and that nobody has released by weights yet, with accidents of its own.
    takeOver: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: takeOvers }),
    // One more than a person gives up: a driver that has lost sight of one would cut it off.
    moreStreams: fc.nat(1),
    // Nobody asks the pods: the proxies alone count.
    inFlight: fc.oneof(
      { weight: 3, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constant('proxies' as const) },
    ),
    // Drawn last: a world without them is what its seed gave before.
    rollouts: fc.oneof(fc.constant(undefined), arbitraryRollouts),
  })
  .map(({ release, order, evidence, scenario, own, takeOver, rollouts, moreStreams, ...rest }) => {
    const streams = rest.accepts === undefined ? 0 : rest.accepts + moreStreams;
    // Header routes of the file have no place beside routes of the owner's.
    const [routed, whole] = release.headerRoutes.length === 0 ? [own?.(release), takeOver?.(release)] : [];
    const taken = withRollouts(whole, rollouts);
    if (taken) return { ...rest, ...taken, evidence: proxyOnly, scenario: { ...taken.scenario, streams } };
    // No probe passes through a sidecar, none counts what is in flight, and none comes by more than one port.
    const isRead = release.mesh || rest.accepts !== undefined || (routed?.ports.length ?? 1) > 1;
    return {
      ...order(release),
      evidence: isRead ? proxyOnly : evidence,
      scenario: { ...scenario, ...routed, streams },
      ...rest,
    };
  })
  .map(({ inFlight, ...run }): Run => (inFlight ? countedByProxies(run) : run));

/** A take-over writes a DestinationRule, by which Envoy makes its clusters anew: no proxy counts a stream that began before. */
function countedByProxies(run: Run): Run {
  const { release, scenario } = run;
  const streams = findAdopted(release) ? 0 : scenario.streams;
  const counted = { ...release, inFlight: 'proxies' as const };
  return { ...run, evidence: proxyOnly, release: counted, scenario: { ...scenario, streams } };
}

export interface Ended {
  readonly ending: Ending;
  /** What is not as this ending says, at the moment of it. */
  readonly wrong: readonly string[];
}

/** Starts drivers, one after the other, until one of them ends the release. Another process may ask for something meanwhile. */
export async function releaseIn(world: World, run: Run): Promise<Ended | undefined> {
  const verdicts = new Verdicts(run.verdicts ?? []);
  const other = otherProcess(world, run, verdicts);
  const ended = await driversOf(world, run, verdicts);
  const wrong = (await other)?.wrong ?? [];
  return ended && { ...ended, wrong: [...ended.wrong, ...wrong] };
}

function isAdoptable(ended: Ended | undefined): boolean {
  const { outcome, code = '' } = ended?.ending ?? {};
  return outcome === 'held' && ['changed-by-other', 'subsets-changed'].includes(code);
}

function isLast({ ending }: Ended): boolean {
  return ending.outcome !== 'locked';
}

/** Whoever has the lock may need long for each of its looks. */
function pauseAfter({ ending }: Ended): number {
  return ending.outcome === 'locked' ? 30_000 : 5_000;
}

async function driversOf(world: World, run: Run, verdicts: Verdicts): Promise<Ended | undefined> {
  const { evidence, adopts = false } = run;
  let { order, release } = run;
  let adopt = false;
  for (let attempt = 0; attempt < 40; attempt++) {
    const client = world.connect();
    const ended = await driver(world, run, client, {
      order,
      evidence: evidence[attempt % evidence.length] ?? 'proxy',
      name: `r${attempt}`,
      adopt,
      verdicts,
      release,
    });
    release = writtenAt(ended, release);
    adopt = adopts && isAdoptable(ended);
    const next = afterDrained(world, run, ended);
    if (ended && isLast(ended) && !adopt && !next) return ended;
    order = next ?? order;
    if (ended) await client.sleep(pauseAfter(ended)).catch(unlessKilled);
  }
  return undefined;
}

/** What a release that ends at drained writes into its file: v1 is not in it, unless it is kept. */
function writtenAt(ended: Ended | undefined, release: Release): Release {
  if (ended?.ending.outcome !== 'drained') return release;
  return editedRelease(release, { keep: versionsAtEnd(release, 'v2'), split: { v2: 100 } });
}

/** The version that is left to others: they remove it, the driver does after all, or somebody turns back. */
function afterDrained({ simulation, workloads, api }: World, run: Run, ended: Ended | undefined): Order | undefined {
  const { order, seed } = run;
  if (ended?.ending.outcome !== 'drained' || ended.wrong.length > 0 || order.kind !== 'run') return undefined;
  if (seed % 3 === 0) return { kind: 'run', canary: order.canary };
  if (seed % 3 === 1) {
    simulation.note('Git prunes v1');
    workloads.remove('v1', 'order');
  } else {
    // Nothing to leave it on where somebody has deleted the VirtualService meanwhile.
    if (!api.readRoute()) return order;
    simulation.note('another process asks: abort');
    api.leaveRequest({ id: 'turn back', verb: 'abort' });
  }
  return order;
}

/** As `handover abort` or `promote` in a second shell: it leaves its request, and carries it out when no other driver runs. */
async function otherProcess(world: World, run: Run, verdicts: Verdicts): Promise<Ended | undefined> {
  if (!run.other) return undefined;
  const { ms, verb } = run.other;
  // By its name alone, as whoever is on call does it.
  const client = world.connect({ knowsManifests: verb !== 'abort' });
  try {
    await client.sleep(ms);
    const record = await client.recordOf(run.release);
    if (!record) return undefined;
    const granted = verb === 'grant' && { exceptions: acceptedBy(run) };
    await client.leaveRequest(run.release, { id: 'other', verb, release: record.id, ...granted });
    world.simulation.note(`another process asks: ${verb}`);
    if (verb === 'grant') return undefined;
  } catch (error) {
    // It was killed, or read why it may not ask for this.
    if (!(error instanceof Refusal)) unlessKilled(error);
    return undefined;
  }
  const evidence = run.evidence[0] ?? 'proxy';
  return driver(world, run, client, { order: { kind: 'resume' }, evidence, name: 'other', verdicts });
}

type Process = Pick<Drive, 'order' | 'evidence' | 'adopt'> & {
  readonly name: string;
  readonly verdicts: Verdicts;
  /** Of its file; left out, as the first one found it. */
  readonly release?: Release;
};

/** Those that a world still has to give. */
class Verdicts {
  readonly given: Verdict['verdict'][] = [];

  constructor(private readonly all: NonNullable<Run['verdicts']>) {}

  next(): Verdict['verdict'] {
    const verdict = this.all[this.given.length] ?? 'successful';
    this.given.push(verdict);
    return verdict;
  }
}

/** Undefined when it was killed, or when the API server took its rights away. */
async function driver(
  world: World,
  run: Run,
  client: Cluster & Clock,
  { name, verdicts, release: ofFile = run.release, ...how }: Process,
): Promise<Ended | undefined> {
  let done: DoneReason | undefined;
  let lookedMs = 0;
  const emit: EventSink = (event) => {
    if (event.event !== 'decided' || event.decision.kind !== 'done') return;
    done = event.decision.because;
    lookedMs = world.simulation.nowMs;
  };
  const { pollMs } = run;
  const analyse = () => Promise.resolve({ verdict: verdicts.next(), reason: 'a random verdict' });
  const exceptions = run.other?.verb === 'grant' ? [] : acceptedBy(run);
  const input = { pollMs, cluster: client, clock: client, emit, analyse, exceptions, ...how };
  const stop = new AbortController().signal;
  try {
    const release = withRecordedAdoption(ofFile, await client.recordOf(ofFile));
    const ending = await drive({ ...input, release, stop, gateLimitMs: 120_000, holder: name, releaseId: name });
    return { ending, wrong: wrongEnding(world, run, { ending, done, lookedMs, verdicts }) };
  } catch (error) {
    if (!(error instanceof Refusal)) unlessKilled(error);
    // Without a right nothing begins; a person, or a Job, tries again.
    if (error instanceof Refusal) await client.sleep(10_000).catch(unlessKilled);
    return undefined;
  }
}

function acceptedBy({ accepts: count }: Run): Exception[] {
  if (count === undefined) return [];
  return [{ code: 'accept-loss', invariant: 'S3', version: 'v1', count, by: 'a person', at: '' }];
}

interface Told {
  readonly ending: Ending;
  readonly done: DoneReason | undefined;
  /** When that was decided. An API server that is away may keep it from being told. */
  readonly lookedMs: number;
  readonly verdicts: Verdicts;
}

function wrongEnding(world: World, run: Run, { ending, done, lookedMs, verdicts }: Told): string[] {
  const cause = done?.outcome === 'aborted' ? done.cause : undefined;
  const hasFailed = cause?.code === 'analysis-failed' && verdicts.given.includes('failed');
  // Whoever ended it says why, and was judged by that.
  const isOwnAbort = ending.outcome === 'aborted' && ending.code !== endedElsewhere;
  const unasked = isOwnAbort && !hasFailed ? unaskedAbort(world, run, cause) : undefined;
  const isOver = ending.outcome === 'completed' || ending.outcome === 'aborted';
  return [
    ...(isOver && done ? [...untrue(world, done, lookedMs), ...leftPaused(world, run, done)] : []),
    ...unwanted(run, ending, done),
    ...notLeft(world, ending),
    ...notRemoved(world, run, ending),
    ...refusedByGuard(ending),
    ...unlikeHistory(world, ending.outcome),
    ...(unasked === undefined ? [] : [unasked]),
  ];
}

/** Rules and guard judge by the same look: where they differ, one of them is wrong. */
function refusedByGuard(ending: Ending): string[] {
  if (ending.code !== 'unsafe-write') return [];
  return [`the guard refused what a rule decided: ${JSON.stringify(ending)}`];
}

/** All of the version that others are to remove is there, so that an abort can still turn back. */
function notLeft(world: World, { outcome }: Ending): string[] {
  if (outcome !== 'drained') return [];
  // Somebody else, or a driver that was told to remove the version, had begun to.
  const isTaken = /accident: foreign-(subsets|deletion)|"verb":"promote|asks: promote/.test(timelineText(world));
  const hasSubset = isTaken || world.api.readSubsets()?.versions.includes('v1');
  return world.workloads.deployments.has('v1') && hasSubset
    ? []
    : ['v1 is called drained and left to others, and it is not there'];
}

/**
 * A run that is completed has replaced v1: nobody would remove it any more. Who found everything so has released nothing. Excused is
 * one whose record somebody took away: what the next one finds is v2 alone on the route, and a version that nobody mentions.
 */
function notRemoved(world: World, { order, release }: Run, { outcome, code }: Ending): string[] {
  const isOwn = order.kind === 'run' && outcome === 'completed' && code !== foundSo && !isDamaged(world);
  return isOwn && !findAdopted(release)?.isKept && world.workloads.deployments.has('v1')
    ? ['the release is called completed, and v1 is still there']
    : [];
}

/** What is completed is what was ordered. Of what another driver has ended, the history has no split: that driver was asked. */
function unwanted({ order, release }: Run, { outcome, code }: Ending, done: DoneReason | undefined): string[] {
  if (outcome !== 'completed' || order.kind === 'resume' || code === endedElsewhere) return [];
  const wanted = order.kind === 'run' ? { v2: 100 } : release.split;
  return sameSplit(done?.split ?? {}, wanted) ? [] : ['completed with another split'];
}

function unlessKilled(error: unknown): void {
  if (!(error instanceof Killed)) throw error;
}

/**
 * Aborted is right only when somebody or something asked for it, as the world tells and not the driver: an operator, pods of the new
 * version that were gone, some that did not come, or an analysis that failed.
 */
function unaskedAbort(world: World, { release, scenario }: Run, cause: TurnReason | undefined): string | undefined {
  switch (cause?.code) {
    case 'operator-asked':
      return /accident: operator-request {"verb":"abort"}|another process asks: abort/.test(timelineText(world))
        ? undefined
        : 'no operator asked to abort';
    case 'no-available-pod':
      // Or they never came, and somebody else's split sent traffic there.
      return scenario.neverReady.includes(cause.version) ||
        /accident: (crash|evict|foreign-(split|route|detour)) /.test(timelineText(world))
        ? undefined
        : `no pod of ${cause.version} was lost`;
    case 'not-ready': {
      const isLate = scenario.neverReady.includes(cause.version) || scenario.accidents.length > 0;
      const slowMs = scenario.startup.maxMs + scenario.controllerDelay.maxMs;
      const isSlow = slowMs >= release.timings.progressDeadlineSeconds * 1000;
      return isLate || isSlow ? undefined : `the pods of ${cause.version} came in time`;
    }
    default:
      return `no reason that the world knows: ${cause?.code}`;
  }
}

/** Somebody took the memory of a release away. */
function isDamaged(world: World): boolean {
  return /foreign-(deletion|record-removal)/.test(timelineText(world));
}

export function timelineText(world: World): string {
  return world.simulation.timeline.map(({ text }) => text).join('\n');
}

export function installed(run: Run): World {
  // Where no gateway serves the route, there are as many sidecars instead.
  const sidecars = run.scenario.proxies.map((name) => name.replace('gateway', 'client'));
  const scenario = isPublished(run.release) ? run.scenario : { ...run.scenario, sidecars };
  const { versions } = findAdopted(run.release) ? run.release : before;
  return World.installed({ ...run.release, ...before, versions: versions.slice(0, 1) }, scenario, run.seed);
}

/** As long as it runs on: what a release leaves behind has to be safe when the owner of the adopted Deployment rolls it. */
export async function rollAfterwards(world: World): Promise<void> {
  const version = world.workloads.rollingVersion;
  if (version === undefined) return;
  world.simulation.note('its owner gives the adopted Deployment another template');
  world.workloads.changeTemplate(version, 'after');
  await world.runOn(120_000);
}

/**
 * Nobody would resume it any more. What its owner has paused has no note. Excused is one that gets nothing and that the file does not list
 * since it was drained, when somebody took the record away that knew of it.
 */
function leftPaused(world: World, { order }: Run, { split }: DoneReason): string[] {
  const isForgotten = order.kind === 'run' && order.until === 'drained' && isDamaged(world);
  const noted = [...world.workloads.deployments.values()].filter(
    ({ rollout, version }) => rollout?.isNoted && !(isForgotten && !(version in split)),
  );
  return noted.map(({ version }) => `the release is over, and ${version} is paused`);
}

export function streamsCutOff({ lost }: Pick<Result, 'lost'>): Result['lost'] {
  return lost.filter(({ blame, isStream, version }) => blame === 'order' && isStream && version === 'v1');
}

/** Of the streams that a person gave up, as many as that may be lost; none where pods were not asked. */
export function atFault({ lost, strayed, violations }: Result, run?: Pick<Run, 'accepts' | 'release'>) {
  const accepts = run?.release.inFlight === 'proxies' ? 0 : (run?.accepts ?? 0);
  const byOrder = lost.filter(({ blame }) => blame === 'order');
  const accepted = streamsCutOff({ lost }).slice(0, accepts);
  return {
    lost: byOrder.filter((loss) => !accepted.includes(loss)),
    // Behind the whole Service are the pods of a colleague, too.
    strayed: strayed.filter(({ version }) => version !== preparedVersion),
    violations: violations.filter(({ heldAtObservation }) => !heldAtObservation),
  };
}

/**
 * What is said of the end of a release is what its history says. A release that was once aborted is never completed, whoever was
 * killed in between. Undone memory is excused: somebody who deletes the state, or takes the record away, takes the history too.
 */
function unlikeHistory(world: World, outcome: string): string[] {
  if (isDamaged(world)) return [];
  const { api } = world;
  const { history } = api.readState();
  const wrong = history.filter(({ id, outcome: past }) => past === 'completed' && api.abortedIds.has(id));
  const last = history.at(-1)?.outcome;
  const isTold = outcome !== 'aborted' || last === 'aborted';
  return [...wrong.map(({ id }) => `${id} was aborted and is completed`), ...(isTold ? [] : [`aborted, and ${last}`])];
}

/**
 * S6: what is said at the end must be true in the world, not only in the eyes of the driver: each listener of each proxy has the last
 * write. A foreign write of the last seconds is excused: it may have come after the driver's last look.
 */
function untrue(world: World, { split }: DoneReason, lookedMs: number): string[] {
  const { marker } = world.api.readRoute() ?? {};
  const { timeline } = world.simulation;
  const lastWriteMs = Math.max(
    ...timeline.filter(({ text }) => text.startsWith('write the route')).map(({ atMs }) => atMs),
  );
  const isLate = ({ atMs, text }: (typeof timeline)[number]) => {
    // The other VirtualService is another object: the driver learns of it from proxies alone, and the slowest may be last.
    if (text.startsWith('accident: foreign-catch-all')) return lookedMs - atMs < 60_000;
    // After the last write no record tells that the route was away and is back, and a slow proxy has seen neither yet.
    if (text.startsWith('accident: foreign-detour')) return atMs > lastWriteMs;
    return text.startsWith('accident: foreign') && lookedMs - atMs < 3_000;
  };
  if (timeline.some(isLate)) return [];
  if (world.api.readRoute()?.whole) return besideWhole(world, Object.keys(split));
  return world.proxies
    .serving()
    .flatMap(({ name, served }) => served.flatMap(({ routes }) => routes.map((route) => ({ name, route }))))
    .filter(({ route }) => !sameSplit(route.split, split) || route.marker !== marker || route.shadowedBy !== undefined)
    .map(({ name, route }) => `${name} routes by ${route.shadowedBy ?? route.marker}`);
}

/** All traffic is on the one version behind the Service: to its subset or to the whole makes no difference then. */
function besideWhole({ proxies, workloads }: World, versions: readonly string[]): string[] {
  const reached = proxies.serving().flatMap(({ served }) => served.flatMap(({ sends }) => sends));
  const isOne = versions.length === 1;
  return [
    ...(isOne ? [] : [`${versions.join(' and ')} are told, and the routes lead to the whole Service`]),
    ...reached.filter(({ subset }) => !['', ...versions].includes(subset)).map(({ subset }) => `${subset} is reached`),
    ...[...workloads.deployments.keys()]
      .filter((version) => ![...versions, preparedVersion].includes(version))
      .map((version) => `${version} is behind the Service, too`),
  ];
}

/** S11: a version that a colleague prepares is there after a run. An apply may have found it when it made its plan. */
export function removedOfOthers({ simulation, workloads }: World, { order }: Run): string[] {
  const isPrepared = simulation.timeline.some(({ text }) => text.startsWith('accident: foreign-version'));
  return order.kind === 'run' && isPrepared && !workloads.deployments.has(preparedVersion) ? [preparedVersion] : [];
}
