import { healthyEndpoints, type LivePods } from '../../../../driver/istio/mesh/live-endpoints';
import { livePodsOf } from '../../../../driver/istio/kubernetes/live-pods';
import type { Pod } from '../../../../driver/kubernetes/objects';
import { adopted } from '../../../support/adopted';
import { releaseWith } from '../../../support/observations';

const live: LivePods = (subset) => new Set({ v1: ['10.0.0.1', '10.0.0.2'], v2: ['10.0.0.3'] }[subset] ?? []);

describe('healthy endpoints', () => {
  it('are those that a ready pod of the version has the address of', () => {
    const addresses = { v1: [['10.0.0.1', '10.0.0.2', '10.0.0.9']], v2: [['10.0.0.9']] };
    expect(healthyEndpoints(addresses, live)).toEqual({ v1: 2, v2: 0 });
  });

  it('are none at an address that a pod of another version has meanwhile', () => {
    expect(healthyEndpoints({ v1: [['10.0.0.1', '10.0.0.3']] }, live)).toEqual({ v1: 1 });
  });

  it('are those of the port that has the fewest', () => {
    expect(healthyEndpoints({ v1: [['10.0.0.1', '10.0.0.2'], ['10.0.0.1']] }, live)).toEqual({ v1: 1 });
  });

  it('are all that the proxy calls so, where no address is one of a pod: of another network, or a tunnel', () => {
    expect(healthyEndpoints({ v1: [['192.0.2.1']], v2: [['192.0.2.1', '192.0.2.2']] }, live)).toEqual({ v1: 1, v2: 2 });
    expect(healthyEndpoints({ v1: [['10.0.0.1', undefined]] }, live)).toEqual({ v1: 2 });
  });
});

describe('ready pods', () => {
  const pod = (labels: Record<string, string>, over: Partial<Pod> = {}): Pod => ({
    metadata: { name: 'pod', labels },
    status: { podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] },
    ...over,
  });
  const release = releaseWith();
  const own = { app: 'demo', version: 'v1' };

  it('are known by each of their addresses', () => {
    const both = { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] };
    const ready = pod(own, { status: { ...both, conditions: [{ type: 'Ready', status: 'True' }] } });
    expect([...livePodsOf(release, [ready])('v1')]).toEqual(['10.0.0.1', 'fd00::1']);
    expect(livePodsOf(release, [ready])('v2').size).toBe(0);
  });

  it('are none that are not ready, or that somebody has asked to end', () => {
    const unready = pod(own, { status: { podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'False' }] } });
    const ending = pod(own, { metadata: { name: 'pod', labels: own, deletionTimestamp: '2026-01-01T00:00:00Z' } });
    expect(livePodsOf(release, [unready, ending])('v1').size).toBe(0);
  });

  it('are found by the ReplicaSet of what is adopted, and of a version that the file does not list by its labels', () => {
    const ownerReferences = [{ uid: 'abc', kind: 'ReplicaSet', name: 'storefront-abc' }];
    const metadata = { name: 'pod', labels: { 'pod-template-hash': 'abc' }, ownerReferences };
    expect(livePodsOf(adopted(release), [pod({}, { metadata })])('v1').size).toBe(1);
    expect(livePodsOf(release, [pod({ app: 'demo', version: '1.4.0' })])('1-4-0').size).toBe(1);
  });
});
