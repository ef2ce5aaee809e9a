/** Where the exploration begins: v1 is installed and has all traffic, and a driver runs v2. */
import { nothingRemembered } from '../../../driver/istio/memory';
import { noState } from '../../../driver/istio/observation';
import { releaseWith } from '../observations';
import { replicas } from './cluster';
import type { Task } from './driver';
import type { Proxy, State } from './state';

const timings =
  'timings: {longestRequest: 2s, drainWindow: 10s, connectTimeout: 5s, progressDeadline: 600s, drainLimit: 600s}';

/** `weights` are the steps of the file, before the last one, which is all traffic. */
export function taskWith(weights: readonly number[]): Task {
  const steps = weights.map((weight) => `{weight: ${weight}}`).join(', ');
  return {
    release: releaseWith(`${timings}\nreplicas: ${replicas}\nsteps: [${steps}]`),
    order: { kind: 'run', canary: 'v2' },
  };
}

export interface World {
  readonly gateways: number;
  /** How often the driver may be killed, and how many acts of others may come. */
  readonly kills: number;
  readonly acts: number;
  readonly among: readonly string[];
}

export function installed({ gateways, kills, acts, among }: World): State {
  const route = { split: { v1: 100 }, marker: 'split', sentBy: 'owner' } as const;
  const proxy: Proxy = {
    state: 'serving',
    route,
    routesToCome: [],
    subsetsToCome: [],
    clusters: { v1: { state: 'active', endpoints: replicas, begun: 1 } },
    load: { v1: 'none', v2: 'none' },
    counted: undefined,
  };
  return {
    route: { ...route, record: undefined, request: undefined, isOwned: false, changedBy: 'owner' },
    kept: noState,
    rule: { subsets: ['v1'], isOwned: false },
    pods: { v1: { desired: replicas, available: replicas } },
    proxies: Array.from({ length: gateways }, () => proxy),
    driver: { is: 'running', memory: nothingRemembered, asked: [], pending: undefined },
    drivers: 1,
    isQuiet: { v1: false, v2: true },
    killsLeft: kills,
    actsLeft: acts,
    acts: [],
    among,
  };
}
