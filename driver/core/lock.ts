/** The port of the lock: one writer per service (invariant S5). */
import type { NamespacedName } from './namespaced-name';

export interface Lock {
  /** Takes or renews the lock of a service; otherwise tells who holds it. */
  lock(service: NamespacedName, holder: string, ttlSeconds: number): Promise<LockResult>;
  unlock(service: NamespacedName, holder: string): Promise<void>;
}

export type LockResult =
  { readonly held: true } | { readonly held: false; readonly holder: string; readonly since: string };
