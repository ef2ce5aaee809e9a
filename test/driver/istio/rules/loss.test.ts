/** What stands on record of a loss that a person accepted. */
import type { Proxy } from '../../../../driver/istio/observation';
import { both, decideOn } from '../../../support/decisions';
import { observed, proxyWith, recordWith } from '../../../support/observations';

const at = '2026-11-27T10:00:00Z';
const exceptions = [{ code: 'accept-loss', invariant: 'S3', version: 'v1', count: 3, by: 'ann', at }] as const;
const loss = (inFlight: number, version = 'v1') => ({
  code: 'accept-loss',
  version,
  inFlight,
  accepted: 3,
  by: 'ann',
});
const adopted = { code: 'adopted', by: 'bob' };
const settled = { connections: { begun: {}, settledSinceMs: { v1: 0 } } };

/** Three requests of v1 are in flight at its pods. */
const decided = (accepted?: object[], changes: Parameters<typeof observed>[0] = {}) => {
  const marker = 'split@r1.4';
  const gone = { v1: new Date(0).toISOString() };
  const noted = { exceptions: [...exceptions], ...(accepted && { accepted: accepted as { code: string }[] }) };
  const record = recordWith({ step: 6, marker, unrouted: gone, ...noted });
  const proxies: Proxy[] = [proxyWith({ split: { v2: 100 }, marker, subsets: ['v1', 'v2'] })];
  const now = { ...both, split: { v2: 100 }, atMs: 60_000, record, proxies, inFlight: { v1: 3 } };
  return decideOn(observed({ ...now, ...changes }), settled);
};

it('leaves on record what else persons have accepted', () => {
  const others = [adopted, { code: 'of a newer handover', version: 'v1' }, loss(2, 'v0')];
  expect(decided(others)).toHaveProperty('action.record.accepted', [...others, loss(3)]);
  expect(decided()).toHaveProperty('action.record.accepted', [loss(3)]);
});

it('stands there once: with a larger number in place of the smaller', () => {
  expect(decided([adopted, loss(1)])).toHaveProperty('action.record.accepted', [adopted, loss(3)]);
});

it('is one request, too', () => {
  expect(decided(undefined, { inFlight: { v1: 1 } })).toHaveProperty('action.record.accepted', [loss(1)]);
});

it('is not written again for as many, or for fewer: what was counted once stays', () => {
  expect(decided([loss(3)])).toMatchObject({ action: { kind: 'write-subsets', versions: ['v2'] } });
  expect(decided([loss(3)], { inFlight: { v1: 1 } })).toMatchObject({ action: { kind: 'write-subsets' } });
});

it('is not counted on when its Deployment has gone: its pods end with what was on record then', () => {
  const pods = { v1: { isGone: true, pods: 1 }, v2: 2 };
  expect(decided([loss(1)], { pods })).toMatchObject({ action: { kind: 'write-subsets' } });
});
