/** A Deployment that runs becomes a version: its routes, which lead to the whole Service, get its subset first of all. */
import { violationOf } from '../../../driver/istio/guard';
import { nothingRemembered } from '../../../driver/istio/memory';
import type { Observation, ObservedRollout } from '../../../driver/istio/observation';
import { planOf, type PlanStep } from '../../../driver/istio/plan';
import type { ReleaseRecord } from '../../../driver/istio/record';
import { decideOn, stepped } from '../../support/decisions';
import { observed, proxyWith, recordWith, releaseWith } from '../../support/observations';
import { adopted } from '../../support/adopted';

const release = adopted(stepped);
const change = { fields: ['VirtualService/demo spec.http[0]: expected v1, found nothing'], base: 'web', names: [] };
const whole = { whole: { change }, base: '', marker: '' };
/** Proxies have no route of handover's. */
const before = proxyWith({ marker: '', split: {}, subsets: [] });
const record = recordWith({ marker: '' });
const looking = (differences: Parameters<typeof observed>[0] = {}): Observation =>
  observed({ subsets: [], proxies: [before], marker: '', ...differences, route: { ...whole, ...differences?.route } });
const underWay = (differences: Parameters<typeof observed>[0] = {}) => looking({ record, ...differences });
const decideOf = (seen: Observation) => decideOn(seen, {}, release);

describe('a service whose routes lead to the whole Service', () => {
  it('gets a DestinationRule first, when it has none', () => {
    expect(decideOf({ ...looking(), subsets: undefined })).toMatchObject({
      action: { kind: 'write-subsets', versions: ['v1'], creates: true },
    });
  });

  it('is claimed by a write that names no subset', () => {
    expect(decideOf(looking())).toMatchObject({
      action: { kind: 'write-route', marker: '', record: { stable: 'v1', canary: 'v2', marker: '' } },
      because: [{ code: 'release-begins' }],
    });
  });

  it('gets the subset, before anything else', () => {
    expect(decideOf(underWay())).toMatchObject({
      action: { kind: 'write-subsets', versions: ['v1'] },
      // Nobody has taken it away.
      because: [{ code: 'no-subset', versions: ['v1'] }],
    });
  });

  it('is not sent to a subset without an endpoint, while an old status tells of no pod', () => {
    const empty = proxyWith({ subsets: ['v1'], endpoints: 0 });
    const pods = { v1: { available: 0, isCurrent: false } };
    expect(decideOf(underWay({ subsets: ['v1'], proxies: [empty], pods }))).toMatchObject({
      wait: { for: 'gate', obstacles: [{ code: 'few-endpoints', needed: 1 }] },
    });
  });

  it('is not sent there before a status tells of a pod, in the moment in which its owner begins a rollout', () => {
    const pods = { v1: { available: 0, isCurrent: false } };
    expect(decideOf(underWay({ subsets: ['v1'], proxies: [proxyWith({ subsets: ['v1'] })], pods }))).toMatchObject({
      wait: { for: 'pods', version: 'v1', available: 0, needed: 1 },
    });
  });

  it('waits while a proxy has a subset of this name from elsewhere: the gate would take it for the new one', () => {
    const elsewhere = { proxies: [proxyWith()], subsetsElsewhere: { v1: ['shop/old'] } };
    const obstacles = [{ code: 'old-cluster', version: 'v1', proxy: 'gateway-a', by: ['shop/old'] }];
    const wait = { wait: { for: 'propagation', obstacles } };
    expect(decideOf({ ...underWay(), ...elsewhere })).toMatchObject(wait);
    expect(decideOf({ ...looking(), ...elsewhere, subsets: undefined })).toMatchObject(wait);
  });

  it('waits until the slowest proxy knows all pods of the subset', () => {
    const slow = { ...proxyWith({ subsets: ['v1'], endpoints: 1 }), name: 'slow' };
    expect(decideOf(underWay({ subsets: ['v1'], proxies: [proxyWith(), slow] }))).toMatchObject({
      wait: { for: 'gate', obstacles: [{ code: 'few-endpoints', proxy: 'slow', needed: 2 }] },
    });
  });

  it('gets routes that name it, as the manifests have them', () => {
    expect(decideOf(underWay({ subsets: ['v1'], proxies: [proxyWith()] }))).toMatchObject({
      action: {
        kind: 'write-route',
        split: { v1: 100 },
        marker: 'web@r1.2',
        record: { serial: 2, kept: ['v1'] },
        changes: 'as in the manifests',
      },
      because: [{ code: 'taken-over', version: 'v1', fields: change.fields }],
    });
  });

  it('gets no other pod before every proxy has left the whole Service', () => {
    const written = { record: recordWith({ serial: 2, marker: 'web@r1.2' }), subsets: ['v1'], route: { base: 'web' } };
    const has = proxyWith({ marker: 'web@r1.2' });
    const behind = { ...proxyWith({ marker: '', split: {} }), name: 'behind' };
    expect(decideOf(observed({ ...written, proxies: [has, behind] }))).toMatchObject({
      wait: { for: 'propagation', obstacles: [{ code: 'old-route', proxy: 'behind' }] },
    });
    const withConfigMap = { v1: 2, v2: { isGone: true, isPartial: true, available: 0 } };
    expect(decideOf(observed({ ...written, pods: withConfigMap, proxies: [has, behind] }))).toMatchObject({
      wait: { for: 'propagation' },
    });
    expect(decideOf(observed({ ...written, proxies: [has] }))).toMatchObject({
      action: { kind: 'add-version', version: 'v2' },
    });
  });

  it('is released as any other from then on: a write waits for no proxy that is behind the one before', () => {
    const underWay = recordWith({ step: 1, serial: 3, marker: 'web@r1.3' });
    const behind = proxyWith({ marker: 'web@r1.2', subsets: ['v1', 'v2'] });
    const written = { record: underWay, subsets: ['v1', 'v2'], pods: { v1: 2, v2: 2 }, route: { base: 'web' } };
    expect(decideOf(observed({ ...written, proxies: [behind] }))).toMatchObject({
      action: { kind: 'write-route', split: { v1: 90, v2: 10 } },
    });
  });

  it('is left as it is by an abort: nothing has moved', () => {
    const seen = underWay({ record: { ...record, mode: 'abort' } });
    expect(decideOf(seen)).toMatchObject({
      action: { kind: 'write-route', split: { v1: 100 }, marker: '', record: undefined },
      because: [{ code: 'back-on-stable' }],
    });
  });

  describe('in mid-release, where somebody has led it back there', () => {
    const shared = { subsets: ['v1', 'v2'], pods: { v1: { available: 1, desired: 2 }, v2: 2 }, proxies: [proxyWith()] };

    it('waits for the pods that carry all of its traffic alone', () => {
      expect(decideOf(underWay(shared))).toMatchObject({
        wait: { for: 'pods', version: 'v1', available: 1, needed: 2 },
      });
    });

    it('chooses the pods of the adopted version first: by a subset of all pods the other one would keep its share', () => {
      const rollout = { deployment: 'storefront', resourceVersion: '1', hashes: ['abc'], isPending: false } as const;
      const at = (differences: Pick<ObservedRollout, 'isRolling' | 'paused'>, mode: ReleaseRecord['mode'] = 'run') =>
        decideOf(
          underWay({
            ...shared,
            pods: { v1: { desired: 2, available: 2, rollout: { ...rollout, isNoted: false, ...differences } }, v2: 2 },
            rule: { chosenBy: { v1: '' } },
            record: { ...record, mode },
          }),
        );
      expect(at({ paused: 'no', isRolling: false })).toMatchObject({ action: { kind: 'set-paused', isPaused: true } });
      expect(at({ paused: 'by others', isRolling: false })).toMatchObject({ action: { choose: { hash: 'abc' } } });
      const rolling = { paused: 'no', isRolling: true } as const;
      expect(at(rolling)).toMatchObject({ wait: { for: 'rollout' } });
      expect(at(rolling, 'abort')).toMatchObject({ because: [{ code: 'taken-over' }] });
    });

    it('is taken over by an abort, too: else the pods of the canary would keep their share', () => {
      const aborted = underWay({ ...shared, pods: { v1: 2, v2: 2 }, record: { ...record, mode: 'abort' } });
      expect(decideOf(aborted)).toMatchObject({ because: [{ code: 'taken-over' }] });
      const withoutManifests = { ...aborted, route: aborted.route && { ...aborted.route, whole: {} } };
      expect(decideOf(withoutManifests)).toMatchObject({ because: { code: 'not-taken-over' } });
    });
  });

  it('keeps what its owner has edited since a person accepted the lines', () => {
    const beyond = ['VirtualService/demo spec.http[0].timeout: expected nothing, found 3s'];
    expect(decideOf(underWay({ subsets: ['v1'], route: { ...whole, whole: { change, beyond } } }))).toEqual({
      kind: 'hold',
      because: { code: 'other-routes', fields: beyond },
    });
  });

  it('is not guessed at by a driver that has no manifests', () => {
    expect(decideOf(underWay({ route: { ...whole, whole: {} } }))).toEqual({
      kind: 'hold',
      because: { code: 'not-taken-over', version: 'v1' },
    });
  });

  it('is taken over by an apply, and is as in the file then', () => {
    const order = { kind: 'apply' } as const;
    const file = { ...release, versions: release.versions.slice(0, 1) };
    const plan = planOf(file, order, { ...looking(), subsets: undefined });
    expect(plan.obstacle).toBeUndefined();
    expect(writes(plan.steps)).toEqual(['create', 'claim', 'take-over', 'end', 'disown', 'disown']);
  });

  it('is released to the next version in one plan, which deletes the adopted one', () => {
    const plan = planOf(release, { kind: 'run', canary: 'v2' }, looking());
    expect(plan.obstacle).toBeUndefined();
    expect(writes(plan.steps).slice(0, 4)).toEqual(['claim', 'write-subsets', 'take-over', 'add-version']);
    expect(writes(plan.steps)).toContain('remove-version');
  });

  it('keeps the adopted version where the file says so', () => {
    const kept = adopted(stepped, { isKept: true });
    const plan = planOf(kept, { kind: 'run', canary: 'v2' }, looking());
    expect(plan.obstacle).toBeUndefined();
    expect(writes(plan.steps)).not.toContain('remove-version');
  });
});

describe('the guard', () => {
  const judge = (action: Parameters<typeof violationOf>[0], seen: Observation) =>
    violationOf(action, { release, seen, memory: nothingRemembered });

  it('lets no version be made behind routes to the whole Service', () => {
    expect(judge({ kind: 'add-version', version: 'v2' }, underWay())).toMatchObject({ code: 'whole-service' });
  });

  it('lets no version be removed, and all go to no version with too few pods, behind routes to the whole Service', () => {
    const pods = { v1: { available: 1, desired: 2 }, v2: 2 };
    const seen = underWay({ subsets: ['v1', 'v2'], pods, proxies: [proxyWith()] });
    expect(judge({ kind: 'remove-version', version: 'v2' }, seen)).toMatchObject({ invariant: 'S2', code: 'routed' });
    const content = { split: { v1: 100 }, headerVersions: [], probes: [], marker: 'web@r1.2', record };
    const action = { kind: 'write-route', ...content, changes: 'as in the manifests' } as const;
    expect(judge(action, seen)).toMatchObject({ invariant: 'S4', available: 1, needed: 2 });
  });

  it('lets no route name the subset before every proxy has it, though all requests go to its pods already', () => {
    const content = { split: { v1: 100 }, headerVersions: [], probes: [], marker: 'web@r1.2', record };
    const action = { kind: 'write-route', ...content, changes: 'as in the manifests' } as const;
    expect(judge(action, underWay({ subsets: ['v1'] }))).toMatchObject({ invariant: 'S1', version: 'v1' });
    expect(judge(action, underWay({ subsets: ['v1'], proxies: [proxyWith()] }))).toBeUndefined();
  });
});

it('gives the autoscaler of the adopted version the minimum that it had', () => {
  const autoscaler = { minimum: 3, maximum: 9 };
  const pods = { v1: { autoscaler } };
  expect(decideOf(looking({ pods }))).toMatchObject({ action: { record: { minimums: { v1: 3 } } } });
  const aborted = recordWith({ mode: 'abort', step: 1, marker: 'web@r1.3', minimums: { v1: 3 } });
  const raised = { v1: { autoscaler: { ...autoscaler, minimum: 5 } } };
  const seen = observed({
    record: aborted,
    route: { base: 'web' },
    pods: raised,
    proxies: [proxyWith({ marker: 'web@r1.3' })],
  });
  expect(decideOf(seen)).toMatchObject({ action: { kind: 'set-minimum', version: 'v1', pods: 3 } });
});

it('leaves an autoscaler as it is that the adopted version got in mid-release', () => {
  const scaled = adopted(releaseWith('autoscaling: {minReplicas: 2, maxReplicas: 8, memory: 128Mi}'));
  const record = recordWith({ mode: 'abort', step: 1, marker: 'web@r1.3' });
  const pods = { v1: { autoscaler: { minimum: 5, maximum: 9 } } };
  const proxies = [proxyWith({ marker: 'web@r1.3' })];
  const decision = decideOn(observed({ record, route: { base: 'web' }, pods, proxies }), {}, scaled);
  expect(decision).toMatchObject({ action: { kind: 'write-route', record: undefined } });
});

it('waits for the pods of an adopted Deployment that somebody deleted: nobody has its manifest', () => {
  const seen = observed({
    record: recordWith({ marker: 'web@r1.2' }),
    subsets: ['v2'],
    pods: { v2: 2 },
    split: { v2: 100 },
  });
  expect(decideOf(seen)).toMatchObject({ kind: 'wait', wait: { for: 'pods', version: 'v1' } });
});

/** In few words. */
function writes(steps: readonly PlanStep[]): string[] {
  return steps.flatMap((step) => {
    if (step.kind !== 'write') return [];
    const { action } = step;
    if (action.kind === 'write-subsets' && action.creates) return ['create'];
    if (action.kind !== 'write-route') return [action.kind];
    const [first] = step.because;
    const names: Readonly<Record<string, string>> = {
      'release-begins': 'claim',
      'taken-over': 'take-over',
      'as-in-file': 'end',
    };
    return [names[first?.code ?? ''] ?? action.kind];
  });
}
