/**
 * The lock: a Lease that its holder renews. It is free when it was not renewed for its whole duration, as measured here from
 * when this renewal was first seen: the clocks of two machines are never compared, so a wrong one cannot break the lock.
 */
import { lockName } from '../../model';
import type { Clock } from '../core/clock';
import type { LockResult } from '../core/lock';
import type { NamespacedName } from '../core/namespaced-name';
import type { Api } from './api';
import { microTime } from './micro-time';
import type { Lease } from './objects';
import { apiVersionOf, collectionPath, objectPath } from './paths';
import { conditioned } from './conditioned';

/** How often a held lock is looked at, until it is clear whether its holder is alive. */
const lookMs = 500;

/** Waits until it can tell, or is stopped: a holder that is alive renews within seconds, and the lock of a dead one expires. */
export async function takeLock(
  api: Api,
  clock: Clock,
  service: NamespacedName,
  holder: string,
  ttlSeconds: number,
): Promise<LockResult> {
  const { stop } = api;
  let first: { readonly renewal: string; readonly atMs: number } | undefined;
  for (;;) {
    const lease = await api.find<Lease>(leasePath(service));
    if (isFree(lease, holder) || hasExpired(lease, first, clock.monotonicMs())) {
      if (await claim(api, clock, service, lease, holder, ttlSeconds)) return { held: true };
      first = undefined;
      continue;
    }
    const renewal = renewalOf(lease);
    if (stop?.aborted || (first && first.renewal !== renewal)) return heldBy(lease);
    first ??= { renewal, atMs: clock.monotonicMs() };
    await clock.sleep(lookMs, stop);
  }
}

export async function giveLockBack(api: Api, clock: Clock, service: NamespacedName, holder: string): Promise<void> {
  const lease = await api.find<Lease>(leasePath(service));
  if (lease?.spec?.holderIdentity !== holder) return;
  const spec = { ...lease.spec, holderIdentity: '', renewTime: microTime(clock.nowMs()) };
  // A conflict means that somebody has taken it: it is no longer ours to give.
  await conditioned(() => api.send({ method: 'PUT', path: leasePath(service), body: { ...lease, spec } }));
}

function isFree(lease: Lease | undefined, holder: string): boolean {
  const { holderIdentity = '' } = lease?.spec ?? {};
  return holderIdentity === '' || holderIdentity === holder;
}

function hasExpired(lease: Lease | undefined, first: { renewal: string; atMs: number } | undefined, nowMs: number) {
  if (!lease || !first || first.renewal !== renewalOf(lease)) return false;
  return nowMs - first.atMs >= (lease.spec?.leaseDurationSeconds ?? 0) * 1000;
}

/** The resourceVersion changes with every renewal, whatever the holder's clock says. */
function renewalOf(lease: Lease | undefined): string {
  return lease?.metadata.resourceVersion ?? '';
}

function heldBy(lease: Lease | undefined): LockResult {
  const { holderIdentity: holder = 'unknown', acquireTime: since = 'unknown' } = lease?.spec ?? {};
  return { held: false, holder, since };
}

/** False when somebody else was quicker. */
async function claim(
  api: Api,
  clock: Clock,
  service: NamespacedName,
  lease: Lease | undefined,
  holder: string,
  ttlSeconds: number,
): Promise<boolean> {
  const now = microTime(clock.nowMs());
  const { holderIdentity, acquireTime = now, leaseTransitions = 0 } = lease?.spec ?? {};
  const isRenewal = holderIdentity === holder;
  const spec = {
    holderIdentity: holder,
    acquireTime: isRenewal ? acquireTime : now,
    renewTime: now,
    leaseDurationSeconds: ttlSeconds,
    leaseTransitions: isRenewal ? leaseTransitions : leaseTransitions + 1,
  };
  const write = () =>
    lease
      ? api.send({ method: 'PUT', path: leasePath(service), body: { ...lease, spec } })
      : api.create(collectionPath('Lease', service.namespace), {
          apiVersion: apiVersionOf('Lease'),
          kind: 'Lease',
          metadata: { name: lockName(service), namespace: service.namespace },
          spec,
        });
  return (await conditioned(write)) === 'written';
}

function leasePath(service: NamespacedName): string {
  return objectPath('Lease', { namespace: service.namespace, name: lockName(service) });
}
