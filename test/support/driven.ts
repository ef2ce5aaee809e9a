/** A release of v2 in a simulated world, by one driver: what a test does not care for is the same everywhere. */
import type { Ending } from '../../driver/core/ending';
import { drive, type Drive } from '../../driver/istio/drive';
import type { World } from '../../driver/istio/simulation';
import type { Release } from '../../model';
import { run } from './decisions';

/** `client` is what `world.connect()` gives, one for each driver. */
export function driven(
  client: ReturnType<World['connect']>,
  release: Release,
  differences: Partial<Drive> = {},
): Promise<Ending> {
  return drive({
    release,
    order: run,
    evidence: 'proxy',
    cluster: client,
    clock: client,
    emit: () => undefined,
    analyse: () => Promise.resolve({ verdict: 'successful', reason: '' }),
    holder: 'driver',
    stop: new AbortController().signal,
    gateLimitMs: 120_000,
    releaseId: 'r1',
    pollMs: 250,
    ...differences,
  });
}
