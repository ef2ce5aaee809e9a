/** Observations in few words: a cluster in which everything is as it should be, and what differs from it. */
import type { Ended } from '../../driver/istio/memory';
import type {
  ObservedRoute,
  ObservedSubsets,
  Observation,
  Proxy,
  ReadProxy,
  Workload,
} from '../../driver/istio/observation';
import type { ReleaseRecord } from '../../driver/istio/record';
import { parseRelease, splitRoute, type Release, type Split } from '../../model';

export function releaseWith(fields = ''): Release {
  const versions = "versions: {v1: {image: 'demo:1'}, v2: {image: 'demo:2'}}";
  const text = ['name: demo', 'namespace: shop', 'hosts: [demo.example.com]', versions, 'weights: {v1: 100}', fields];
  const parsed = parseRelease(text.join('\n'));
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.release;
}

export interface Differences {
  readonly atMs?: number;
  readonly endedMs?: number;
  readonly serverMs?: number;
  readonly split?: Split;
  readonly marker?: string;
  readonly record?: ReleaseRecord;
  readonly route?: Partial<ObservedRoute>;
  readonly subsets?: readonly string[];
  readonly rule?: Partial<ObservedSubsets>;
  readonly pods?: Readonly<Record<string, number | Partial<Workload>>>;
  readonly evidence?: Observation['evidence'];
  readonly proxies?: readonly Proxy[];
  readonly inFlight?: Observation['inFlight'];
  /** What others have to do with it. */
  readonly others?: Partial<Pick<Observation, 'leftOut' | 'namedElsewhere'>>;
}

const noOthers = { leftOut: [], namedElsewhere: {} };

/** Two gateways that hold just what the API server has, unless said otherwise. */
export function observed(differences: Differences = {}): Observation {
  const { atMs = 0, split = { v1: 100 }, record, subsets = ['v1'], pods = { v1: 2 }, inFlight = {} } = differences;
  const marker = differences.marker ?? record?.marker ?? splitRoute;
  const proxy = proxyWith({ split, marker, subsets });
  return {
    ...momentsOf(differences, atMs),
    route: { ...routeWith(split, marker, record), ...differences.route },
    subsets: { ...ruleWith(subsets), ...differences.rule },
    evidence: differences.evidence ?? 'proxy',
    workloads: Object.fromEntries(Object.entries(pods).map(([version, given]) => [version, workloadWith(given)])),
    proxies: differences.proxies ?? [proxy, { ...proxy, name: 'gateway-b' }],
    inFlight,
    ...noOthers,
    ...differences.others,
  };
}

/** A look that takes no time, by clocks that agree, unless said otherwise. */
function momentsOf({ endedMs, serverMs }: Differences, atMs: number) {
  return { atMs, endedMs: endedMs ?? atMs, serverMs: serverMs ?? atMs };
}

export function proxyWith({
  split = { v1: 100 },
  marker = splitRoute,
  subsets = ['v1'],
  endpoints = 2,
}: {
  readonly split?: Split;
  readonly marker?: string;
  readonly subsets?: readonly string[];
  readonly endpoints?: number;
} = {}): ReadProxy {
  const cluster = { state: 'active' as const, healthyEndpoints: endpoints, activeRequests: 0, connectionsBegun: 0 };
  return {
    name: 'gateway-a',
    kind: 'gateway',
    clusters: Object.fromEntries(subsets.map((version) => [version, cluster])),
    routes: [{ host: 'demo.example.com', marker, split }],
    namedVersions: Object.keys(split),
  };
}

export function recordWith(differences: Partial<ReleaseRecord> = {}): ReleaseRecord {
  return {
    mode: 'run',
    stable: 'v1',
    canary: 'v2',
    step: 0,
    since: new Date(0).toISOString(),
    id: 'r1',
    serial: 1,
    marker: 'split@r1.1',
    podsForAll: 2,
    evidence: [],
    digests: {},
    exceptions: [],
    ...differences,
  };
}

/** What a driver remembers that has made its last write. */
export function endedWith(split: Split, differences: Partial<ReleaseRecord> = {}): Ended {
  return { ...recordWith({ marker: splitRoute, ...differences }), split };
}

function ruleWith(versions: readonly string[]): ObservedSubsets {
  return { resourceVersion: '1', isOwned: false, versions, digest: '', written: undefined, changedBy: 'handover' };
}

function routeWith(split: Split, marker: string, record: ReleaseRecord | undefined): ObservedRoute {
  return {
    resourceVersion: '1',
    mesh: false,
    split,
    headerVersions: [],
    pinnedVersions: [],
    probes: [],
    marker,
    base: splitRoute,
    otherVersions: [],
    digest: '',
    isOwned: false,
    record,
    request: undefined,
    changedBy: 'handover',
  };
}

function workloadWith(given: number | Partial<Workload>): Workload {
  const pods = typeof given === 'number' ? { desired: given, available: given } : given;
  return {
    image: 'demo:1',
    contentHash: '',
    desired: 2,
    declaredPods: 2,
    available: 2,
    isCurrent: true,
    autoscaler: undefined,
    trouble: undefined,
    ...pods,
  };
}
