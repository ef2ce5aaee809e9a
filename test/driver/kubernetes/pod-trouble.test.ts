import { podTrouble } from '../../../driver/kubernetes/pod-trouble';
import type { Pod } from '../../../driver/kubernetes/objects';

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
