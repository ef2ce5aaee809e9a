/** One release in simulated worlds: by handover, and by the naive orders, which wait for a clock. */
import { allTo, findVersion, Refusal, versionNames, type Release } from '../../../model';
import { heaviestOf } from '../begin';
import { drive } from '../drive';
import type { Ending } from '../../core/ending';
import type { EventSink } from '../events';
import { consequencesMs, naiveOrders, runNaiveOrder, type NaiveOrder } from './naive-orders';
import { span } from './random';
import { calm, type Scenario } from './scenario';
import type { Loss } from './traffic';
import { World } from './world';

export interface NamedScenario {
  readonly name: string;
  readonly scenario: Scenario;
}

const requestsPerSecond = 100;

/** The worst is last. The delays were measured on a real cluster, see docs/benchmarks.md. */
export const worlds: readonly NamedScenario[] = [
  { name: 'quiet: proxies follow in 0.2 s', scenario: scenarioWith(20, 200) },
  { name: 'churn: proxies follow in up to 10 s', scenario: scenarioWith(20, 10_000) },
  {
    name: 'one gateway cut off for 60 s',
    scenario: {
      ...scenarioWith(20, 200),
      accidents: [{ kind: 'freeze', proxy: 1, forMs: 60_000, when: { afterWrites: 3, ms: 0 } }],
    },
  },
];

function scenarioWith(minMs: number, maxMs: number): Scenario {
  const delay = span(minMs, maxMs);
  const load = { kind: 'constant', requestsPerSecond } as const;
  return calm({ delays: { cds: delay, eds: delay, rds: delay }, load });
}

/** How one order of writes went in one world. */
export interface Rehearsed {
  readonly order: string;
  readonly world: string;
  readonly requests: number;
  readonly lost: readonly Loss[];
  /** From the first write to the last, without the pauses of the file. */
  readonly seconds: number;
}

/** The release that is rehearsed: all traffic goes from stable to canary. */
export interface Rehearsal {
  readonly release: Release;
  readonly stable: string;
  readonly canary: string;
}

/**
 * Pauses of the file are left out: whatever waits in them, the orders beside it do not. Throws a Refusal for a version that the
 * file does not list, or that has the traffic already.
 */
export function rehearsalOf(file: Release, wanted: string | undefined): Rehearsal {
  const release = { ...file, steps: file.steps.filter((step) => !('pauseMs' in step)) };
  const stable = heaviestOf(release.split);
  const others = versionNames(release).filter((name) => name !== stable);
  if (wanted !== undefined && !others.includes(wanted)) throw noRelease(wanted, stable, others);
  const canary = wanted ?? others[0];
  if (canary !== undefined) return { release, stable, canary };
  const model = { ...findVersion(release, stable), name: imaginedVersion };
  return { release: { ...release, versions: [...release.versions, model] }, stable, canary: imaginedVersion };
}

/** Stands for a build that does not exist yet. */
const imaginedVersion = 'next';

function noRelease(wanted: string, stable: string, others: readonly string[]): Refusal {
  const found = wanted === stable ? `${wanted}, which has the traffic` : wanted;
  const fix =
    others.length > 0
      ? `name one of ${others.join(', ')}`
      : 'leave the version out: one that does not exist yet is imagined';
  return new Refusal('unknown-version', 'a listed version to which traffic can move', found, fix);
}

/** The release by handover. `emit` hears every decision; the observation in it has the virtual time. */
export async function rehearse(
  { release, stable, canary }: Rehearsal,
  { name, scenario }: NamedScenario,
  emit: EventSink,
  seed: number,
): Promise<Rehearsed & { readonly ending: Ending }> {
  const world = worldBefore({ release, stable, canary }, scenario, seed);
  const client = world.connect();
  const ending = await drive({
    release,
    order: { kind: 'run', canary },
    evidence: 'proxy',
    cluster: client,
    clock: client,
    emit,
    analyse: () => Promise.resolve({ verdict: 'successful', reason: 'assumed in a rehearsal' }),
    holder: 'rehearsal',
    stop: new AbortController().signal,
    gateLimitMs: 300_000,
    releaseId: 'rehearsal',
    pollMs: 250,
  });
  const seconds = client.nowMs() / 1000;
  await world.runOn(consequencesMs);
  const { requests, lost } = world.result();
  return { order: 'handover', world: name, requests, lost, seconds, ending };
}

export async function rehearseNaively(rehearsal: Rehearsal, named: NamedScenario, seed: number): Promise<Rehearsed[]> {
  const all: Rehearsed[] = [];
  for (const order of naiveOrders) all.push(await rehearseOrder(order, rehearsal, named, seed));
  return all;
}

async function rehearseOrder(
  order: NaiveOrder,
  { release, stable, canary }: Rehearsal,
  { name, scenario }: NamedScenario,
  seed: number,
): Promise<Rehearsed> {
  const world = worldBefore({ release, stable, canary }, scenario, seed);
  await runNaiveOrder(order, world, { release, from: stable, to: canary });
  const { requests, lost, timeline } = world.result();
  const seconds = (timeline.findLast(({ text }) => text.endsWith('written'))?.atMs ?? 0) / 1000;
  return { order: order.name, world: name, requests, lost, seconds };
}

function worldBefore({ release, stable, canary }: Rehearsal, scenario: Scenario, seed: number): World {
  const versions = release.versions.filter(({ name }) => name !== canary);
  const headerRoutes = release.headerRoutes.filter(({ version }) => version !== canary);
  return World.installed({ ...release, versions, headerRoutes, split: allTo(stable) }, scenario, seed);
}
