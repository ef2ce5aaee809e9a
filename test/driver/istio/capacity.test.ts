import { podsNeeded } from '../../../driver/istio/capacity';
import { observed, recordWith, releaseWith } from '../../support/observations';

const needed = (release: string, workload: object, weight = 100) => {
  const seen = observed({ pods: { v2: workload } });
  return podsNeeded('v2', weight, { release: releaseWith(release), record: recordWith({ podsForAll: 6 }), seen });
};

test('a Deployment of the user’s own manifests needs its own number of pods, and not the default of the file', () => {
  expect(needed('', { desired: 10, declaredPods: 10 })).toBe(10);
  expect(needed('', { desired: 10, declaredPods: 10 }, 50)).toBe(5);
  expect(needed('', { desired: 1, declaredPods: 1 })).toBe(1);
});

test('one that somebody scaled down needs what the manifests say', () => {
  expect(needed('', { desired: 1, declaredPods: 4 })).toBe(4);
});

test('one that is scaled needs what carried the traffic, whether the file knows of the autoscaler or not', () => {
  expect(needed('', { autoscaler: { minimum: 1, maximum: 9 } })).toBe(6);
  expect(needed('', { autoscaler: { minimum: 1, maximum: 4 } })).toBe(4);
  expect(needed('autoscaling: {minReplicas: 2, maxReplicas: 9, memory: 100Mi}', {})).toBe(6);
});

test('one that is not there yet needs what the file says', () => {
  const capacity = { release: releaseWith('replicas: 3'), record: recordWith(), seen: { workloads: {} } };
  expect(podsNeeded('v2', 100, capacity)).toBe(3);
});
