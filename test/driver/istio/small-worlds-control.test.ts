/** The exploration finds mistakes: each rule that is taken out here breaks an invariant, on a path that can be replayed. */
import type * as search from '../../support/small-worlds/search';
import type * as worlds from '../../support/small-worlds/worlds';

type Search = Pick<typeof search, 'explore' | 'replay'>;
type Explorer = Search & {
  readonly task: ReturnType<typeof worlds.taskWith>;
  readonly first: ReturnType<typeof worlds.installed>;
};

const root = '../../../driver/istio';
const files = ['capacity', 'guard', 'proxy-checks', 'rules/add', 'rules/remove'];
afterEach(() => files.forEach((file) => jest.dontMock(`${root}/${file}`)));

/** With these functions of these files replaced, and without the guard, which would stop the mistake. */
function explorerWithout(file: string, functions: object): Explorer {
  jest.resetModules();
  const real: object = jest.requireActual(`${root}/${file}`);
  jest.doMock(`${root}/${file}`, () => ({ ...real, ...functions }));
  jest.doMock(`${root}/guard`, () => ({ violationOf: () => undefined }));
  const { explore, replay } = jest.requireActual<Search>('../../support/small-worlds/search');
  const { installed, taskWith } = jest.requireActual<typeof worlds>('../../support/small-worlds/worlds');
  return { explore, replay, task: taskWith([]), first: installed({ gateways: 1, kills: 0, acts: 0, among: [] }) };
}

const nothing = () => undefined;

it.each<[string, string, object, RegExp]>([
  ['asks no proxy', 'proxy-checks', { obstacles: () => [] }, /^S1/],
  ['asks no proxy for its cluster', 'proxy-checks', { lacksCluster: () => nothing }, /^S1/],
  ['takes one pod for enough', 'capacity', { podsNeeded: () => 1, podsToRise: () => 1 }, /^S4/],
  ['drains nothing', 'rules/remove', { drain: nothing }, /^S[23]/],
  [
    'never sees a route in effect',
    'proxy-checks',
    { lacksRoute: () => () => ({ code: 'no-route', host: '' }) },
    /^S12/,
  ],
  ['repeats what it has done', 'rules/add', { addMissingVersion: () => again }, /^S12/],
])('a driver that %s breaks an invariant', (_, file, functions, invariant) => {
  const { explore, replay, task, first } = explorerWithout(file, functions);
  const { violation } = explore(task, first, { depth: Infinity, states: 5_000, order: 'one' });
  expect(violation?.message).toMatch(invariant);
  expect(replay(task, first, violation?.path ?? []).violation).toBe(violation?.message);
});

const again = {
  kind: 'act',
  action: { kind: 'add-version', version: 'v2' },
  because: [{ code: 'no-deployment', version: 'v2' }],
};
