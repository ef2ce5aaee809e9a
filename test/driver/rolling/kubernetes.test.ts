import { asSeen, keepingReplicas } from '../../../driver/rolling/kubernetes/apply-request';
import { Changes } from '../../../driver/rolling/kubernetes/changes';
import { preStopSeconds, withoutHash } from '../../../driver/rolling/kubernetes/replica-sets';
import type { LiveObject } from '../../../driver/kubernetes/objects';
import { releaseManifests } from '../../../charts';
import type { Api } from '../../../driver/kubernetes/api';
import { releaseOf } from '../../support/release';
import { theOnly } from '../../support/objects';

describe('the shutdown delay of a live pod', () => {
  it.each([
    [undefined, 0],
    [{ sleep: { seconds: 20 } }, 20],
    [{ exec: { command: ['/bin/bash', '-c', 'sleep 20'] } }, 20],
    [{ exec: { command: ['sleep', '7'] } }, 7],
    [{ exec: { command: ['node', '-e', 'setTimeout(() => {}, 8000)'] } }, 8],
    [{ exec: { command: ['/usr/bin/drain'] } }, 'unknown'],
    [{ httpGet: {} }, 'unknown'],
  ])('of the hook %j is %s', (hook, seconds) => {
    expect(preStopSeconds(hook)).toBe(seconds);
  });

  it('is read from the hook that the charts write, whatever its form', () => {
    const hookOf = (preStop: 'sleep' | 'exec') => {
      const release = releaseOf({ profile: 'rolling-update', preStop });
      const { spec } = theOnly(releaseManifests(release), 'Deployment') as unknown as {
        spec: {
          template: { spec: { containers: { lifecycle: { preStop: Parameters<typeof preStopSeconds>[0] } }[] } };
        };
      };
      return preStopSeconds(spec.template.spec.containers[0]?.lifecycle.preStop);
    };
    expect([hookOf('sleep'), hookOf('exec')]).toEqual([8, 8]);
  });
});

const deployment = (spec: object): LiveObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'demo', namespace: 'n', uid: 'u', resourceVersion: '7', labels: { 'handover/service': 'demo' } },
  spec,
});

describe('a Deployment that an autoscaler scales', () => {
  it('keeps the pods that it has: an apply without the number would leave one', () => {
    const kept = keepingReplicas(deployment({}), deployment({ replicas: 4 }), 2);
    expect(kept.spec).toEqual({ replicas: 4 });
  });

  it('begins with the minimum', () => {
    expect(keepingReplicas(deployment({}), undefined, 2).spec).toEqual({ replicas: 2 });
  });

  it('has the number of the file without an autoscaler', () => {
    expect(keepingReplicas(deployment({ replicas: 3 }), deployment({ replicas: 9 }), 2).spec).toEqual({ replicas: 3 });
  });
});

const path = '/apis/apps/v1/namespaces/n/deployments/demo';

describe('an apply', () => {
  it('is on the condition that the object is the one that was seen', () => {
    const { metadata } = asSeen(deployment({}), deployment({}));
    expect(metadata).toMatchObject({ uid: 'u', resourceVersion: '7' });
  });

  it('changes something when a dry run of it does, and the bookkeeping does not count', async () => {
    const live = deployment({ replicas: 3, template: { a: 1 } });
    const answers = [
      { ...live, metadata: { ...live.metadata, resourceVersion: '8', generation: 2, managedFields: [] }, status: {} },
      deployment({ replicas: 4, template: { a: 1 } }),
      deployment({ replicas: 3, template: { a: 2 } }),
    ];
    const seen = [];
    for (const answer of answers) {
      const api = { send: () => Promise.resolve(answer) } as unknown as Api;
      seen.push(await new Changes(api, 'demo').of(path, live, live));
    }
    expect(seen).toEqual([
      { changes: false, rolls: false, foreign: [], fields: [] },
      { changes: true, rolls: false, foreign: [], fields: [{ path: 'spec.replicas', live: '3', after: '4' }] },
      { changes: true, rolls: true, foreign: [], fields: [{ path: 'spec.template.a', live: '1', after: '2' }] },
    ]);
  });

  it('asks for a dry run again only when the object has changed', async () => {
    let asked = 0;
    const live = deployment({ replicas: 3 });
    const api = { send: () => Promise.resolve((asked++, live)) } as unknown as Api;
    const changes = new Changes(api, 'demo');
    await changes.of(path, live, live);
    await changes.of(path, live, { ...live, metadata: { ...live.metadata, resourceVersion: '9' } });
    expect(asked).toBe(1);
    await changes.of(path, live, deployment({ replicas: 5 }));
    expect(asked).toBe(2);
  });
});

it('a ReplicaSet has the template of its Deployment but for one label', () => {
  const template = { metadata: { labels: { app: 'demo', 'pod-template-hash': 'abc' } }, spec: { containers: [] } };
  expect(withoutHash(template)).toEqual({ metadata: { labels: { app: 'demo' } }, spec: { containers: [] } });
});
