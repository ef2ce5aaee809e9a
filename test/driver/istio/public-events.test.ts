/** docs/events.md for the profile istio: each line of simulated releases is what the page promises, and nothing else. */
import * as z from 'zod';
import type { Action } from '../../../driver/istio/action';
import {
  hold,
  type Decision,
  type DrainCondition,
  type HoldReason,
  type Reason,
  type Wait,
} from '../../../driver/istio/decision';
import { observedBy, type Cluster } from '../../../driver/istio/cluster';
import type { Event } from '../../../driver/istio/events';
import type { ObservedRollout } from '../../../driver/istio/observation';
import type { Obstacle } from '../../../driver/istio/obstacle';
import { publicEvent } from '../../../driver/istio/public-events';
import type { PlanLine } from '../../../driver/core/planned';
import type { Scenario } from '../../../driver/istio/simulation';
import { exitCodes, grades } from '../../../model';
import { jsonLines, leaksIn, oneOf, promisedBy, tableUnder, type Shapes } from '../../docs/events-doc';
import { recordWith } from '../../support/observations';
import { installed, withV2 } from '../../support/shop-release';
import { simulatedIo } from '../../support/simulated-io';
import { bothInstalled } from '../../support/worlds';

const text = z.string().min(1);
const count = z.int().min(0);
const split = z.record(text, z.int());
const grade = z.enum(grades);
const verdict = z.enum(['successful', 'failed', 'inconclusive']);
const restorable = z.enum(['route', 'subsets']);

const obstacles: Shapes<Obstacle['code']> = {
  'no-gateway': {},
  'no-sidecar': {},
  unreadable: { detail: text },
  'assumed-later': { remainingSeconds: count },
  'no-cluster': { version: text },
  warming: { version: text },
  'few-endpoints': { version: text, healthy: count, needed: count },
  'old-cluster': { version: text, by: z.array(text).optional() },
  'no-route': { host: text },
  'old-route': { host: text, marker: z.string() },
  shadowed: { host: text, by: text },
  'names-version': { version: text },
  'no-answer': { version: text },
  'no-probe-route': { version: text },
};
const { 'no-gateway': noGateway, 'no-sidecar': noSidecar, ...atProxy } = obstacles;
const nowhere = { 'no-gateway': noGateway, 'no-sidecar': noSidecar };
const obstacle = z.union([oneOf('code', nowhere), oneOf('code', atProxy, { proxy: text })]);

const untils: Shapes<DrainCondition['code']> = {
  unrouted: { obstacles: z.array(obstacle) },
  unnamed: { by: z.array(text) },
  'own-route': { route: text },
  idle: {
    atPods: z.union([count, z.enum(['unknown', 'not counted', 'proxies only'])]),
    atProxies: z.union([count, z.literal('unknown')]).optional(),
  },
  window: { windowMs: count },
  connections: { connectMs: count },
  held: { remainingSeconds: count },
};

const paused = z.enum(['no', 'by handover', 'by others']);

const waits: Shapes<Wait['for']> = {
  pods: { version: text, available: count, needed: count, asked: count.optional(), trouble: text.optional() },
  gate: { obstacles: z.array(obstacle).min(1) },
  propagation: { obstacles: z.array(obstacle).min(1) },
  drain: { version: text, until: oneOf('code', untils) },
  pause: { remainingSeconds: z.union([count, z.literal('until promoted')]) },
  ending: { version: text, pods: count },
  rollout: {
    version: text,
    deployment: text,
    paused,
    hashes: z.array(text),
  },
  health: {},
};

const reasons: Shapes<Reason['code']> = {
  'release-begins': {},
  'step-complete': { step: count },
  'no-deployment': { version: text },
  'needs-pods': { version: text, pods: count },
  'autoscaler-decides': { version: text },
  'no-subset': { versions: z.array(text) },
  'subset-gone': { versions: z.array(text) },
  'subset-stale': { version: text },
  'ready-everywhere': { versions: z.array(text), evidence: grade },
  'routes-change': { fields: z.array(text) },
  'probes-change': { versions: z.array(text) },
  unrouted: { off: z.array(text), back: z.array(text) },
  drained: { versions: z.array(text), counted: z.literal('proxies').optional() },
  'back-on-stable': { version: text },
  'as-in-file': {},
  'taken-over': { version: text, fields: z.array(text) },
  'ends-at': { until: z.enum(['drained', 'removed']) },
  'owners-return': {},
  deleted: { what: restorable },
  'abort-outlives': {},
  'rollout-pauses': { deployment: text },
  'rollout-resumes': { deployment: text, isPending: z.boolean() },
  'rollout-needed': { deployment: text },
  'chosen-alone': { version: text, hash: text },
  'chosen-by-service': { version: text },
  'rolled-meanwhile': { version: text, deployment: text },
  'choice-marked': { version: text },
  adopted: { by: text },
  'changed-and-back': { by: text },
  'left-out': { proxies: z.array(text) },
  'loss-accepted': { version: text, count, by: text },
  'cut-off': { version: text, inFlight: count, accepted: count, by: text },
  'subset-lost': { versions: z.array(text), by: text },
  'operator-asked': { verb: z.enum(['promote', 'promote-full', 'abort']), by: z.string().optional() },
  'analysis-failed': { detail: text },
  'no-available-pod': { version: text },
  'not-ready': { version: text, seconds: count, trouble: text.optional() },
};
const reason = oneOf('code', reasons);

/** `unsafe-write` ends a release without an event of its own: the page promises only its code. */
const holds: Shapes<HoldReason['code']> = {
  'not-installed': { name: text, namespace: text },
  'record-removed': { by: text, deployment: text.optional() },
  'newer-record': { schema: count, known: count },
  'object-deleted': {
    what: restorable,
    why: z.enum(['again', 'no-copy', 'no-subset']),
    name: text,
    namespace: text,
    missing: z.array(text),
  },
  'route-unsupported': { by: text, detail: text },
  'not-taken-over': { version: text },
  'other-routes': { fields: z.array(text) },
  'changed-by-other': { expected: text, found: z.string(), by: text },
  'subsets-changed': { by: text },
  'changed-on-its-way': { of: z.enum(['route', 'subsets']) },
  'no-success': { analysis: text, verdict, detail: text },
  'not-alone': { version: text, deployment: text, others: z.array(text) },
  'steps-changed': { began: z.array(text), found: z.array(text) },
  'only-healthy': { split },
  'probes-cannot-tell': { split },
  'unsafe-write': {},
};

const choice = z.strictObject({ version: text, hash: z.string() });

const actions: Shapes<Action['kind']> = {
  'add-version': { version: text },
  'write-subsets': {
    versions: z.array(text),
    changes: z.literal('as in the manifests').optional(),
    restores: z.literal(true).optional(),
    creates: z.literal(true).optional(),
    choose: choice.optional(),
  },
  'write-route': {
    split,
    headerVersions: z.array(text),
    probes: z.array(text),
    marker: z.string(),
    changes: z.literal('as in the manifests').optional(),
  },
  'write-record': {},
  'set-minimum': { version: text, pods: count },
  'remove-version': { version: text },
  'set-paused': { version: text, isPaused: z.boolean() },
  restore: { what: restorable, versions: z.array(text).optional(), choose: choice.optional() },
  disown: { what: restorable },
};
const action = oneOf('kind', actions);

const loss = z.strictObject({
  code: z.literal('accept-loss'),
  version: text,
  inFlight: count,
  accepted: count,
  by: text,
});
const done = {
  split,
  evidence: grade,
  isOwn: z.boolean(),
  without: z.array(text).optional(),
  losses: z.array(loss).optional(),
};
const drained = { ...done, left: z.array(text).min(1), counted: z.literal('proxies').optional() };
const decisions = {
  act: z.strictObject({ kind: z.literal('act'), action, because: z.array(reason).min(1) }),
  wait: oneOf('for', waits, { kind: z.literal('wait'), limitSeconds: z.number().optional() }),
  measure: z.strictObject({ kind: z.literal('measure'), analysis: text }),
  hold: oneOf('code', holds, { kind: z.literal('hold') }),
  done: oneOf(
    'outcome',
    { completed: done, drained, aborted: { ...done, cause: reason.optional() } },
    { kind: z.literal('done') },
  ),
} satisfies Record<Decision['kind'], z.ZodType>;

/** A release that has ended. */
const past = {
  id: text,
  mode: z.enum(['run', 'apply', 'promote', 'abort']),
  from: text,
  to: text,
  began: z.iso.datetime().optional(),
  ended: z.iso.datetime(),
  by: text.optional(),
  outcome: z.enum(['completed', 'aborted', 'superseded']),
  cause: reason.optional(),
  evidence: z.array(grade),
  accepted: z.array(z.looseObject({ code: text })),
};

const state = z.strictObject({
  split,
  route: z.string(),
  release: z
    .strictObject({
      mode: z.enum(['run', 'apply', 'promote', 'abort']),
      stable: text,
      canary: text,
      step: count,
      steps: count,
      since: z.iso.datetime(),
      until: z.literal('drained').optional(),
    })
    .nullable(),
  versions: z.record(
    text,
    z.strictObject({
      weight: count,
      desired: count,
      available: count,
      hasSubset: z.boolean(),
      image: text,
      trouble: text.optional(),
      rollout: z.strictObject({ paused, isPending: z.boolean() }).optional(),
    }),
  ),
  evidence: z.strictObject({ grade, proxies: z.array(text), unseen: z.array(text) }),
  last: z.strictObject(past).nullable(),
});

const events: Shapes<Event['event']> = {
  decided: { decision: z.union(Object.values(decisions)), message: text, warning: text.optional(), state },
  wrote: { what: text, action },
  conflict: { what: text, action },
  analysed: { analysis: text, verdict, reason: text, numbers: z.record(text, z.number()).optional() },
  counted: {
    seconds: z.number().positive(),
    versions: z.record(text, z.strictObject({ requests: count, errors: count })),
  },
  unkept: { because: text },
  'template-waits': { version: text, deployment: text },
  unannounced: { because: text },
  away: { because: text },
  refused: { because: text },
  back: {},
};
const record = recordWith({ marker: 'v1-100' });

const event = oneOf('event', events, { at: z.iso.datetime() });

const endingCodes = [
  ...Object.keys(holds),
  ...Object.keys(waits),
  'api-server',
  'ended-elsewhere',
  'found-so',
  'other-driver',
  'no-progress',
  'state',
  'superseded',
  // Of an API server that refuses in the middle of a release: docs/errors.md.
  'api-refused',
  'forbidden',
  'no-api',
  'state-unreadable',
  'unauthorized',
];
const ending = z.strictObject({
  outcome: z.enum(['completed', 'drained', 'aborted', 'stopped', 'held', 'locked', 'timed-out', 'interrupted']),
  code: z.enum(endingCodes).optional(),
  because: text,
  left: z.array(text).optional(),
  releaseFile: text.optional(),
});

const plannedChange = z.enum(['create', 'change', 'remove']);
const lines: Shapes<PlanLine['kind']> = {
  write: {
    what: text,
    because: text,
    change: plannedChange,
    objects: z.array(text).optional(),
    traffic: text.optional(),
  },
  wait: { what: text, seconds: z.number().optional(), until: z.literal('promoted').optional() },
  measure: { what: text, seconds: z.number().optional() },
  difference: {
    change: plannedChange,
    object: text,
    leftTo: z.literal('owner').optional(),
    fields: z.array(z.strictObject({ path: text, live: text, after: text })).optional(),
    manifest: z.record(z.string(), z.unknown()).optional(),
  },
};

describe('docs/events.md lists each code with its fields', () => {
  it.each([
    ['Events of a release (profile `istio`)', events],
    ['action', actions],
    ['wait', waits],
    ['until', untils],
    ['obstacle', obstacles],
    ['reason', reasons],
    ['hold', holds],
    ['The plan', lines],
  ])('under "%s"', (heading, shapes) => {
    expect(tableUnder(heading)).toEqual(promisedBy(shapes));
  });

  it.each([
    ['decision', decisions],
    ['state', state.shape],
    ['The ending', ending.shape],
  ])('under "%s", each name', (heading, known) => {
    const names = Object.keys(tableUnder(heading)).map((name) => name.replace('?', ''));
    expect(names).toEqual(Object.keys(known));
  });
});

const analysed = `${withV2.replace('pause: 1s', 'analyse: errors')}analyses:
  errors: { prometheus: { address: 'http://prometheus.test', query: up, max: 0, interval: 1s, count: 2 } }
`;

interface World {
  readonly file?: string;
  readonly args?: readonly string[];
  readonly scenario?: Partial<Scenario>;
  /** Of what is adopted in other worlds than these. */
  readonly rollout?: ObservedRollout;
}

const when = { afterWrites: 3, ms: 0 };
const foreign = { kind: 'foreign-split', split: { v2: 100 }, when } as const;
const removal = { kind: 'foreign-record-removal', when } as const;
const away = { kind: 'api-away', forMs: 9_000, when } as const;
const forbidden = { kind: 'rights-lost', to: 'all', forMs: 9_000, when } as const;
const unwritable = { kind: 'rights-lost', to: 'state', forMs: 20_000, when } as const;
const routeDeleted = { kind: 'foreign-deletion', what: 'route', when } as const;
const subsetsDeleted = { kind: 'foreign-deletion', what: 'subsets', when } as const;
const frozen = { kind: 'freeze', proxy: 0, forMs: 900_000, when } as const;
const unreadable = { kind: 'unreadable', proxy: 0, forMs: 9_000, when } as const;
const abort = { kind: 'operator-request', verb: 'abort', when: { afterWrites: 6, ms: 0 } } as const;

const waiting: ObservedRollout = {
  deployment: 'storefront',
  resourceVersion: '1',
  paused: 'by handover',
  isNoted: true,
  hashes: ['abc'],
  isRolling: false,
  isPending: true,
};

const worlds: readonly (readonly [string, keyof typeof exitCodes, World])[] = [
  ['a calm release', 'completed', {}],
  ['a release that leaves the old version to others', 'drained', { args: ['--until', 'drained'] }],
  ['slow connections', 'completed', { scenario: { newConnections: { share: 1, longestMs: 5_000 } } }],
  ['probed gateways', 'completed', { args: ['--evidence', 'probe'] }],
  ['proxies that nobody asks', 'completed', { args: ['--evidence', 'assumed', '--assume-after', '20'] }],
  ['a version that never gets ready', 'aborted', { scenario: { neverReady: ['v2'] } }],
  ['an analysis without an answer', 'held', { file: analysed }],
  ['a route that somebody else changes', 'held', { scenario: { accidents: [foreign] } }],
  ['a record that somebody removes', 'held', { scenario: { accidents: [removal] } }],
  ['an API server that is away', 'completed', { scenario: { accidents: [away] } }],
  ['rights that are missing for a while', 'completed', { scenario: { accidents: [forbidden, unwritable] } }],
  ['a route that somebody deletes', 'completed', { scenario: { accidents: [routeDeleted] } }],
  ['subsets that somebody deletes', 'completed', { scenario: { accidents: [subsetsDeleted] } }],
  ['a proxy that learns nothing', 'timed-out', { scenario: { accidents: [frozen] } }],
  ['a proxy that cannot be read', 'completed', { scenario: { accidents: [unreadable] } }],
  ['an abort', 'aborted', { scenario: { accidents: [abort] } }],
  ['a template that waits', 'completed', { rollout: waiting }],
];

async function releaseIn({ file = withV2, args = [], scenario, rollout }: World) {
  jest.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('no such host'));
  const io = simulatedIo({ file, installed, scenario });
  const client = await io.connect({});
  const perform = client.perform.bind(client);
  const observe = client.observe.bind(client);
  client.observe = async (...given) => {
    const seen = await observe(...given);
    const { v1 } = seen.workloads;
    // Of a version that no route names: nothing of this release has to wait for it.
    return v1 && rollout ? { ...seen, workloads: { ...seen.workloads, v0: { ...v1, rollout } } } : seen;
  };
  let calls = 0;
  // One write of each release meets somebody else's.
  jest
    .spyOn(client, 'perform')
    .mockImplementation((...given) => (++calls === 2 ? Promise.resolve('conflict') : perform(...given)));
  client.announce = () => Promise.reject(new Error('no right to write Events'));
  const code = await io.run(['run', 'v2', '--json', ...args]);
  return { code, told: jsonLines(io.printed.err), ended: jsonLines(io.printed.out) };
}

afterEach(() => jest.restoreAllMocks());

/** Objects are no more than a model there: as if nothing were live but one of an earlier version. */
function withLive(client: Cluster): Cluster {
  const old = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'demo-v0', namespace: 'shop' } };
  return { ...observedBy(client, client.observe.bind(client)), live: () => Promise.resolve([old]) };
}

describe('with --json', () => {
  const seen = new Set<string>();

  it.each(worlds)('%s: each line is what the page promises, and nothing else', async (_, outcome, world) => {
    const { code, told, ended } = await releaseIn(world);
    expect(code).toBe(exitCodes[outcome]);
    for (const line of told) expect([event.safeParse(line).error, line]).toEqual([undefined, line]);
    expect(ended.map((line) => ending.parse(line).outcome)).toEqual([outcome]);
    expect([...told, ...ended].flatMap((line) => leaksIn(line))).toEqual([]);
    for (const line of told) seen.add(line.event ?? '');
  });

  it('a write that the guard refused is told without its record', async () => {
    const bench = bothInstalled();
    const seen = await bench.look();
    const marker = 'v2-100@1';
    const action = { kind: 'write-route', split: { v2: 100 }, headerVersions: [], probes: [], marker, record } as const;
    const violation = { invariant: 'S4', code: 'no-release', version: 'v2' } as const;
    const decision = hold({ code: 'unsafe-write', action, violation });
    const told = publicEvent({ event: 'decided', decision, seen }, bench.release);
    expect(told).toMatchObject({ decision: { kind: 'hold', code: 'unsafe-write', action: { marker } } });
    expect(leaksIn(told)).toEqual([]);
  });

  it('these releases tell every kind of event', () => {
    expect([...seen].sort()).toEqual(Object.keys(events).sort());
  });

  it('status prints the state', async () => {
    const io = simulatedIo({ file: withV2, installed });
    await io.run(['status', '--json']);
    expect(jsonLines(io.printed.out).map((line) => state.safeParse(line).error)).toEqual([undefined]);
  });

  it('plan prints its lines', async () => {
    const io = simulatedIo({ file: analysed, installed });
    const client = await io.connect({});
    await io.run(['plan', 'v2', '--diff', '--json'], { connect: () => Promise.resolve(withLive(client)) });
    const [plan] = jsonLines(io.printed.out);
    const kinds = z
      .array(oneOf('kind', lines))
      .parse(plan)
      .map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(Object.keys(lines)));
  });
});
