/**
 * Events as programs get them with --json: the contract of docs/events.md. Nothing internal is in here: the driver's own types
 * may change, these fields may only be added to.
 */
import type { Grade, Release, Split } from '../../model';
import type { Action } from './action';
import type { Decision, HoldReason } from './decision';
import type { Event } from './events';
import { isSeen, type Observation, type ObservedRollout } from './observation';
import type { TurnReason } from './record';
import { stagesOf, type Until } from './stages';
import type { PastRelease } from './state';
import { assumptionWarning, describeAction, describeDecision, restsOnProxies } from './words';

export function publicEvent(event: Event, release: Release): object {
  switch (event.event) {
    case 'decided':
      return publicLook(event, release);
    case 'wrote':
    case 'conflict':
      return { event: event.event, what: describeAction(event.action), action: publicAction(event.action) };
    case 'analysed':
    case 'counted':
    case 'away':
    case 'back':
    case 'refused':
    case 'unannounced':
    case 'template-waits':
    case 'unkept':
      return event;
  }
}

function publicLook({ decision, seen }: Extract<Event, { event: 'decided' }>, release: Release): object {
  const isAssumed = seen.evidence === 'assumed' && restsOnProxies(decision);
  return {
    event: 'decided',
    decision: publicDecision(decision),
    message: describeDecision(decision),
    ...(isAssumed && { warning: assumptionWarning }),
    state: publicState(seen, release),
  };
}

function publicDecision(decision: Decision): object {
  switch (decision.kind) {
    case 'act':
      return { kind: 'act', action: publicAction(decision.action), because: decision.because };
    case 'wait':
      return {
        kind: 'wait',
        ...decision.wait,
        ...(decision.limitMs !== undefined && { limitSeconds: decision.limitMs / 1000 }),
      };
    case 'measure':
      return decision;
    case 'hold':
      return { kind: 'hold', ...publicReason(decision.because) };
    case 'done':
      return { kind: 'done', ...decision.because };
  }
}

function publicReason(because: HoldReason): object {
  return because.code === 'unsafe-write' ? { ...because, action: publicAction(because.action) } : because;
}

/** Without the record, which is for drivers alone. */
function publicAction(action: Action): object {
  if (!('record' in action)) return action;
  const { record: _, ...rest } = action;
  return rest;
}

export interface PublicState {
  readonly split: Split;
  readonly route: string;
  /** null: no release is under way. */
  readonly release: PublicRelease | null;
  readonly versions: Readonly<Record<string, PublicVersion>>;
  readonly evidence: { readonly grade: Grade; readonly proxies: readonly string[]; readonly unseen: readonly string[] };
  /** null: none has ended, or the history cannot be read. */
  readonly last: PublicPast | null;
}

export type PublicPast = Omit<PastRelease, 'cause'> & { readonly cause?: TurnReason };

interface PublicRelease {
  readonly mode: string;
  readonly stable: string;
  readonly canary: string;
  /** 0: the new version is being added. n: the n-th of `steps`; more than that: all are complete. */
  readonly step: number;
  readonly steps: number;
  readonly since: string;
  /** It ends when the stable version is drained, and others remove that. */
  readonly until?: Until;
}

interface PublicVersion {
  readonly weight: number;
  readonly desired: number;
  readonly available: number;
  readonly hasSubset: boolean;
  readonly image: string;
  readonly trouble?: string;
  /** Of an adopted one. */
  readonly rollout?: { readonly paused: ObservedRollout['paused']; readonly isPending: boolean };
}

/** What was seen in one look; also what `handover status --json` prints. */
export function publicState(seen: Observation, release: Release): PublicState {
  const { route, evidence, proxies } = seen;
  const last = seen.state?.history.at(-1);
  const named = (isWanted: boolean) => proxies.filter((proxy) => isSeen(proxy) === isWanted).map(({ name }) => name);
  return {
    split: route?.split ?? {},
    route: route?.marker ?? '',
    release: publicRelease(seen, release),
    versions: publicVersions(seen),
    evidence: { grade: evidence, proxies: named(true), unseen: named(false) },
    last: last ? publicPast(last) : null,
  };
}

/** Named one by one: what is kept besides is the driver's own. */
export function publicPast(past: PastRelease): PublicPast {
  const { id, mode, from, to, began, ended, by, outcome, cause, evidence, accepted } = past;
  return { id, mode, from, to, began, ended, by, outcome, ...(cause && { cause }), evidence, accepted };
}

function publicRelease({ route }: Observation, release: Release): PublicRelease | null {
  if (!route?.record) return null;
  const { mode, stable, canary, step, since, until } = route.record;
  return { mode, stable, canary, step, steps: stagesOf(release).length - 1, since, ...(until && { until }) };
}

function publicVersions({ route, workloads, subsets }: Observation): Record<string, PublicVersion> {
  return Object.fromEntries(
    Object.entries(workloads).map(([version, { desired, available, image, trouble, rollout }]) => {
      const weight = route?.split[version] ?? 0;
      const hasSubset = subsets?.versions.includes(version) ?? false;
      const { paused, isPending } = rollout ?? {};
      const told = { ...(trouble && { trouble }), ...(rollout && { rollout: { paused, isPending } }) };
      return [version, { weight, desired, available, hasSubset, image, ...told } as PublicVersion];
    }),
  );
}
