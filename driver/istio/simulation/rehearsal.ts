/** One release in simulated worlds: by handover, and by the naive orders, which wait for a clock. */
import { allTo, findVersion, Refusal, versionNames, type Grade, type Release } from '../../../model';
import { withAssumedEvidence } from '../assumed-evidence';
import { heaviestOf } from '../begin';
import { drive } from '../drive';
import type { Ending } from '../../core/ending';
import type { EventSink } from '../events';
import { consequencesMs, naiveOrders, type NaiveOrder } from './naive-orders';
import { NaiveScript, type WeightAt } from './naive-script';
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
  /** Over which requests were counted: the same for every order in a world. */
  readonly windowSeconds: number;
  /** The new version's weight as it was written, in percent. */
  readonly weights: readonly WeightAt[];
  /** Of handover alone: how its release ended. */
  readonly outcome?: Ending['outcome'];
}

/** Of the orders by a clock nothing is expected. */
export function isClean({ outcome, lost }: Rehearsed): boolean {
  return outcome === undefined || (outcome === 'completed' && lost.length === 0);
}

/** By what handover knows that proxies act on a write. */
export interface Evidence {
  readonly grade: Grade;
  /** With the grade assumed: how long after a change. */
  readonly assumeAfterMs?: number | undefined;
}

/** The release that is rehearsed: all traffic goes from stable to canary. */
export interface Rehearsal {
  readonly release: Release;
  readonly stable: string;
  readonly canary: string;
  /** Of the file, and left out. */
  readonly pauses: readonly (number | 'until promoted')[];
}

/**
 * Pauses of the file are left out: whatever waits in them, the orders beside it do not. Throws a Refusal for a version that the
 * file does not list, or that has the traffic already.
 */
export function rehearsalOf(file: Release, wanted: string | undefined): Rehearsal {
  const pauses = file.steps.flatMap((step) => ('pauseMs' in step ? [step.pauseMs] : []));
  const release = { ...file, steps: file.steps.filter((step) => !('pauseMs' in step)) };
  const stable = heaviestOf(release.split);
  const others = versionNames(release).filter((name) => name !== stable);
  if (wanted !== undefined && !others.includes(wanted)) throw noRelease(wanted, stable, others);
  const canary = wanted ?? others[0];
  if (canary !== undefined) return { release, stable, canary, pauses };
  const model = { ...findVersion(release, stable), name: imaginedVersion };
  const versions = [...release.versions, model];
  return { release: { ...release, versions }, stable, canary: imaginedVersion, pauses };
}

/** Stands for a build that does not exist yet. */
const imaginedVersion = 'next';

function noRelease(wanted: string, stable: string, others: readonly string[]): Refusal {
  const found = wanted === stable ? `${wanted}, which has the traffic` : wanted;
  const fix =
    others.length > 0
      ? `name ${others.length > 1 ? 'one of ' : ''}${others.join(', ')}`
      : 'leave the version out: one that does not exist yet is imagined';
  return new Refusal('unknown-version', 'a listed version to which traffic can move', found, fix);
}

/** All orders of writes, handover first. Their requests are counted over one time: until the slowest has had its consequences. */
export async function rehearse(rehearsal: Rehearsal, named: NamedScenario, how: How): Promise<Rehearsed[]> {
  const all = [await byHandover(rehearsal, named, how)];
  for (const order of naiveOrders) all.push(await byClock(order, rehearsal, named, how));
  const endMs = Math.max(...all.map(({ lastWriteMs }) => lastWriteMs)) + consequencesMs;
  const rows: Rehearsed[] = [];
  for (const one of all) rows.push(await counted(one, named.name, endMs));
  return rows;
}

export interface How {
  readonly evidence: Evidence;
  /** Hears every decision of handover; the observation in it has the virtual time. */
  readonly emit: EventSink;
  readonly seed: number;
}

/** An order that has made its last write. */
interface Written {
  readonly order: string;
  readonly world: World;
  readonly lastWriteMs: number;
  readonly weights: readonly WeightAt[];
  readonly outcome?: Ending['outcome'];
}

async function counted({ world, lastWriteMs, ...rest }: Written, name: string, endMs: number): Promise<Rehearsed> {
  await world.runOn(Math.max(0, endMs - world.simulation.nowMs));
  const { requests, lost } = world.result();
  return { ...rest, world: name, requests, lost, seconds: lastWriteMs / 1000, windowSeconds: endMs / 1000 };
}

async function byHandover(rehearsal: Rehearsal, { scenario }: NamedScenario, how: How): Promise<Written> {
  const { release, canary } = rehearsal;
  const { evidence, emit, seed } = how;
  const world = worldBefore(rehearsal, scenario, seed);
  const client = world.connect();
  const { grade, assumeAfterMs } = evidence;
  const weights: WeightAt[] = [{ atMs: 0, weight: 0 }];
  const { outcome } = await drive({
    release,
    order: { kind: 'run', canary },
    evidence: grade,
    cluster: assumeAfterMs === undefined ? client : withAssumedEvidence(client, assumeAfterMs),
    clock: client,
    emit: (event) => {
      const weight =
        event.event === 'wrote' && event.action.kind === 'write-route' && (event.action.split[canary] ?? 0);
      if (weight !== false && weight !== weights.at(-1)?.weight) weights.push({ atMs: client.nowMs(), weight });
      emit(event);
    },
    analyse: () => Promise.resolve({ verdict: 'successful', reason: 'assumed in a rehearsal' }),
    holder: 'rehearsal',
    stop: new AbortController().signal,
    gateLimitMs: 300_000,
    releaseId: 'rehearsal',
    pollMs: 250,
  });
  return { order: nameOf(evidence), world, lastWriteMs: client.nowMs(), weights, outcome };
}

function nameOf({ grade, assumeAfterMs = 0 }: Evidence): string {
  const names = { proxy: '', probe: ' by probes', assumed: `, ${assumeAfterMs / 1000} s assumed` };
  return `handover${names[grade]}`;
}

async function byClock(order: NaiveOrder, rehearsal: Rehearsal, named: NamedScenario, { seed }: How): Promise<Written> {
  const { release, stable, canary } = rehearsal;
  const world = worldBefore(rehearsal, named.scenario, seed);
  const script = new NaiveScript(world, { release, from: stable, to: canary });
  await order.run(script);
  const lastWriteMs = world.result().timeline.findLast(({ text }) => text.endsWith('written'))?.atMs ?? 0;
  return { order: order.name, world, lastWriteMs, weights: script.weights };
}

function worldBefore({ release, stable, canary }: Rehearsal, scenario: Scenario, seed: number): World {
  const versions = release.versions.filter(({ name }) => name !== canary);
  const headerRoutes = release.headerRoutes.filter(({ version }) => version !== canary);
  return World.installed({ ...release, versions, headerRoutes, split: allTo(stable) }, scenario, seed);
}
