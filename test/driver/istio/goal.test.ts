/** Which versions a stage keeps, whether the file lists them or not, and where traffic goes from a sick one. */
import { goalOf, healthySplit } from '../../../driver/istio/goal';
import { both, decideOn, stepped } from '../../support/decisions';
import { observed, recordWith, releaseWith } from '../../support/observations';

const quiet = { quietSinceMs: { v1: 0 }, connections: { begun: {}, settledSinceMs: { v1: 0 } } };
const drained = { atMs: 60_000, inFlight: { v1: 0 } };
const unrouted = { v1: new Date(0).toISOString() };
const only = (version: string, file = stepped) =>
  ({ ...file, versions: file.versions.filter(({ name }) => name === version) }) as typeof stepped;

it('the old version stays until the last step, also without traffic, and when the file lists it no more', () => {
  const file = only('v2', releaseWith('steps: [{weight: 100}, {pause: until promoted}]'));
  const record = recordWith({ step: 2, marker: 'split@r1.3', unrouted });
  expect(decideOn(observed({ ...both, ...drained, split: { v2: 100 }, record }), quiet, file)).toMatchObject({
    wait: { for: 'pause' },
  });
});

it('the version that an abort goes back to stays, when the file lists it no more', () => {
  const record = recordWith({ mode: 'abort', step: 2, marker: 'split@r1.3' });
  expect(decideOn(observed({ ...both, ...drained, record }), quiet, only('v2'))).toMatchObject({
    action: { kind: 'write-route', split: { v1: 100 }, record: undefined },
  });
});

it('the aborted version stays, and its autoscaler has its minimum again, when the file does not list it', () => {
  const record = recordWith({ mode: 'abort', step: 2, marker: 'split@r1.3' });
  const raised = { autoscaler: { minimum: 4, maximum: 8, declared: 2 } };
  expect(decideOn(observed({ ...both, record, pods: { v1: 2, v2: raised } }), quiet, only('v1'))).toMatchObject({
    action: { kind: 'set-minimum', version: 'v2', pods: 2 },
  });
});

it('a release that has found no version to replace removes none, least of all its own', () => {
  const record = recordWith({ stable: 'v2', canary: 'v2', step: 6, marker: 'split@r1.4' });
  expect(decideOn(observed({ ...both, ...drained, split: { v2: 100 }, record }), quiet)).toMatchObject({
    action: { kind: 'write-route', split: { v2: 100 }, record: undefined },
  });
});

describe('from a version that has lost its pods, the traffic goes', () => {
  const goal = goalOf(stepped, recordWith({ mode: 'abort', step: 3 }));
  const healthy = (split: Record<string, number>, pods: Parameters<typeof observed>[0]) =>
    healthySplit(goal, observed({ split, ...pods }));

  it('to one that carries some already, before one that only has pods', () => {
    const pods = { v1: { available: 0 }, v2: 2, v3: 2 };
    expect(healthy({ v1: 50, v3: 50 }, { pods })).toEqual({ v3: 100 });
    expect(healthy({ v1: 100 }, { pods })).toEqual({ v2: 100 });
    expect(healthy({ v1: 1, v2: 99 }, { pods })).toEqual({ v2: 100 });
  });

  it('nowhere while it is only its status that is old, or when it carries none: its pods are waited for', () => {
    expect(healthy({ v1: 50, v2: 50 }, { pods: { v1: { available: 0, isCurrent: false }, v2: 2 } })).toEqual(
      goal.split,
    );
    expect(healthy({ v2: 100 }, { pods: { v1: { available: 0 }, v2: 2 } })).toEqual(goal.split);
  });
});
