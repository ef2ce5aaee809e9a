/** A release in simulated worlds, carried out by handover and by the orders that wait for a clock. */
import { allTo, type Release, type Version } from '../../../model';
import { heaviestOf } from '../begin';
import { naiveOrders, runNaiveOrder } from './naive-orders';
import { calm, span, World, type Loss, type Scenario } from '.';
import { drive } from '../drive';
import type { Ending, EventSink } from '../events';

export interface SimulatedWorld {
  readonly name: string;
  readonly scenario: Scenario;
}

const requestsPerSecond = 100;

/** In order of badness; the delays are those seen on a real cluster, see docs/benchmarks.md. */
export const worlds: readonly SimulatedWorld[] = [
  { name: 'quiet: proxies follow in 0.2 s', scenario: worldWith(20, 200) },
  { name: 'churn: proxies follow in up to 10 s', scenario: worldWith(20, 10_000) },
  {
    name: 'one gateway cut off for 60 s',
    scenario: {
      ...worldWith(20, 200),
      accidents: [{ kind: 'freeze', proxy: 1, forMs: 60_000, when: { afterWrites: 3, ms: 0 } }],
    },
  },
];

function worldWith(minMs: number, maxMs: number): Scenario {
  const delay = span(minMs, maxMs);
  const load = { kind: 'constant', requestsPerSecond } as const;
  return calm({ delays: { cds: delay, eds: delay, rds: delay }, load });
}

export interface Rehearsed {
  readonly order: string;
  readonly world: string;
  readonly requests: number;
  readonly lost: readonly Loss[];
  readonly seconds: number;
}

export interface Rehearsal {
  readonly release: Release;
  readonly stable: string;
  readonly canary: string;
}

/** Throws when there is no version that a release could move away from. */
export function rehearsalOf(release: Release, wanted: string | undefined): Rehearsal {
  const stable = heaviestOf(release.split);
  const other = release.versions.find(({ name }) => name !== stable);
  const canary = wanted ?? other?.name ?? imagined;
  if (release.versions.some(({ name }) => name === canary)) return { release, stable, canary };
  const model = release.versions.find(({ name }) => name === stable) as Version;
  return { release: { ...release, versions: [...release.versions, { ...model, name: canary }] }, stable, canary };
}

/** Stands for the build that does not exist yet. */
const imagined = 'next';

/** The release as handover carries it out; `emit` hears every decision with the virtual time in its observation. */
export async function rehearse(
  { release, stable, canary }: Rehearsal,
  world: SimulatedWorld,
  emit: EventSink,
  seed: number,
): Promise<Rehearsed & { readonly ending: Ending }> {
  const simulated = worldBefore({ release, stable, canary }, world, seed);
  const connection = simulated.connect();
  const ending = await drive({
    release,
    order: { kind: 'run', canary },
    evidence: 'proxy',
    cluster: connection,
    clock: connection,
    emit,
    analyse: () => Promise.resolve({ verdict: 'successful', reason: 'assumed in a rehearsal' }),
    holder: 'rehearsal',
    stop: new AbortController().signal,
    gateLimitMs: 300_000,
    pollMs: 250,
  });
  return { order: 'handover', world: world.name, ...outcomeOf(simulated), seconds: connection.nowMs() / 1000, ending };
}

export async function rehearseNaively(rehearsal: Rehearsal, world: SimulatedWorld, seed: number): Promise<Rehearsed[]> {
  const { release, stable, canary } = rehearsal;
  const all: Rehearsed[] = [];
  for (const order of naiveOrders) {
    const simulated = worldBefore(rehearsal, world, seed);
    await runNaiveOrder(order, simulated, { release, from: stable, to: canary });
    const seconds = (simulated.result().timeline.findLast(({ text }) => text.endsWith('written'))?.atMs ?? 0) / 1000;
    const { requests, lost } = outcomeOf(simulated);
    all.push({ order: order.name, world: world.name, requests, lost: lost.filter(isCertain), seconds });
  }
  return all;
}

/**
 * Envoy may well finish what is in flight on a cluster that it removes. The driver is judged as if it did not; others are
 * not charged with a loss that nobody has measured.
 */
function isCertain({ cause }: Loss): boolean {
  return cause !== 'cluster removed';
}

function worldBefore({ release, stable, canary }: Rehearsal, { scenario }: SimulatedWorld, seed: number): World {
  const versions = release.versions.filter(({ name }) => name !== canary);
  const headerRoutes = release.headerRoutes.filter(({ version }) => version !== canary);
  return World.installed({ ...release, versions, headerRoutes, split: allTo(stable) }, scenario, seed);
}

function outcomeOf(world: World) {
  const { requests, lost } = world.result();
  return { requests, lost };
}
