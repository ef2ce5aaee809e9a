/** What somebody else does, or what fails: each at any moment, and only as often as the bound allows. */
import { storeRoute, storeSubsets } from './cluster';
import { startDriver, limitPasses, withProxy, type Step } from './steps';
import { gateways, versions, type Driver, type Proxy, type Route, type State, type Version } from './state';
import type { Verb } from '../../../driver/istio/record';
import type { Split } from '../../../model';

export interface Act {
  readonly name: string;
  /** Undefined when it changes nothing in this state. */
  readonly on: (state: State) => State | undefined;
}

const edit = (state: State, change: Partial<Route>): State | undefined => {
  if (!state.route) return undefined;
  const by = 'somebody' as const;
  const route = { ...state.route, ...change, sentBy: change.split ? by : state.route.sentBy, changedBy: by };
  return staleRoute(storeRoute(state, route));
};

/** Numbers alone: names, annotations and record stay as they are. */
const weights = (split: Split): Act => ({
  name: `somebody edits the weights to ${JSON.stringify(split)}, and leaves the name`,
  on: (state) => (JSON.stringify(state.route?.split) === JSON.stringify(split) ? undefined : edit(state, { split })),
});

const request = (verb: Verb): Act => ({
  name: `an operator asks to ${verb}`,
  on: (state) => {
    const record = state.route?.record;
    if (!state.route || !record) return undefined;
    return staleRoute({ ...state, route: { ...state.route, request: { id: verb, verb, release: record.id } } });
  },
});

const withoutSubset = (version: Version): Act => ({
  name: `somebody removes the subset of ${version}`,
  on: (state) => {
    const subsets = state.rule?.subsets ?? [];
    if (!subsets.includes(version)) return undefined;
    const rest = subsets.filter((other) => other !== version);
    return staleRule(storeSubsets(state, rest, state.rule?.isOwned ?? false));
  },
});

const lostPods = (version: Version, desired: number, name: string): Act => ({
  name,
  on: (state) => {
    const pods = state.pods[version];
    if (!pods || pods.isGone || pods.available === 0) return undefined;
    return { ...state, pods: { ...state.pods, [version]: { desired: Math.min(desired, pods.desired), available: 0 } } };
  },
});

const atGateway = (index: number, what: string, change: (proxy: Proxy) => Proxy): Act => ({
  name: `${gateways[index]} ${what}`,
  on: (state) => {
    const proxy = state.proxies[index];
    return proxy?.state === 'serving' ? withProxy(state, index, change(proxy)) : undefined;
  },
});

export const acts: readonly Act[] = [
  weights({ v1: 100 }),
  weights({ v2: 100 }),
  { name: 'somebody renames the split route', on: (state) => edit(state, { marker: 'by-hand' }) },
  {
    name: 'somebody applies the file as it was before the release',
    on: (state) => edit(state, { split: { v1: 100 }, marker: 'split', record: undefined, request: undefined }),
  },
  ...versions.map(withoutSubset),
  {
    name: 'somebody removes the VirtualService',
    on: (state) => state.route && staleRoute(storeRoute(state, undefined)),
  },
  {
    name: 'somebody removes the DestinationRule',
    on: (state) => state.rule && staleRule(storeSubsets(state, undefined, false)),
  },
  lostPods('v1', 0, 'somebody scales v1 to zero'),
  lostPods('v2', 99, 'all pods of v2 die'),
  request('abort'),
  request('promote'),
  request('promote-full'),
  ...gateways.flatMap((_, index) => [
    atGateway(index, 'restarts', restarted),
    atGateway(index, 'cannot be read', (proxy) => ({ ...proxy, state: 'unreadable' })),
  ]),
  {
    name: 'the limit of a wait passes',
    on: (state) => {
      const { driver } = state;
      // The limit of a wait for pods: anything may be late, and only that turns a release.
      if (driver.is !== 'running' || driver.pending || driver.memory.waiting?.for !== 'pods') return undefined;
      return limitPasses(state);
    },
  },
];

/** Its own requests are lost with it; no order of writes could have saved them. */
function restarted(proxy: Proxy): Proxy {
  const load = { v1: 'none', v2: 'none' } as const;
  return { ...proxy, state: 'starting', routesToCome: [], subsetsToCome: [], clusters: {}, load };
}

export function accidents(state: State): Step[] {
  const { killsLeft, actsLeft, driver } = state;
  const steps: Step[] = [];
  if (driver.is === 'killed') return [{ name: 'the driver is started again', next: startDriver(state) }];
  if (driver.is === 'running' && killsLeft > 0)
    steps.push({
      name: 'the driver is killed',
      next: { ...state, driver: { is: 'killed' }, killsLeft: killsLeft - 1 },
    });
  if (actsLeft === 0 || driver.is === 'ended') return steps;
  for (const { name, on } of acts) {
    const next = state.among.some((part) => name.includes(part)) ? on(state) : undefined;
    if (next) steps.push({ name, next: { ...next, actsLeft: actsLeft - 1, acts: [...state.acts, name] } });
  }
  return steps;
}

/** A write that was decided before is refused: its object is no longer as it was seen. */
function staleRoute(state: State): State {
  return withPending(state, (pending) => ({ ...pending, isRouteStale: true }));
}

function staleRule(state: State): State {
  return withPending(state, (pending) => ({ ...pending, isRuleStale: true }));
}

type Running = Extract<Driver, { is: 'running' }>;

function withPending(state: State, change: (pending: NonNullable<Running['pending']>) => Running['pending']): State {
  const { driver } = state;
  if (driver.is !== 'running' || !driver.pending) return state;
  return { ...state, driver: { ...driver, pending: change(driver.pending) } };
}
