/** Random scenarios for property tests. They shrink towards one quick proxy and no accident. */
import fc from 'fast-check';
import {
  calm,
  span,
  type Accident,
  type Kill,
  type Scenario,
  type Span,
  type Timed,
} from '../../driver/istio/simulation';

export interface ScenarioLimits {
  /** Longest time from a push to its effect in a proxy. */
  readonly longestDelayMs?: number;
  readonly longestStartupMs?: number;
  readonly mostAccidents?: number;
  readonly mostKills?: number;
  /** Versions that accidents may hit. The last is the new one, which may never become ready. */
  readonly versions?: readonly string[];
  readonly kinds?: readonly Accident['kind'][];
}

/** The default of connectTimeoutSeconds in the release file. */
const longestConnectMs = 5_000;

export const everyAccident: readonly Accident['kind'][] = [
  'freeze',
  'unreadable',
  'proxy-appears',
  'sidecar-appears',
  'proxy-restarts',
  'proxy-leaves',
  'api-away',
  'pods-unreachable',
  'crash',
  'evict',
  'foreign-scale',
  'foreign-touch',
  'foreign-split',
  'foreign-route',
  'foreign-detour',
  'foreign-subsets',
  'foreign-record-removal',
  'foreign-repoint',
  'foreign-version',
  'foreign-catch-all',
  'foreign-name',
  'foreign-webhook',
  'foreign-deletion',
  'rights-lost',
  'operator-request',
];

/** Of a service that is taken over. */
export const takeOverAccidents: readonly Accident['kind'][] = ['foreign-whole', 'foreign-timeout'];

/** Of an adopted Deployment that its owner may roll. */
const rolloutAccidents: readonly Accident['kind'][] = [
  'owner-rolls',
  'owner-rolls',
  'owner-resumes',
  'owner-restarts',
  'owner-pauses',
];

/** What its owner does with its rollout before a release, in its midst, and after it. */
export const arbitraryRollouts: fc.Arbitrary<readonly Timed[]> = fc.array(arbitraryAccident(['v1'], rolloutAccidents), {
  maxLength: 4,
});

export function arbitraryScenario(limits: ScenarioLimits = {}): fc.Arbitrary<Scenario> {
  const { longestDelayMs = 20_000, longestStartupMs = 20_000, mostAccidents = 4, mostKills = 3 } = limits;
  const versions = limits.versions ?? ['v1', 'v2'];
  const delay = arbitrarySpan(longestDelayMs);
  return fc
    .record({
      proxyCount: fc.integer({ min: 1, max: 4 }),
      sidecarCount: fc.integer({ min: 0, max: 2 }),
      delays: fc.record({ cds: delay, eds: delay, rds: delay }),
      callDelay: arbitrarySpan(300),
      lookDelay: oneIn(10, span(0, 25_000), span(0, 0)),
      startup: arbitrarySpan(longestStartupMs),
      neverReady: oneIn(20, versions.slice(-1), []),
      emptyKeepsWarming: fc.boolean(),
      loadPods: fc.integer({ min: 1, max: 4 }),
      newConnections: fc.record({ share: fc.constantFrom(0, 0.3), longestMs: fc.constant(longestConnectMs) }),
      heldShare: fc.constantFrom(0, 0.3),
      accidents: fc.array(arbitraryAccident(versions, limits.kinds ?? everyAccident), { maxLength: mostAccidents }),
      kills: fc.array(arbitraryKill, { maxLength: mostKills }),
    })
    .map(({ proxyCount, sidecarCount, ...chosen }) =>
      calm({ ...chosen, proxies: named('gateway', proxyCount), sidecars: named('sidecar', sidecarCount) }),
    );
}

function named(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);
}

/** Mostly short, sometimes long: accidents hide behind the rare long delays. */
function arbitrarySpan(mostMs: number): fc.Arbitrary<Span> {
  const short = fc.integer({ min: 1, max: Math.min(500, mostMs) });
  const end = fc.oneof({ weight: 2, arbitrary: short }, { weight: 1, arbitrary: fc.integer({ min: 1, max: mostMs }) });
  return fc.tuple(end, end).map(([a, b]) => span(Math.min(a, b), Math.max(a, b)));
}

const arbitraryKill: fc.Arbitrary<Kill> = fc.record({
  call: fc.integer({ min: 1, max: 60 }),
  effect: fc.constantFrom('before' as const, 'after' as const),
});

function oneIn<T>(count: number, rare: T, usual: T): fc.Arbitrary<T> {
  return fc.integer({ min: 1, max: count }).map((drawn) => (drawn === count ? rare : usual));
}

function arbitraryAccident(versions: readonly string[], kinds: readonly Accident['kind'][]): fc.Arbitrary<Timed> {
  const when = fc.record({ afterWrites: fc.nat(12), ms: fc.nat(15_000) });
  const details = accidentDetails(versions);
  const one = fc
    .constantFrom(...kinds)
    .chain((kind): fc.Arbitrary<Accident> => details[kind].map((chosen) => ({ kind, ...chosen }) as Accident));
  return fc.tuple(one, when).map(([accident, moment]) => ({ ...accident, when: moment }));
}

type Details = { readonly [Kind in Accident['kind']]: fc.Arbitrary<Omit<Extract<Accident, { kind: Kind }>, 'kind'>> };

function accidentDetails(versions: readonly string[]): Details {
  const version = fc.constantFrom(...versions);
  const index = fc.nat(3);
  const forMs = fc.integer({ min: 1, max: 60_000 });
  const soonMs = fc.nat(10_000);
  const template = fc.integer({ min: 1, max: 3 });
  return {
    crash: fc.record({ version, pod: index, downMs: forMs }),
    evict: fc.record({ version, pod: index }),
    'foreign-scale': fc.record({ version, pods: fc.integer({ min: 1, max: 5 }) }),
    freeze: fc.record({ proxy: index, forMs }),
    unreadable: fc.record({ proxy: index, forMs }),
    'proxy-appears': fc.record({ startupMs: soonMs }),
    'sidecar-appears': fc.record({ startupMs: soonMs }),
    'proxy-restarts': fc.record({ proxy: index, downMs: soonMs }),
    'proxy-leaves': fc.record({ proxy: index }),
    'api-away': fc.record({ forMs }),
    'pods-unreachable': fc.record({ version, forMs }),
    'foreign-touch': fc.constant({}),
    'foreign-split': fc.record({ split: version.map((name) => ({ [name]: 100 })), keepsName: fc.boolean() }),
    'foreign-route': fc.record({ route: fc.nat(6), version }),
    'foreign-whole': fc.constant({}),
    'foreign-timeout': fc.constant({}),
    'owner-rolls': fc.record({ template }),
    'owner-restarts': fc.constant({}),
    'owner-resumes': fc.record({ template }),
    'owner-pauses': fc.constant({}),
    'foreign-detour': fc.record({ split: version.map((name) => ({ [name]: 100 })), forMs }),
    'foreign-subsets': fc.record({ versions: fc.subarray([...versions], { minLength: 1 }) }),
    'foreign-record-removal': fc.constant({}),
    'foreign-repoint': fc.record({ subset: version, version }),
    'foreign-version': fc.constant({}),
    'foreign-catch-all': fc.record({ version, forMs }),
    'foreign-name': fc.record({ version, forMs }),
    'foreign-webhook': fc.constant({}),
    'foreign-deletion': fc.record({ what: fc.constantFrom('route', 'subsets', 'state') }),
    'rights-lost': fc.record({ to: fc.constantFrom('all', 'state'), forMs }),
    'operator-request': fc.record({ verb: fc.constantFrom('promote', 'promote-full', 'abort') }),
  };
}
