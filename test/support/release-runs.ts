/** Random releases in a simulated world, with drivers that die and are started again. */
import fc from 'fast-check';
import { Killed, preparedVersion, World, type Result, type Scenario } from '../../driver/istio/simulation';
import { drive } from '../../driver/istio/drive';
import type { Ending } from '../../driver/core/ending';
import type { Order } from '../../driver/istio/stages';
import { formatSplit, Refusal, type Grade, type Release } from '../../model';
import { releaseWith } from './observations';
import { arbitraryScenario } from './scenarios';

const short = 'timings: {longestRequest: 2s, drainWindow: 1s, startup: 30s, progressDeadline: 60s, drainLimit: 600s}';
const releases: readonly Release[] = [
  releaseWith(short),
  releaseWith(`${short}\nsteps: [{weight: 10}, {pause: 2s}, {weight: 50}]`),
  releaseWith(`${short}\nsteps: [{weight: 30}, {weight: 100}, {pause: 3s}]\nreplicas: 3`),
  releaseWith(`${short}\nheaderRoutes: [{header: x-user, exact: tester, version: v2}]\nsteps: [{weight: 1}]`),
  releaseWith(`${short}\ngateways: [own, mesh]\nsteps: [{weight: 10}, {weight: 50}]`),
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
  readonly seed: number;
}

const applied = releaseWith(short);
/** Computed once: otherwise ten thousand worlds would spend a quarter of their time on it. */
const before = { versions: applied.versions.slice(0, 1), split: { v1: 100 } };
const orders = fc.constantFrom<(release: Release) => Pick<Run, 'release' | 'order'>>(
  (release) => ({ release, order: { kind: 'run', canary: 'v2' } }),
  ({ mesh }) => ({ release: { ...applied, mesh, split: { v1: 20, v2: 80 } }, order: { kind: 'apply' } }),
  ({ mesh }) => ({
    release: { ...applied, mesh, versions: applied.versions.slice(1), split: { v2: 100 } },
    order: { kind: 'apply' },
  }),
);

export const runs: fc.Arbitrary<Run> = fc
  .record({
    release: fc.constantFrom(...releases),
    order: orders,
    scenario: arbitraryScenario(),
    seed: fc.nat(),
    adopts: fc.boolean(),
    pollMs: fc.integer({ min: 1_000, max: 3_000 }),
    evidence: fc.array(fc.constantFrom<Grade>('proxy', 'probe'), { minLength: 1, maxLength: 3 }),
  })
  .map(({ release, order, evidence, ...rest }) => {
    // No probe passes through a sidecar.
    const possible: readonly Grade[] = release.mesh ? ['proxy'] : evidence;
    return { ...order(release), evidence: possible, ...rest };
  });

const adoptable = ['changed-by-other', 'subsets-changed'];

/** Starts drivers, one after the other, until one of them ends the release. */
export async function releaseIn(
  world: World,
  { release, order, evidence, pollMs, adopts = false }: Run,
): Promise<Ending | undefined> {
  let adopt = false;
  for (let attempt = 0; attempt < 40; attempt++) {
    const client = world.connect();
    try {
      const ending = await drive({
        release,
        order,
        evidence: evidence[attempt % evidence.length] ?? 'proxy',
        cluster: client,
        clock: client,
        emit: () => undefined,
        analyse: () => Promise.resolve({ verdict: 'successful', reason: '' }),
        holder: `driver-${attempt}`,
        stop: new AbortController().signal,
        gateLimitMs: 120_000,
        releaseId: `r${attempt}`,
        pollMs,
        adopt,
      });
      adopt = adopts && ending.outcome === 'held' && adoptable.includes(ending.code ?? '');
      if (ending.outcome !== 'locked' && !adopt) return ending;
      await client.sleep(5_000);
    } catch (error) {
      // Without a right nothing begins; a person, or a Job, tries again.
      if (error instanceof Refusal) await world.runOn(10_000);
      else if (!(error instanceof Killed)) throw error;
    }
  }
  return undefined;
}

export function installed(run: Run): World {
  return World.installed({ ...run.release, ...before }, run.scenario, run.seed);
}

export function atFault({ lost, violations }: Result) {
  return {
    lost: lost.filter(({ blame }) => blame === 'order'),
    violations: violations.filter(({ heldAtObservation }) => !heldAtObservation),
  };
}

/**
 * What is said of the end of a release is what its history says. A release that was once aborted is never completed, whoever was
 * killed in between. Undone memory is excused: somebody who deletes the state, or takes the record away, takes the history too.
 */
export function unlikeHistory({ api, simulation }: World, outcome: string): string[] {
  const isDamaged = simulation.timeline.some(({ text }) => /foreign-(deletion|record-removal)/.test(text));
  if (isDamaged) return [];
  const { history } = api.readState();
  const wrong = history.filter(({ id, outcome: past }) => past === 'completed' && api.abortedIds.has(id));
  const last = history.at(-1)?.outcome;
  const isTold = outcome !== 'aborted' || last === 'aborted';
  return [...wrong.map(({ id }) => `${id} was aborted and is completed`), ...(isTold ? [] : [`aborted, and ${last}`])];
}

/**
 * S6: what a completed release says must be true in the world, not only in the eyes of the driver. A foreign write of the last
 * seconds is excused: it may have come after the driver's last look.
 */
export function unfinished(world: World, { release, order }: Run): string[] {
  const wanted = formatSplit(order.kind === 'run' ? { v2: 100 } : release.split);
  const { nowMs, timeline } = world.simulation;
  const isLate = ({ atMs, text }: (typeof timeline)[number]) => {
    // The other VirtualService is another object: the driver learns of it from proxies alone, and the slowest may be last.
    const excusedMs = text.startsWith('accident: foreign-catch-all') ? 60_000 : 3_000;
    return text.startsWith('accident: foreign') && nowMs - atMs < excusedMs;
  };
  if (timeline.some(isLate)) return [];
  return world.proxies
    .serving()
    .filter(({ route }) => formatSplit(route?.split ?? {}) !== wanted || route?.shadowedBy !== undefined)
    .map(({ name, route }) => `${name} routes by ${route?.shadowedBy ?? route?.marker}`);
}

/** S11: a version that a colleague prepares is there after a run. An apply may have found it when it made its plan. */
export function removedOfOthers({ simulation, workloads }: World, { order }: Run): string[] {
  const isPrepared = simulation.timeline.some(({ text }) => text.startsWith('accident: foreign-version'));
  return order.kind === 'run' && isPrepared && !workloads.deployments.has(preparedVersion) ? [preparedVersion] : [];
}
