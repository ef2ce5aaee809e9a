/** S4: pods that a weight needs, by what carries the traffic now. */
import { podsNeeded, podsToRise } from '../../../driver/istio/capacity';
import { observed, recordWith, releaseWith } from '../../support/observations';

const record = recordWith({ podsForAll: 6 });
/** v1 carries everything with six pods, as its manifest says; `carrier` is what differs of it. */
const needed = (release: string, workload: object, weight = 100, carrier: object = {}) => {
  const seen = observed({ pods: { v1: { desired: 6, declaredPods: 6, available: 6, ...carrier }, v2: workload } });
  return podsNeeded('v2', weight, { release: releaseWith(release), record, seen });
};

test('a Deployment of the user’s own manifests needs its own number of pods, and not the default of the file', () => {
  expect(needed('', { desired: 10, declaredPods: 10 })).toBe(10);
  expect(needed('', { desired: 10, declaredPods: 10 }, 50)).toBe(5);
  expect(needed('', { desired: 1, declaredPods: 1 })).toBe(1);
});

test('one that somebody scaled down needs what the manifests say', () => {
  expect(needed('', { desired: 1, declaredPods: 4 })).toBe(4);
});

test('as many times more are needed as somebody has made of the version that carries the traffic', () => {
  const by20 = { desired: 20, declaredPods: 2 };
  expect(needed('', { desired: 2, declaredPods: 2 }, 100, by20)).toBe(20);
  expect(needed('', { desired: 2, declaredPods: 2 }, 10, by20)).toBe(2);
  expect(needed('', { desired: 3, declaredPods: 3 }, 100, { desired: 9, declaredPods: 6 })).toBe(5);
});

test('what carried the traffic when the release began counts on when somebody takes pods away', () => {
  expect(needed('', { desired: 6, declaredPods: 6 }, 100, { desired: 1 })).toBe(6);
});

test('a version that is scaled by nobody needs what the scaled one carries the traffic with', () => {
  const scaled = { desired: 8, declaredPods: undefined, autoscaler: { minimum: 2, maximum: 9 } };
  expect(needed('', { desired: 2, declaredPods: 2 }, 100, scaled)).toBe(8);
});

test('the larger number counts where nobody says how many pods of the scaled one carry as much', () => {
  const scaled = { desired: 8, declaredPods: undefined, autoscaler: { minimum: 2, maximum: 9 } };
  expect(needed('', { desired: 10, declaredPods: 10 }, 100, scaled)).toBe(10);
});

test('an apply counts the pods of the version that carries most, whatever the file gives most', () => {
  const pods = { v1: { desired: 3, declaredPods: 3 }, v2: { desired: 8, declaredPods: 4 } };
  const applying = recordWith({ mode: 'apply', stable: 'v1', canary: 'v1', podsForAll: 3 });
  const seen = observed({ split: { v1: 20, v2: 80 }, pods });
  expect(podsNeeded('v1', 100, { release: releaseWith(), record: applying, seen })).toBe(6);
});

test('a carrier that has no traffic any more counts as it was when the release began', () => {
  const seen = observed({ split: { v2: 100 }, pods: { v1: { desired: 9, declaredPods: 9 }, v2: 4 } });
  expect(podsNeeded('v1', 100, { release: releaseWith(), record: recordWith({ podsForAll: 4 }), seen })).toBe(4);
});

test('the autoscaler of the file is none of a version that the file does not list', () => {
  const file = releaseWith('autoscaling: {minReplicas: 2, maxReplicas: 3, memory: 100Mi}');
  const seen = observed({ pods: { v1: { desired: 6, declaredPods: 6 }, v9: { desired: 6, declaredPods: 6 } } });
  expect(podsNeeded('v9', 100, { release: file, record, seen })).toBe(6);
  expect(podsNeeded('v2', 100, { release: file, record, seen })).toBe(3);
});

test('one that is scaled needs what carries the traffic, whether the file knows of the autoscaler or not', () => {
  expect(needed('', { autoscaler: { minimum: 1, maximum: 9 } })).toBe(6);
  expect(needed('', { autoscaler: { minimum: 1, maximum: 9 } }, 100, { desired: 8 })).toBe(8);
  expect(needed('', { autoscaler: { minimum: 1, maximum: 4 } })).toBe(4);
  expect(needed('autoscaling: {minReplicas: 2, maxReplicas: 9, memory: 100Mi}', {})).toBe(6);
});

test('the stable version needs what it carries the traffic with, and not the larger number of its manifest', () => {
  const seen = observed({ split: { v1: 50, v2: 50 }, pods: { v1: { desired: 4, declaredPods: 10 }, v2: 10 } });
  const capacity = { release: releaseWith(), record: recordWith({ podsForAll: 4 }), seen };
  expect(podsNeeded('v1', 100, capacity)).toBe(4);
});

test('one that is not there yet needs what the file says', () => {
  const seen = observed({ pods: { v1: { desired: 3, declaredPods: 3 } } });
  const capacity = { release: releaseWith('replicas: 3'), record: recordWith({ podsForAll: 3 }), seen };
  expect(podsNeeded('v2', 100, { ...capacity, seen: { ...seen, workloads: { v1: seen.workloads.v1! } } })).toBe(3);
});

describe('the share that leaves a sick version', () => {
  const split = { v1: 50, v2: 50 };
  const toRise = (v2: number, cause?: 'analysis-failed' | 'operator-asked', subsets = ['v1', 'v2']) => {
    const seen = observed({ split, subsets, pods: { v1: { available: 1 }, v2: { available: v2 } } });
    const detail = cause === 'operator-asked' ? { code: cause, verb: 'abort' as const } : { code: cause, detail: '' };
    const aborted = recordWith({ mode: 'abort', podsForAll: 6, ...(cause && { cause: detail as never }) });
    return podsToRise('v1', { v1: 100 }, { release: releaseWith(), record: aborted, seen });
  };

  test('is exempt: its pods are gone, or a measurement of it has failed', () => {
    expect(toRise(0)).toBe(1);
    expect(toRise(6, 'analysis-failed')).toBe(1);
  });

  test('is not exempt when a person asked, and its pods are there', () => {
    expect(toRise(6, 'operator-asked')).toBe(6);
  });

  test('is exempt, too, when a person asked and no proxy can send to it', () => {
    expect(toRise(6, 'operator-asked', ['v1'])).toBe(1);
  });
});
