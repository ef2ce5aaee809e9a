/** One turn of a driver in a small world: the real decide(), guard and memory, with the two halves of a turn as steps of their own. */
import { decide } from '../../../driver/istio/decide';
import type { Decision } from '../../../driver/istio/decision';
import { violationOf } from '../../../driver/istio/guard';
import { noConnections } from '../../../driver/istio/pending-connections';
import { rememberDecision, rememberLook, rememberWrite, type Memory } from '../../../driver/istio/memory';
import type { Observation } from '../../../driver/istio/observation';
import type { Order } from '../../../driver/istio/stages';
import type { Release } from '../../../model';
import { nowMs, observe, perform } from './cluster';
import { gateways, type Driver, type Proxy, type State } from './state';

export interface Task {
  readonly release: Release;
  readonly order: Order;
}

type Running = Extract<Driver, { is: 'running' }>;
export type Looked = { readonly state: State; readonly decision: Decision; readonly seen: Observation };

const gateLimitMs = 600_000;

export function look(task: Task, state: State, driver: Running): Looked {
  const seen = observe(state, driver.asked);
  const known = rememberLook(
    { ...driver.memory, connections: { ...driver.memory.connections, begun: begunBy(state) } },
    seen,
  );
  const question = { ...task, seen, memory: known, gateLimitMs, releaseId: `r${state.drivers}` };
  const decision = decide(question);
  const memory = withoutCounts(rememberDecision(known, decision, nowMs));
  const counted = { ...state, proxies: state.proxies.map(countAt) };
  const next = (changed: Driver) => ({ state: { ...counted, driver: changed }, decision, seen });
  switch (decision.kind) {
    case 'wait':
      if (isOver(memory, decision.limitMs)) return next({ is: 'ended', outcome: 'timed-out', code: decision.wait.for });
      return next({ ...driver, memory, asked: decision.ask });
    case 'act': {
      const violation = violationOf(decision.action, question, seen.route?.record?.exceptions);
      if (violation) return next({ is: 'ended', outcome: 'held', code: 'unsafe-write' });
      const pending = { action: decision.action, isRouteStale: false, isRuleStale: false };
      return next({ ...driver, memory: rememberWrite(memory, decision.action, seen.route?.record), pending });
    }
    case 'hold':
      return next({ is: 'ended', outcome: 'held', code: decision.because.code });
    case 'done':
      return next({
        is: 'ended',
        outcome: decision.because.outcome,
        code: decision.because.isOwn ? 'own' : 'found-so',
      });
    case 'measure':
      throw new Error('expected no analysis in a small world');
  }
}

export function write(state: State, driver: Running): State {
  if (!driver.pending) throw new Error('expected a write that was decided');
  return perform({ ...state, driver: { ...driver, pending: undefined } }, driver.pending);
}

function isOver({ waiting }: Memory, limitMs: number | undefined): boolean {
  return limitMs !== undefined && waiting !== undefined && nowMs - waiting.sinceMs >= limitMs;
}

/** What was counted is kept beside the proxy, so that the counters of a state do not grow without end. */
function begunBy({ proxies }: State): Memory['connections']['begun'] {
  return Object.fromEntries(
    proxies.flatMap(({ counted }, index) => (counted ? [[gateways[index] ?? '', counted]] : [])),
  );
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
