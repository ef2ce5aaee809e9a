/** Random releases in a simulated world, with drivers that die and are started again. */
import fc from 'fast-check';
import { Killed, World, type Result, type Scenario } from '../../driver/istio/simulation';
import { drive } from '../../driver/istio/drive';
import type { Ending } from '../../driver/core/ending';
import type { Order } from '../../driver/istio/stages';
import { formatSplit, Refusal, type Grade, type Release } from '../../model';
import { releaseWith } from './observations';
import { arbitraryScenario } from './scenarios';

const short = 'timings: {longestRequest: 2s, drainWindow: 1s, startup: 30s, progressDeadline: 60s, drainLimit: 600s}';
const releases: readonly Release[] = [
  releaseWith(short),
  // Longer than any connection takes: only then is it seen whether a release waits for what a filter may hold.
  releaseWith(`${short.replace('2s', '12s')}\nsteps: [{weight: 10}, {pause: 2s}, {weight: 50}]`),
  releaseWith(`${short}\nsteps: [{weight: 30}, {weight: 100}, {pause: 3s}]\nreplicas: 3`),
  releaseWith(`${short}\nheaderRoutes: [{header: x-user, exact: tester, version: v2}]\nsteps: [{weight: 1}]`),
  releaseWith(`${short}\ngateways: [own, mesh]\nsteps: [{weight: 10}, {weight: 50}]`),
  releaseWith(`${short}\nsteps: [{weight: 50}]\nautoscaling: {minReplicas: 1, maxReplicas: 4, memory: 100Mi}`),
];

export interface Run {
  readonly release: Release;
  readonly order: Order;
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
    pollMs: fc.integer({ min: 1_000, max: 3_000 }),
    evidence: fc.array(fc.constantFrom<Grade>('proxy', 'probe'), { minLength: 1, maxLength: 3 }),
  })
  .map(({ release, order, evidence, ...rest }) => {
    // No probe passes through a sidecar.
    const possible: readonly Grade[] = release.mesh ? ['proxy'] : evidence;
    return { ...order(release), evidence: possible, ...rest };
  });

/** Starts drivers, one after the other, until one of them ends the release. */
export async function releaseIn(world: World, { release, order, evidence, pollMs }: Run): Promise<Ending | undefined> {
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
      });
      if (ending.outcome !== 'locked') return ending;
      await client.sleep(5_000);
    } catch (error) {
      // Without a right nothing begins; a person, or a Job, tries again.
      if (error instanceof Refusal) await client.sleep(10_000);
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
 * second is excused: it may have come after the driver's last look.
 */
export function unfinished(world: World, { release, order }: Run): string[] {
  const wanted = formatSplit(order.kind === 'run' ? { v2: 100 } : release.split);
  const { nowMs, timeline } = world.simulation;
  if (timeline.some(({ atMs, text }) => nowMs - atMs < 1_000 && text.startsWith('accident: foreign'))) return [];
  return world.proxies
    .serving()
    .filter(({ route }) => formatSplit(route?.split ?? {}) !== wanted)
    .map(({ name, route }) => `${name} routes by ${route?.marker}`);
}
