import { Changes, asSeen, keepingReplicas } from '../../../driver/rolling/kubernetes/changes';
import { preStopSeconds, withoutHash } from '../../../driver/rolling/kubernetes/replica-sets';
import { takenOver } from '../../../driver/rolling/kubernetes/take-over';
import { podTrouble } from '../../../driver/rolling/kubernetes/trouble';
import type { LiveObject, Pod } from '../../../driver/rolling/kubernetes/objects';
import { releaseManifests } from '../../../charts';
import type { Api } from '../../../driver/kubernetes/api';
import { releaseOf } from '../../support/release';
import { theOnly } from '../../support/objects';

type Status = NonNullable<Pod['status']>;
const podWith = (status: Status): Pod => ({ metadata: { name: 'p' }, status });
const waiting = (reason: string, message?: string): Status => ({
  containerStatuses: [{ name: 'service', ready: false, state: { waiting: { reason, message } } }],
});

describe('the trouble of a pod', () => {
  it.each<[string, Status, object | undefined]>([
    ['nothing while it starts', waiting('ContainerCreating'), undefined],
    ['a first failed pull, which may pass', waiting('ErrImagePull', 'x'), { kind: 'image', isLasting: false }],
    ['a repeated one, which does not', waiting('ImagePullBackOff'), { kind: 'image', isLasting: true }],
    [
      'a missing ConfigMap',
      waiting('CreateContainerConfigError', 'not found'),
      { kind: 'configuration', isLasting: true },
    ],
    [
      'a crash loop, with the exit code',
      {
        containerStatuses: [
          {
            name: 'service',
            restartCount: 2,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 3, reason: 'Error' } },
          },
        ],
      },
      { kind: 'crash', isLasting: true, text: expect.stringContaining('exit code 3 (Error)') as string },
    ],
    [
      'one crash before it is ready again, which may pass',
      {
        containerStatuses: [
          {
            name: 'service',
            ready: false,
            restartCount: 1,
            state: { running: {} },
            lastState: { terminated: { exitCode: 1 } },
          },
        ],
      },
      { kind: 'crash', isLasting: false },
    ],
    [
      'no crash that it has recovered from',
      {
        containerStatuses: [
          {
            name: 'service',
            ready: true,
            restartCount: 1,
            state: { running: {} },
            lastState: { terminated: { exitCode: 1 } },
          },
        ],
      },
      undefined,
    ],
    [
      'no node for it, which may pass',
      { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no cpu' }] },
      { kind: 'unschedulable', isLasting: false, text: 'p: Unschedulable: no cpu' },
    ],
  ])('is %s', (_, status, expected) => {
    if (expected) expect(podTrouble(podWith(status))).toMatchObject(expected);
    else expect(podTrouble(podWith(status))).toBeUndefined();
  });
});

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
  metadata: { name: 'demo', namespace: 'n', uid: 'u', resourceVersion: '7' },
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
      seen.push(await new Changes(api).of(live, live));
    }
    expect(seen).toEqual([
      { changes: false, rolls: false },
      { changes: true, rolls: false },
      { changes: true, rolls: true },
    ]);
  });

  it('asks for a dry run again only when the object has changed', async () => {
    let asked = 0;
    const live = deployment({ replicas: 3 });
    const api = { send: () => Promise.resolve((asked++, live)) } as unknown as Api;
    const changes = new Changes(api);
    await changes.of(live, live);
    await changes.of(live, { ...live, metadata: { ...live.metadata, resourceVersion: '9' } });
    expect(asked).toBe(1);
    await changes.of(live, deployment({ replicas: 5 }));
    expect(asked).toBe(2);
  });
});

describe('what kubectl apply wrote', () => {
  const note = 'f:kubectl.kubernetes.io/last-applied-configuration';

  it('becomes the driver’s own, so that what the next apply leaves out goes; kubectl keeps its note', () => {
    const entries: Parameters<typeof takenOver>[0] = [
      {
        manager: 'kubectl-client-side-apply',
        operation: 'Update',
        apiVersion: 'v1',
        fieldsV1: { 'f:data': { 'f:OLD': {} }, 'f:metadata': { 'f:annotations': { [note]: {}, 'f:a': {} } } },
      },
      { manager: 'handover', operation: 'Apply', apiVersion: 'v1', fieldsV1: { 'f:data': { 'f:NEW': {} } } },
      { manager: 'kube-controller-manager', operation: 'Update', subresource: 'status', fieldsV1: { 'f:status': {} } },
    ];
    expect(takenOver(entries)).toEqual([
      entries[2],
      {
        manager: 'handover',
        operation: 'Apply',
        apiVersion: 'v1',
        fieldsV1: { 'f:data': { 'f:OLD': {}, 'f:NEW': {} }, 'f:metadata': { 'f:annotations': { 'f:a': {} } } },
      },
    ]);
  });
});

it('a ReplicaSet has the template of its Deployment but for one label', () => {
  const template = { metadata: { labels: { app: 'demo', 'pod-template-hash': 'abc' } }, spec: { containers: [] } };
  expect(withoutHash(template)).toEqual({ metadata: { labels: { app: 'demo' } }, spec: { containers: [] } });
});
