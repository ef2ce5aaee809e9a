/** docs/events.md for the profile rolling-update: each line is what the page promises, and nothing else. */
import * as z from 'zod';
import type { Trouble } from '../../../driver/core/trouble';
import type {
  BridgeReason,
  Decision,
  Failure,
  HoldReason,
  RecordReason,
  ReturnReason,
  Wait,
  WriteReason,
} from '../../../driver/rolling/decision';
import type { Harm } from '../../../driver/rolling/observation';
import { exitCodes } from '../../../model';
import { jsonLines, leaksIn, oneOf, promisedBy, tableUnder, type Shapes } from '../../docs/events-doc';
import { rollingFile as fileOf, rollingIo } from '../../support/rolling-io';
import type { Faults } from '../../support/rolling/deployment-controller';

const text = z.string().min(1);
const count = z.int().min(0);

const troubles: Shapes<Trouble['kind']> = {
  image: {},
  crash: {},
  configuration: {},
  probe: {},
  quota: {},
  unschedulable: {},
  paused: {},
  deadline: {},
};
const trouble = z.strictObject({ kind: z.enum(Object.keys(troubles)), text, isLasting: z.boolean() });

const failures: Shapes<Failure['code']> = {
  'deadline-missed': { version: text, deadlineSeconds: count, trouble: trouble.optional() },
  trouble: { version: text, trouble },
};
const failure = oneOf('code', failures);

const waits: Shapes<Wait['for']> = {
  controller: {},
  return: { newest: text.optional() },
  pods: { version: text, available: count, wanted: count, updated: count, old: count, trouble: trouble.optional() },
  'old-pods': { pods: z.array(text).min(1) },
  endpoints: { state: text },
};

const previous = z.strictObject({
  version: text,
  available: count,
  wayBack: z.enum(['open', 'config-changed', 'service-unfit']),
});
const difference = z.strictObject({ path: text, live: text, after: text });
const harms: Shapes<Harm['code']> = {
  'cuts-pods': { from: count, to: count },
  'service-unfit': { expected: text, found: text },
};
const holds: Shapes<HoldReason['code']> = {
  'changed-by-other': { object: text, writer: text.optional() },
  'write-without-effect': { object: text },
  'not-ours': { object: text, differences: z.array(difference).min(1) },
  harm: { object: text, harm: oneOf('code', harms) },
  'other-scaler': { scalers: z.array(text).min(1) },
  paused: {},
  'scaled-to-zero': {},
  'rollback-under-way': { to: text, from: text },
  'update-failed': { failure, previous: previous.optional() },
};
const recorded: Shapes<RecordReason['code']> = {
  complete: { version: text },
  returning: { version: text },
  superseded: { version: text },
};

const writeReasons: Shapes<WriteReason['code']> = { 'no-object': {}, 'not-as-in-file': {} };
const returnReasons: Shapes<ReturnReason['code']> = { requested: {}, 'update-failed': {} };

const bridgeReasons: Shapes<BridgeReason['code']> = { 'port-renamed': {}, 'bridge-done': {} };

const order = z.strictObject({ kind: z.literal('return'), replicaSet: text, version: text, from: text, failure });
const done = { version: text, pods: count };
const decisions = {
  write: z.strictObject({ kind: z.literal('write'), object: text, because: oneOf('code', writeReasons) }),
  return: z.strictObject({
    kind: z.literal('return'),
    replicaSet: text,
    version: text,
    because: oneOf('code', returnReasons),
  }),
  bridge: z.strictObject({ kind: z.literal('bridge'), act: text, because: oneOf('code', bridgeReasons) }),
  record: z.strictObject({ kind: z.literal('record'), because: oneOf('code', recorded) }),
  wait: oneOf('for', waits, { kind: z.literal('wait'), limitSeconds: z.number() }),
  rollback: z.strictObject({ kind: z.literal('rollback'), order, because: failure }),
  hold: oneOf('code', holds, { kind: z.literal('hold') }),
  done: oneOf('outcome', { completed: done, aborted: { ...done, failure } }, { kind: z.literal('done') }),
} satisfies Record<Decision['kind'], z.ZodType>;

const state = z.strictObject({
  deployment: z
    .strictObject({ isCurrent: z.boolean(), wanted: count, updated: count, available: count, total: count })
    .nullable(),
  objects: z.array(z.strictObject({ name: text, change: z.enum(['none', 'create', 'update']) })),
  replicaSets: z.array(
    z.strictObject({
      name: text,
      revision: count,
      version: text,
      image: text,
      isNewest: z.boolean(),
      available: count,
      ending: count,
    }),
  ),
  trouble: trouble.optional(),
});

const event = oneOf(
  'event',
  { decided: { decision: z.union(Object.values(decisions)), message: text, state }, away: { because: text }, back: {} },
  { at: z.iso.datetime() },
);
const ending = z.strictObject({ outcome: text, code: text.optional(), because: text });

describe('docs/events.md lists', () => {
  it('each wait with its fields', () => {
    expect(tableUnder('wait of a rolling update')).toEqual(promisedBy(waits));
  });

  it.each([
    ['decision of a rolling update', decisions],
    [
      'codes of a rolling update',
      { ...writeReasons, ...returnReasons, ...bridgeReasons, ...recorded, ...holds, ...harms, ...failures },
    ],
    ['trouble of a rolling update', troubles],
    ['state of a rolling update', state.shape],
  ])('each name under "%s"', (heading, known) => {
    const names = Object.keys(tableUnder(heading)).map((name) => name.replace('?', ''));
    expect(names.sort()).toEqual(Object.keys(known).sort());
  });
});

/** v1 is installed and serves; then these commands run on the file of v2. */
async function updated(faults: Faults, ...args: string[]) {
  const { world, handover } = rollingIo();
  const first = await handover(fileOf('v1'), 'apply', '--json');
  world.faults = faults;
  const { code, out, err } = await handover(fileOf('v2'), ...args, '--json');
  return { code, told: jsonLines(first.err + err), printed: jsonLines(first.out + out) };
}

const broken: Faults = { broken: { 'demo:v2': 'image' } };

describe('with --json', () => {
  it.each<[string, keyof typeof exitCodes, Faults, string[]]>([
    ['a calm update', 'completed', {}, ['apply']],
    ['pods that do not come up', 'held', broken, ['apply']],
    ['a rollback by itself', 'aborted', broken, ['apply', '--on-failure', 'rollback']],
    ['a missed deadline', 'held', { hasMissedDeadline: true }, ['apply']],
    ['a controller that sleeps', 'timed-out', { isControllerAsleep: true }, ['apply']],
    ['old pods that never end', 'timed-out', { neverEnds: true }, ['apply']],
  ])('%s: each line is what the page promises, and nothing else', async (_, outcome, faults, args) => {
    const { code, told, printed } = await updated(faults, ...args);
    expect(code).toBe(exitCodes[outcome]);
    for (const line of told) expect([event.safeParse(line).error, line]).toEqual([undefined, line]);
    expect(ending.parse(printed.at(-1)).outcome).toBe(outcome);
    expect([...told, ...printed].flatMap((line) => leaksIn(line))).toEqual([]);
  });

  it('status prints the state', async () => {
    const { printed } = await updated({}, 'status');
    expect(state.safeParse(printed.at(-1)).error).toBeUndefined();
  });
});
