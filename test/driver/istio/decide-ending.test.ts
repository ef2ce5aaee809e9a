/** How a release comes to its end: what goes last, and what is given back. */
import { both, decideOn, stepped } from '../../support/decisions';
import { endedWith, observed, proxyWith, recordWith } from '../../support/observations';

const [v1, ...others] = stepped.versions;
/** v0 is listed, and neither the stable version nor the new one. */
const three = { ...stepped, versions: [{ ...v1, name: 'v0' }, v1, ...others] as typeof stepped.versions };

describe('a version that leaves', () => {
  const record = recordWith({ step: 6, marker: 'split@r1.4' });
  const now = { record, split: { v2: 100 }, subsets: ['v2'], atMs: 60_000 };
  const left = (pods: number) => decideOn(observed({ ...now, pods: { v2: 2, v1: { isGone: true, pods } } }));

  it('keeps what its pods still read until the last of them has ended, for as long as they may take', () => {
    const limitMs = (stepped.timings.gracePeriodSeconds + 60) * 1000;
    expect(left(1)).toMatchObject({ wait: { for: 'ending', version: 'v1', pods: 1 }, limitMs });
    expect(left(0)).toMatchObject({ action: { kind: 'remove-version', version: 'v1' } });
  });

  it('has left when nothing of it is there any more', () => {
    expect(decideOn(observed({ ...now, pods: { v2: 2 } }))).toMatchObject({
      action: { kind: 'write-route', marker: 'split', record: undefined },
    });
  });
});

describe('the fields of the route and of the subsets', () => {
  const owned = {
    split: { v2: 100 },
    subsets: ['v2'],
    pods: { v2: 2 },
    route: { isOwned: true },
    rule: { isOwned: true },
  };
  const ended = endedWith({ v2: 100 });

  it('are given back to their owner, one object after the other, before the release is done', () => {
    expect(decideOn(observed(owned), { ended })).toMatchObject({ action: { kind: 'disown', what: 'route' } });
    const routeBack = { ...owned, route: { isOwned: false } };
    expect(decideOn(observed(routeBack), { ended })).toMatchObject({ action: { kind: 'disown', what: 'subsets' } });
    const bothBack = { ...routeBack, rule: { isOwned: false } };
    expect(decideOn(observed(bothBack), { ended })).toMatchObject({ kind: 'done' });
  });

  it('are not given back while a proxy has an older route: nothing is over then', () => {
    const behind = [proxyWith({ split: { v2: 100 }, marker: 'split@r1.4' })];
    expect(decideOn(observed({ ...owned, proxies: behind }), { ended })).toMatchObject({
      wait: { for: 'propagation' },
    });
  });

  it('are given back by the next driver when the one before was killed in between', () => {
    expect(decideOn(observed(owned), {}, stepped, { kind: 'resume' })).toMatchObject({ action: { kind: 'disown' } });
    expect(decideOn(observed(owned))).toMatchObject({ action: { kind: 'disown' } });
  });
});

describe('a release that somebody took off the record while the old version was draining', () => {
  const left = { split: { v2: 100 }, marker: 'split@r0.4', subsets: ['v1', 'v2'], pods: { v1: 2, v2: 2 } };

  it('is taken up again by the same command, and not called completed', () => {
    expect(decideOn(observed(left))).toMatchObject({
      action: { kind: 'write-route', split: { v2: 100 }, record: { stable: 'v1', canary: 'v2' } },
    });
  });

  it('removes no version of which nobody said that it should go', () => {
    const seen = observed({ ...left, pods: { ...left.pods, v0: 2 } });
    // Of two that the file lists, either may be the one that was replaced.
    expect(decideOn(seen, {}, three)).toMatchObject({ action: { record: { stable: 'v2', canary: 'v2' } } });
    // One that the file does not list is somebody else's.
    expect(decideOn(seen)).toMatchObject({ action: { record: { stable: 'v1', canary: 'v2' } } });
  });
});

describe('an abort whose record somebody took away', () => {
  const aborting = recordWith({ mode: 'abort', step: 2 });
  const asked = (canary: string, current: object = {}, record = aborting) => {
    const copy = { record, of: {}, restored: [], ...current };
    const seen = { ...observed(both), state: { resourceVersion: '1', history: [], kept: {}, current: copy } };
    return decideOn(seen, {}, undefined, { kind: 'run', canary });
  };
  const putBack = { because: [{ code: 'abort-outlives' }] };

  it('is put on record again by the same command, which asks nobody a second time', () => {
    expect(asked('v2')).toMatchObject({ action: { record: { mode: 'abort', id: 'r1' } }, ...putBack });
  });

  it('is none of another version, of a release that was no abort, or of one whose last write was made', () => {
    expect(asked('v3')).not.toMatchObject(putBack);
    expect(asked('v2', {}, { ...aborting, mode: 'run' })).not.toMatchObject(putBack);
    expect(asked('v2', { ending: { marker: 'split', split: { v1: 100 } } })).not.toMatchObject(putBack);
  });
});

describe('the minimum of an autoscaler', () => {
  const record = recordWith({ step: 6, marker: 'split@r1.4' });
  const scaled = (minimum: number, declared?: number) => ({
    autoscaler: { minimum, maximum: 9, ...(declared && { declared }) },
  });
  const now = { record, split: { v2: 100 }, subsets: ['v2'] };

  it('is again what the manifests say, also when the file knows nothing of the autoscaler', () => {
    expect(decideOn(observed({ ...now, pods: { v2: scaled(4, 2) } }))).toMatchObject({
      action: { kind: 'set-minimum', version: 'v2', pods: 2 },
    });
  });

  it('of a version that is no part of the release is its owner’s', () => {
    const decision = decideOn(
      observed({ ...now, pods: { v0: scaled(7, 2), v2: 2 }, subsets: ['v0', 'v2'] }),
      {},
      three,
    );
    expect(decision).toMatchObject({ action: { kind: 'write-route', record: undefined } });
  });
});
