/** Streams that never end: a person accepts that a counted number of them is cut off. In simulation, and as decisions. */
import { decide, type Question } from '../../../driver/istio/decide';
import { mergedExceptions, type AcceptLoss } from '../../../driver/istio/exceptions';
import { nothingRemembered } from '../../../driver/istio/memory';
import type { InFlight, Proxy } from '../../../driver/istio/observation';
import { calm, World } from '../../../driver/istio/simulation';
import { describeDone, describePast } from '../../../driver/istio/words';
import { run, stepped } from '../../support/decisions';
import { driven } from '../../support/driven';
import { endedWith, observed, proxyWith, recordWith, releaseWith } from '../../support/observations';
import { installed, withV2 } from '../../support/shop-release';
import { simulatedIo } from '../../support/simulated-io';

const accept = (count: number, by = 'ann'): AcceptLoss => ({
  code: 'accept-loss',
  invariant: 'S3',
  version: 'v1',
  count,
  by,
  at: '2026-11-27T10:00:00Z',
});

describe('in a world with three streams that never end', () => {
  const release = releaseWith('timings: {longestRequest: 2s, drainLimit: 30s}');
  const world = () => World.installed({ ...release, versions: release.versions.slice(0, 1) }, calm({ streams: 3 }), 1);
  const released = (where: World, exceptions: readonly AcceptLoss[] = []) =>
    driven(where.connect(), release, { releaseId: `r${exceptions.length}`, exceptions });
  const lostIn = async (where: World) => {
    await where.runOn(120_000);
    return where.result().lost.map(({ version, isStream }) => ({ version, isStream }));
  };
  const stream = { version: 'v1', isStream: true };

  test('a drain that ends without them names the option, with the number that was counted', async () => {
    const here = world();
    const ending = await released(here);
    expect(ending).toMatchObject({ outcome: 'timed-out', code: 'drain' });
    expect(ending.because).toContain('run the same command with --accept-loss v1=3');
    expect(await lostIn(here)).toEqual([]);
  });

  test('as many as were accepted are cut off, and the outcome and the history say how many and by whom', async () => {
    const here = world();
    await released(here);
    const ending = await released(here, [accept(3)]);
    expect(ending.outcome).toBe('completed');
    const told = 'requests in flight to v1 when it was removed: 3; ann accepted up to 3';
    expect(ending.because).toContain(told);
    const { history } = here.api.readState();
    expect(history.at(-1)).toMatchObject({ accepted: [{ code: 'accept-loss', inFlight: 3, accepted: 3, by: 'ann' }] });
    expect(history.map(describePast).join()).toContain(`accepted: accept-loss (${told})`);
    expect(await lostIn(here)).toEqual([stream, stream, stream]);
    expect(here.result().violations).toEqual([]);
  });

  test('with one more than were accepted none is cut off', async () => {
    const here = world();
    expect(await released(here, [accept(2)])).toMatchObject({ outcome: 'timed-out', code: 'drain' });
    expect(await lostIn(here)).toEqual([]);
  });
});

describe('what leaves with a loss that was accepted', () => {
  const release = releaseWith('timings: {longestRequest: 1s}');
  const gone = { v1: new Date(0).toISOString() };
  const gateway = (activeRequests: number): Proxy => {
    const proxy = proxyWith({ split: { v2: 100 }, marker: 'split@r1.1', subsets: ['v1', 'v2'] });
    const { clusters } = proxy;
    return { ...proxy, clusters: { ...clusters, v1: { ...clusters.v1!, activeRequests } } };
  };
  const settled = { connections: { begun: {}, settledSinceMs: { v1: 0 } } };
  const decided = (
    atPods: InFlight,
    atProxies = 0,
    changes: Partial<Question> = {},
    proxies = [gateway(atProxies)],
  ) => {
    const record = recordWith({ step: 2, unrouted: gone, exceptions: [accept(3)] });
    const both = { split: { v2: 100 }, subsets: ['v1', 'v2'], pods: { v1: 2, v2: 2 } };
    const seen = observed({ ...both, atMs: 60_000, record, proxies, inFlight: { v1: atPods } });
    const memory = { ...nothingRemembered, ...settled };
    return decide({ release, order: run, seen, memory, gateLimitMs: 1, releaseId: 'r1', ...changes });
  };

  it('has its number on record before its subset goes', () => {
    expect(decided(2, 3)).toMatchObject({
      action: { kind: 'write-record', record: { accepted: [{ code: 'accept-loss', inFlight: 3, accepted: 3 }] } },
      because: [{ code: 'cut-off', version: 'v1', inFlight: 3, accepted: 3, by: 'ann' }],
    });
  });

  it.each<[string, InFlight, number]>([
    ['more is in flight at the pods', 4, 0],
    ['more is in flight at the proxies', 0, 4],
    ['a pod cannot be asked', 'unknown', 0],
    ['nobody counts at the pods', 'proxies only', 0],
  ])('stays while %s', (_, atPods, atProxies) => {
    expect(decided(atPods, atProxies)).toMatchObject({ wait: { for: 'drain', until: { code: 'idle' } } });
  });

  it('stays while a proxy cannot be asked, or a request may wait for a connection to it', () => {
    const unreadable: Proxy = { name: 'b', kind: 'gateway', unreadable: 'refused' };
    expect(decided(3, 0, {}, [gateway(0), unreadable])).toMatchObject({ kind: 'wait' });
    expect(decided(3, 0, { memory: nothingRemembered })).toMatchObject({ wait: { until: { code: 'connections' } } });
  });

  it('says in its outcome how many there were', () => {
    const split = { v2: 100 };
    const loss = { code: 'accept-loss', version: 'v1', inFlight: 2, accepted: 3, by: 'ann' } as const;
    const memory = { ...nothingRemembered, ended: endedWith(split, { accepted: [{ code: 'adopted' }, loss] }) };
    const seen = observed({ split, subsets: ['v2'], pods: { v2: 2 } });
    const done = decide({ release: stepped, order: run, seen, memory, gateLimitMs: 1, releaseId: 'r1' });
    if (done.kind !== 'done') throw new Error(`expected an end, found ${JSON.stringify(done)}`);
    expect(done.because).toMatchObject({ losses: [loss] });
    expect(describeDone(done.because)).toBe(
      'every proxy routes by v2-100; requests in flight to v1 when it was removed: 2; ann accepted up to 3',
    );
  });
});

describe('an acceptance', () => {
  it('is on record before anything rests on it, when a release is under way', () => {
    const record = recordWith({ step: 1, exceptions: [accept(3)] });
    const seen = observed({ record, subsets: ['v1', 'v2'], pods: { v1: 2, v2: 2 } });
    const question = { release: stepped, order: run, seen, memory: nothingRemembered, gateLimitMs: 1, releaseId: 'r1' };
    expect(decide({ ...question, exceptions: [accept(5, 'bob')] })).toMatchObject({
      action: { kind: 'write-record', record: { exceptions: [accept(5, 'bob')] } },
      because: [{ code: 'loss-accepted', version: 'v1', count: 5, by: 'bob' }],
    });
    expect(decide({ ...question, exceptions: [accept(3, 'bob')] })).not.toMatchObject({
      because: [{ code: 'loss-accepted' }],
    });
  });

  it('of another number takes the place of the first; the same number leaves the first on record', () => {
    expect(mergedExceptions([accept(3)], [accept(5, 'bob')])).toEqual([accept(5, 'bob')]);
    expect(mergedExceptions([accept(3)], [accept(3, 'bob')])).toEqual([accept(3)]);
  });
});

describe('--accept-loss', () => {
  const io = () => simulatedIo({ file: withV2, installed });

  it.each(['v1', 'v1=', 'v1=all', 'v1=0', 'v1=-1', '=3', 'v1=1.5'])(
    'is refused as %s, before any write',
    async (text) => {
      const here = io();
      expect(await here.run(['run', 'v2', '--accept-loss', text])).toBe(1);
      expect(here.printed.err).toContain('expected VERSION=COUNT for --accept-loss');
      expect(here.world.result().timeline.some(({ text }) => text.endsWith(': written'))).toBe(false);
    },
  );

  it('is refused where nobody counts', async () => {
    const here = io();
    expect(await here.run(['run', 'v2', '--accept-loss', 'v1=3', '--evidence', 'probe'])).toBe(1);
    expect(here.printed.err).toContain('leave --accept-loss out: what nobody counts may be any number');
  });

  it('takes no version for its value, warns of one that is not there, and is no option of an abort', async () => {
    const here = io();
    expect(await here.run(['run', '--accept-loss', 'v7=3', '--accept-loss', 'v1=2', 'v2'])).toBe(0);
    expect(here.printed.err).toContain('warning: --accept-loss names v7, and there is v1');
    expect(await here.run(['abort', '--accept-loss', 'v1=3'])).toBe(1);
    expect(here.printed.err).toContain("unknown option '--accept-loss'");
  });
});
