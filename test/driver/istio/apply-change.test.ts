/** A change of the routes or of the traffic policy: `run` refuses it before it begins, `apply` makes it. */
import { violationOf } from '../../../driver/istio/guard';
import { nothingRemembered } from '../../../driver/istio/memory';
import { planOf } from '../../../driver/istio/plan';
import { describeAction } from '../../../driver/istio/words';
import { both, decideOn } from '../../support/decisions';
import { observed, proxyWith, recordWith, releaseWith } from '../../support/observations';

const order = { kind: 'apply' } as const;
const halves = { ...releaseWith(), split: { v1: 50, v2: 50 } };
const record = recordWith({ mode: 'apply', stable: 'v1', canary: 'v1', serial: 4, marker: 'split@r1.4' });
const change = {
  fields: ['VirtualService/demo spec.http[0].timeout: expected "9s", found nothing'],
  names: [],
  base: 'web',
};
const now = { ...both, record };
const decideApply = (differences: Parameters<typeof observed>[0]) =>
  decideOn(observed({ ...now, ...differences }), {}, halves, order);

describe('an apply', () => {
  it('changes the routes at the weights that are live, under the name that they get', () => {
    expect(decideApply({ route: { change } })).toMatchObject({
      action: {
        kind: 'write-route',
        split: { v1: 100 },
        marker: 'web@r1.5',
        record: { serial: 5, marker: 'web@r1.5' },
        changes: 'as in the manifests',
      },
      because: [{ code: 'routes-change', fields: change.fields }],
    });
  });

  it('changes the traffic policy first, and no subset with it', () => {
    const decision = decideApply({ route: { change }, rule: { change: ['spec.trafficPolicy'] } });
    expect(decision).toMatchObject({
      action: { kind: 'write-subsets', versions: ['v1', 'v2'], changes: 'as in the manifests' },
    });
  });

  it('moves no weight before every proxy has the changed routes', () => {
    const behind = { ...proxyWith({ marker: 'split@r1.3', subsets: ['v1', 'v2'] }), name: 'slow' };
    expect(decideApply({ proxies: [behind] })).toMatchObject({ wait: { for: 'propagation' } });
    expect(decideApply({})).toMatchObject({ action: { kind: 'write-route', split: { v1: 50, v2: 50 } } });
  });

  it('waits for what the changed routes name beside the split, such as a mirror', () => {
    const proxies = [proxyWith({ marker: record.marker, subsets: ['v1'] })];
    const seen = { route: { change: { ...change, names: ['v2'] } }, proxies };
    expect(decideApply(seen)).toMatchObject({
      wait: { for: 'gate', obstacles: [{ code: 'no-cluster', version: 'v2' }] },
    });
  });

  it('is stopped by the guard where changed routes name a version that a proxy lacks (S1)', () => {
    const proxies = [proxyWith({ marker: record.marker, subsets: ['v1'] })];
    const seen = observed({ ...now, route: { change: { ...change, names: ['v2'] } }, proxies });
    const content = { split: { v1: 100 }, headerVersions: [], probes: [], marker: 'web@r1.5', record };
    const action = { kind: 'write-route', ...content, changes: 'as in the manifests' } as const;
    const question = { release: halves, order, seen, memory: nothingRemembered, gateLimitMs: 1, releaseId: 'r1' };
    expect(violationOf(action, question)).toMatchObject({ invariant: 'S1', version: 'v2' });
    const everywhere = { ...question, seen: { ...seen, proxies: [proxyWith({ subsets: ['v1', 'v2'] })] } };
    expect(violationOf(action, everywhere)).toBeUndefined();
  });

  it('has the change in its plan, once', () => {
    const { steps, obstacle } = planOf(halves, order, observed({ ...both, route: { change } }));
    const writes = steps.flatMap((step) => ('action' in step ? [describeAction(step.action)] : []));
    expect(obstacle).toBeUndefined();
    expect(writes.filter((write) => write.startsWith('change the routes'))).toEqual(['change the routes, at v1-100']);
  });
});

it('a run changes no routes, whatever the manifests say', () => {
  const seen = observed({ ...both, record: recordWith(), route: { change } });
  expect(decideOn(seen)).not.toMatchObject({ action: { changes: expect.anything() as string } });
});
