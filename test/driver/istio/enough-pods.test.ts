/** S4 before the first write, and while a release waits: whoever has to give the new version pods is told how many. */
import { tooFewPods } from '../../../driver/istio/enough-pods';
import { planOf } from '../../../driver/istio/plan';
import { describeLastSeen } from '../../../driver/istio/words';
import { decideOn, run } from '../../support/decisions';
import { observed, recordWith, releaseWith } from '../../support/observations';
import type { ServiceShape } from '../../../manifests';

const by20 = { v1: { desired: 20, declaredPods: 2, available: 20 } };
const scaledByHand = observed({ pods: by20 });

const shape = (replicas: number, ...scalers: object[]) =>
  ({
    versions: { v2: { objects: [{ kind: 'Deployment', spec: { replicas } }, ...scalers], scalers } },
  }) as never as ServiceShape;
const scaler = (kind: string, spec: object) => ({ kind, spec });

describe('a run whose stable version somebody scaled to ten times its manifest', () => {
  test('is refused before the first write, with the number that the new version needs', () => {
    const problem = tooFewPods(releaseWith(), run, scaledByHand);
    expect(problem).toMatchObject({ code: 'few-replicas', found: '2' });
    expect(problem?.expected).toBe('20 pods for v2, as v1 carries the traffic with 20');
  });

  test.each([
    ['its manifest gives the new version as many in proportion', shape(3), 30],
    ['a scaler of KEDA keeps too few', shape(1, scaler('ScaledObject', { minReplicaCount: 4 })), 10],
  ])('is refused when %s', (_, manifests, needed) => {
    expect(tooFewPods(releaseWith(), run, scaledByHand, manifests)?.expected).toContain(`${needed} pods for v2`);
  });

  test.each([
    ['somebody has scaled the new version, too', { ...by20, v2: { desired: 20, available: 20 } }, shape(2)],
    [
      'an autoscaler will have its minimum raised',
      by20,
      shape(1, scaler('HorizontalPodAutoscaler', { minReplicas: 1 })),
    ],
    ['a scaler of KEDA keeps enough', by20, shape(1, scaler('ScaledObject', { minReplicaCount: 10 }))],
    ['its manifest asks for all of them', { v1: { desired: 20, declaredPods: 20 } }, shape(20)],
    ['its manifest says that fewer do the same', { v1: { desired: 20, declaredPods: 20 } }, shape(10)],
  ])('begins when %s', (_, pods, manifests) => {
    expect(tooFewPods(releaseWith(), run, observed({ pods }), manifests)).toBeUndefined();
  });
});

describe('a release under way whose stable version is scaled', () => {
  const record = recordWith({ step: 1, marker: 'split@r1.1' });
  const pods = { ...by20, v2: { desired: 2, declaredPods: 2, available: 2 } };
  const half = releaseWith('steps: [{weight: 50}]');
  const now = { subsets: ['v1', 'v2'], pods, record };

  test('waits, and says how many pods somebody has to give the new version', () => {
    const decision = decideOn(observed(now), {}, half);
    expect(decision).toMatchObject({ wait: { for: 'pods', version: 'v2', available: 2, needed: 10, asked: 2 } });
    const said = decision.kind === 'wait' ? describeLastSeen(decision.wait) : '';
    expect(said).toBe('v2 has 2 of 10 available pods; its Deployment asks for 2, give it 10');
  });

  test('does not blame the new version for it: it is not aborted, the wait ends by its limit', () => {
    const waiting = { waiting: { for: 'pods' as const, sinceMs: 0 } };
    expect(decideOn(observed({ ...now, atMs: 1e9 }), waiting, half)).toMatchObject({ kind: 'wait' });
    const broken = { ...pods, v2: { ...pods.v2, available: 1 } };
    expect(decideOn(observed({ ...now, pods: broken, atMs: 1e9 }), waiting, half)).toMatchObject({
      action: { record: { mode: 'abort', cause: { code: 'not-ready' } } },
    });
  });

  test('goes on when the pods are there', () => {
    const enough = { ...pods, v2: { ...pods.v2, desired: 10, available: 10 } };
    const proxies = observed(now).proxies.map((proxy) => ({ ...proxy, clusters: manyEndpoints })) as never;
    expect(decideOn(observed({ ...now, pods: enough, proxies }), {}, half)).toMatchObject({
      action: { split: { v1: 50, v2: 50 } },
    });
  });

  test('has a plan that ends', () => {
    expect(planOf(half, { kind: 'resume' }, observed(now)).obstacle).toBeUndefined();
  });
});

const many = { state: 'active', healthyEndpoints: 20, activeRequests: 0, connectionsBegun: 0 };
const manyEndpoints = { v1: many, v2: many };

test('a falling version is not asked for the pods that its file wants and nobody has', () => {
  const release = releaseWith('steps: [{weight: 10}]\nreplicas: 10');
  const record = recordWith({ step: 1, marker: 'split@r1.1', podsForAll: 4 });
  const pods = {
    v1: { desired: 4, declaredPods: 10, available: 4 },
    v2: { desired: 10, declaredPods: 10, available: 10 },
  };
  const seen = observed({ subsets: ['v1', 'v2'], pods, record });
  expect(decideOn(seen, {}, release)).toMatchObject({ action: { split: { v1: 90, v2: 10 } } });
});
