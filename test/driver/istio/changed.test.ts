/** What others change in mid-release: each accident by its sentence. */
import { decide } from '../../../driver/istio/decide';
import { nothingRemembered } from '../../../driver/istio/memory';
import type { Observation, ReadProxy } from '../../../driver/istio/observation';
import type { OperatorRequest, ReleaseRecord } from '../../../driver/istio/record';
import { both, decideOn, run, stepped } from '../../support/decisions';
import { observed, recordWith, releaseWith } from '../../support/observations';

const record = recordWith({ step: 1, marker: 'split@r1.1', digests: { route: 'sent', subsets: 'begun' } });
const halves = { v1: 50, v2: 50 };
const as = (changes: Parameters<typeof observed>[0], of: ReleaseRecord = record): Observation =>
  observed({
    ...both,
    split: halves,
    record: of,
    ...changes,
    route: { digest: 'sent', ...changes?.route },
    rule: { digest: 'begun', ...changes?.rule },
  });
const abort = (digest: string): OperatorRequest => ({ id: 'one', verb: 'abort', release: 'r1', digest });
const edited = { digest: 'edited', changedBy: 'kubectl-edit' };
const adopting = (seen: Observation) =>
  decide({
    release: stepped,
    order: run,
    seen,
    memory: nothingRemembered,
    gateLimitMs: 1,
    releaseId: 'r1',
    adopt: true,
  });

describe('an emergency edit is never overwritten', () => {
  it('holds at any difference of the VirtualService, though name and weights are as written', () => {
    expect(decideOn(as({ route: edited }))).toMatchObject({
      kind: 'hold',
      because: { code: 'changed-by-other', by: 'kubectl-edit' },
    });
  });

  it('holds at any difference of the DestinationRule from how the release found it', () => {
    expect(decideOn(as({ rule: edited }))).toEqual({
      kind: 'hold',
      because: { code: 'subsets-changed', by: 'kubectl-edit' },
    });
  });

  it('holds at a difference from what the release wrote there last, also when that is how it found it', () => {
    const written = { release: 'r1', digest: 'own', isRestored: false };
    expect(decideOn(as({ rule: { written, digest: 'own' } }))).toMatchObject({ kind: 'act' });
    expect(decideOn(as({ rule: { written, digest: 'begun', changedBy: 'kubectl-edit' } }))).toMatchObject({
      because: { code: 'subsets-changed' },
    });
  });

  it('takes the note of an earlier release for none', () => {
    const written = { release: 'r0', digest: 'old', isRestored: false };
    expect(decideOn(as({ rule: { written } }))).toMatchObject({ kind: 'act' });
  });

  it('puts on record what a person went on from, beside what was accepted before', () => {
    const before = { code: 'adopted', by: 'ann', split: { v1: 100 } };
    const seen = as({ route: edited }, { ...record, accepted: [before] });
    expect(adopting(seen)).toHaveProperty('action.record.accepted', [
      before,
      { code: 'adopted', by: 'kubectl-edit', split: halves },
    ]);
    expect(adopting(as({ route: edited }))).toHaveProperty('action.record.accepted.length', 1);
  });

  it('goes on from a changed DestinationRule after a person has looked, by a write that changes none of it', () => {
    expect(adopting(as({ rule: edited }))).toMatchObject({
      action: { kind: 'write-subsets', versions: ['v1', 'v2'] },
      because: [{ code: 'adopted', by: 'kubectl-edit' }],
    });
  });
});

describe('a route that was changed and changed back in between', () => {
  const since = recordWith({ ...record, generation: 7, unrouted: { v1: new Date(0).toISOString() } });

  it('gets a new marker, moves nothing, and the time of held requests begins anew', () => {
    const decision = decideOn(as({ route: { generation: 9, changedBy: 'kubectl-edit' } }, since));
    expect(decision).toMatchObject({
      action: { kind: 'write-route', split: halves, marker: 'split@r1.2', record: { serial: 2, unrouted: undefined } },
      because: [{ code: 'changed-and-back', by: 'kubectl-edit' }],
    });
  });

  it('is no reason to write when nobody has written since', () => {
    expect(decideOn(as({ route: { generation: 7 } }, since))).not.toMatchObject({
      because: [{ code: 'changed-and-back' }],
    });
  });

  it('holds when it is not as it was', () => {
    expect(decideOn(as({ route: { ...edited, generation: 9 } }, since))).toMatchObject({ kind: 'hold' });
  });
});

describe('an abort that is asked for afterwards keeps the edit and moves only weights', () => {
  it('goes on from the route as it was when the abort was asked for', () => {
    expect(decideOn(as({ route: { ...edited, request: abort('edited') } }))).toMatchObject({
      action: { kind: 'write-route', split: halves, record: { mode: 'run' } },
      because: [{ code: 'adopted' }],
    });
  });

  it.each([
    ['the edit came after the request', abort('sent')],
    ['the request is for another release', { ...abort('edited'), release: 'r0' }],
    ['a promotion was asked for', { ...abort('edited'), verb: 'promote-full' as const }],
  ])('holds when %s', (_, request) => {
    expect(decideOn(as({ route: { ...edited, request } }))).toMatchObject({ because: { code: 'changed-by-other' } });
  });

  it('is not held up by the DestinationRule, which an agent takes back together with the route', () => {
    expect(decideOn(as({ rule: edited, route: { request: abort('edited') } }))).toMatchObject({
      action: { record: { mode: 'abort', handled: 'one' } },
    });
  });

  it('is not held up by a DestinationRule that somebody edited: the gate looks for the one subset that it needs', () => {
    const aborting = { ...record, mode: 'abort' as const };
    expect(decideOn(as({ rule: edited }, aborting))).toMatchObject({
      action: { kind: 'write-route', split: { v1: 100 } },
    });
  });
});

describe('a subset that somebody removes while the live route names it is restored at once', () => {
  const lost = { subsets: ['v1'], rule: edited };

  it('before anything else, and not after every proxy has lost it', () => {
    expect(decideOn(as(lost))).toEqual({
      kind: 'act',
      action: { kind: 'write-subsets', versions: ['v1', 'v2'], restores: true },
      because: [{ code: 'subset-lost', versions: ['v2'], by: 'kubectl-edit' }],
    });
  });

  it('also when somebody edited the route, too', () => {
    expect(decideOn(as({ ...lost, route: edited }))).toMatchObject({ action: { restores: true } });
  });

  it('and then holds for what else was changed there, without a word against a webhook', () => {
    const written = { release: 'r1', digest: 'own', isRestored: true };
    const rule = { digest: 'restored otherwise', written, changedBy: 'handover' };
    expect(decideOn(as({ rule }))).toMatchObject({ because: { code: 'subsets-changed', by: 'somebody' } });
  });

  it('but not of a version that has no Deployment any more: its pods are ending, and a person looks', () => {
    const pods = { v1: 2, v2: { isGone: true, pods: 1 } };
    expect(decideOn(as({ ...lost, pods }))).toMatchObject({ because: { code: 'subsets-changed' } });
  });

  it('but not one that no route names: that removal is looked at by a person', () => {
    expect(decideOn(as({ ...lost, split: { v1: 100 } }))).toMatchObject({ because: { code: 'subsets-changed' } });
  });
});

describe('a webhook that changes what was written', () => {
  const mutated = { digest: 'mutated', changedBy: 'handover' };

  it.each(['route', 'rule'] as const)('is told by its own code, as nobody else has written since (%s)', (object) => {
    expect(decideOn(as({ [object]: mutated }))).toMatchObject({
      because: { code: 'changed-on-its-way', of: object === 'rule' ? 'subsets' : 'route' },
    });
  });

  it('is no name for a route that is called otherwise, though the last write was of a handover', () => {
    expect(decideOn(as({ marker: 'split@r7.1', route: { changedBy: 'handover' } }))).toMatchObject({
      because: { code: 'changed-by-other', found: 'split@r7.1', by: 'handover' },
    });
  });

  it('is no edit that an abort may pass over because a request was left on it since', () => {
    const aborting = { ...record, mode: 'abort' as const };
    expect(
      decideOn(as({ marker: 'split', route: { digest: 'edited', changedBy: 'handover' } }, aborting)),
    ).toMatchObject({
      kind: 'hold',
      because: { code: 'changed-by-other', found: 'split' },
    });
  });

  it('does not hold up an abort', () => {
    const aborting = { ...record, mode: 'abort' as const };
    expect(decideOn(as({ route: mutated }, aborting))).toMatchObject({
      action: { kind: 'write-route', split: { v1: 100 } },
    });
  });
});

describe('a version that a colleague prepares', () => {
  const prepared = { subsets: ['v1', 'v2'], pods: { v1: 2, v2: 2, v9: 2 } };
  const drained = { v1: 0, v2: 0, v9: 0 };
  const ending = { ...prepared, split: { v2: 100 }, atMs: 100_000, inFlight: drained };

  it('is not removed by a run, whose first act that once was', () => {
    const begun = decideOn(observed(prepared));
    expect(begun).toMatchObject({ action: { kind: 'write-route', split: { v1: 100 } } });
    const plain = releaseWith();
    const file = { ...plain, versions: plain.versions.slice(1), split: { v2: 100 } };
    const seen = observed({ ...ending, record: recordWith({ step: 2 }), subsets: ['v2'], pods: { v2: 2, v9: 2 } });
    expect(decideOn(seen, {}, file)).toMatchObject({ action: { kind: 'write-route', record: undefined } });
  });

  it('is not taken for the old one when all traffic is on the new one already, under a name that somebody gave the route', () => {
    const seen = observed({ split: { v2: 100 }, marker: 'by-hand', subsets: ['v2'], pods: { v2: 2, v9: 2 } });
    expect(decideOn(seen)).toMatchObject({ action: { record: { stable: 'v2', canary: 'v2' } } });
  });

  it('is removed by an apply only when it was there as the apply made its plan', () => {
    const apply = { kind: 'apply' } as const;
    const file = releaseWith();
    const begun = decideOn(observed({ ...prepared, split: { v1: 90, v2: 10 } }), {}, file, apply);
    expect(begun).toMatchObject({ action: { record: { leaving: ['v9'] } } });
    const record = recordWith({ mode: 'apply', stable: 'v1', canary: 'v1', leaving: [] });
    expect(decideOn(observed({ ...prepared, record }), {}, file, apply)).toMatchObject({
      action: { kind: 'write-route', record: undefined },
    });
  });
});

describe('a route that another VirtualService shadows', () => {
  it('is not in effect, though the proxy has it by the right name', () => {
    const seen = observed({ ...both, split: { v1: 50, v2: 50 }, record: recordWith({ step: 3 }) });
    const [proxy] = seen.proxies as readonly ReadProxy[];
    const shadowed = proxy?.routes.map((route) => ({ ...route, shadowedBy: 'virtual-service team/old' }));
    expect(decideOn({ ...seen, proxies: [{ ...proxy, routes: shadowed } as ReadProxy] })).toMatchObject({
      kind: 'wait',
      wait: {
        for: 'propagation',
        obstacles: [{ code: 'shadowed', host: 'demo.example.com', by: 'virtual-service team/old', proxy: 'gateway-a' }],
      },
    });
  });
});
