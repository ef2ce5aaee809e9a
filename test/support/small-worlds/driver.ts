/** One turn of a driver in a small world: the real decide(), guard and memory, with the two halves of a turn as steps of their own. */
import type { Action } from '../../../driver/istio/action';
import { decide, type Question } from '../../../driver/istio/decide';
import type { Decision } from '../../../driver/istio/decision';
import { violationOf } from '../../../driver/istio/guard';
import { noteOf } from '../../../driver/istio/notes';
import { noConnections, type Connections } from '../../../driver/istio/pending-connections';
import { rememberDecision, rememberLook, rememberWrite, type Memory } from '../../../driver/istio/memory';
import type { Observation } from '../../../driver/istio/observation';
import type { Order } from '../../../driver/istio/stages';
import type { Release } from '../../../model';
import { keep, nowMs, observe, perform } from './cluster';
import { gateways, type Driver, type Proxy, type State } from './state';

export interface Task {
  readonly release: Release;
  readonly order: Order;
}

type Running = Extract<Driver, { is: 'running' }>;
export type Looked = { readonly state: State; readonly decision: Decision; readonly seen: Observation };

const gateLimitMs = 600_000;
/** A driver that is started again is the same command, as in a Job. */
const begun = { by: 'somebody', command: 'run v2' };

export function look(task: Task, state: State, driver: Running): Looked {
  const seen = observe(state, driver.asked);
  const known = rememberLook(withCounts(driver.memory, state), seen);
  const question = { ...task, seen, memory: known, gateLimitMs, releaseId: `r${state.drivers}`, begun };
  const decision = decide(question);
  const memory = withoutCounts(rememberDecision(known, decision, nowMs));
  const counted = { ...state, proxies: state.proxies.map(countAt) };
  const note = noteOf(question, decision);
  const noted = note ? keep(counted, note, seen) : counted;
  // What a note belongs to is not done without it: another look.
  const isHeldUp = !noted && note?.isNeeded;
  const next = isHeldUp ? { ...driver, memory } : followed(decision, question, { ...driver, memory });
  return { state: { ...(noted ?? counted), driver: next }, decision, seen };
}

function followed(decision: Decision, question: Question, driver: Running): Driver {
  switch (decision.kind) {
    case 'wait':
      if (!isOver(driver.memory, decision.limitMs)) return { ...driver, asked: decision.ask };
      return { is: 'ended', outcome: 'timed-out', code: decision.wait.for };
    case 'act':
      return decided(decision.action, question, driver);
    case 'hold':
      return { is: 'ended', outcome: 'held', code: decision.because.code };
    case 'done': {
      const { outcome, isOwn } = decision.because;
      if (outcome === 'drained') throw new Error('expected no version that is left to others in a small world');
      return { is: 'ended', outcome, code: isOwn ? 'own' : 'found-so' };
    }
    case 'measure':
      throw new Error('expected no analysis in a small world');
  }
}

function decided(action: Action, question: Question, driver: Running): Driver {
  const record = question.seen.route?.record;
  if (violationOf(action, question, record?.exceptions)) return { is: 'ended', outcome: 'held', code: 'unsafe-write' };
  const pending = { action, isRouteStale: false, isRuleStale: false };
  return { ...driver, memory: rememberWrite(driver.memory, action, record), pending };
}

export function write(state: State, driver: Running): State {
  if (!driver.pending) throw new Error('expected a write that was decided');
  return perform({ ...state, driver: { ...driver, pending: undefined } }, driver.pending);
}

function isOver({ waiting }: Memory, limitMs: number | undefined): boolean {
  return limitMs !== undefined && waiting !== undefined && nowMs - waiting.sinceMs >= limitMs;
}

/** What was counted is kept beside the proxy, so that the counters of a state do not grow without end. */
function withCounts(memory: Memory, { proxies }: State): Memory {
  const counts = proxies.flatMap(({ counted }, index) => (counted ? [[gateways[index] ?? '', counted]] : []));
  return {
    ...memory,
    connections: { ...memory.connections, begun: Object.fromEntries(counts) as Connections['begun'] },
  };
}

function withoutCounts(memory: Memory): Memory {
  return { ...memory, connections: { ...memory.connections, begun: noConnections.begun } };
}

function countAt(proxy: Proxy): Proxy {
  if (proxy.state !== 'serving') return proxy;
  const entries = Object.entries(proxy.clusters);
  const asCounted = entries.map(([version, one]) => [version, { ...one, begun: one.begun === 0 ? 0 : 1 }] as const);
  const counted = Object.fromEntries(asCounted.map(([version, { begun }]) => [version, begun]));
  return { ...proxy, clusters: Object.fromEntries(asCounted), counted };
}
