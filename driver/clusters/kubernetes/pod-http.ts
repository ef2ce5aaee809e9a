/** HTTP to a port of a pod, through tunnels that are kept for a while. */
import type { KubeConfig } from '@kubernetes/client-node';
import { httpOver, type Get, type SignalledGet } from './http-over';
import type { PodAddress } from './objects';
import { Tunnel } from './tunnel';

export interface Limits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** An answer of a thousand routes is about three megabytes. */
export const defaultLimits: Limits = { timeoutMs: 5_000, maxBytes: 32 * 1024 * 1024 };

/** A tunnel with nothing to do is closed after this: well after the next look, and soon enough to let the process end. */
const idleMs = 1_000;

interface Line {
  readonly tunnel: Tunnel;
  readonly get: SignalledGet;
}

/** Keeps a tunnel to each pod between two looks: opening one costs more than all questions together. */
export class PodHttp {
  private readonly idle = new Map<string, { readonly line: Line; readonly timer: NodeJS.Timeout }>();

  constructor(private readonly config: KubeConfig) {}

  async converse<T>(
    address: PodAddress,
    port: number,
    conversation: (get: Get) => Promise<T>,
    limits: Limits = defaultLimits,
  ): Promise<T> {
    const key = `${address.namespace}/${address.pod}:${port}`;
    const kept = this.take(key);
    // A kept tunnel may have ended without a word, as when the container restarted: only a fresh one is proof of trouble.
    if (kept) return this.over(key, Promise.resolve(kept), conversation, limits).catch(afresh.bind(this));
    return afresh.call(this);

    function afresh(this: PodHttp): Promise<T> {
      const opening = Tunnel.open(this.config, address, port);
      return this.over(key, opening.then(lineOver(limits)), conversation, limits);
    }
  }

  private async over<T>(
    key: string,
    opening: Promise<Line>,
    conversation: (get: Get) => Promise<T>,
    limits: Limits,
  ): Promise<T> {
    const signal = AbortSignal.timeout(limits.timeoutMs);
    const talk = opening.then(({ get }) => conversation((path) => get(path, signal)));
    try {
      const result = await within(signal, limits, talk);
      this.keep(key, await opening);
      return result;
    } catch (error) {
      // Also a tunnel that opens after the time is up.
      opening.then(
        ({ tunnel }) => tunnel.destroy(),
        () => undefined,
      );
      throw error;
    }
  }

  private take(key: string): Line | undefined {
    const kept = this.idle.get(key);
    this.idle.delete(key);
    clearTimeout(kept?.timer);
    return kept?.line.tunnel.destroyed || kept?.line.tunnel.readableEnded ? undefined : kept?.line;
  }

  private keep(key: string, line: Line): void {
    this.take(key)?.tunnel.destroy();
    const timer = setTimeout(() => this.take(key)?.tunnel.destroy(), idleMs);
    this.idle.set(key, { line, timer });
  }
}

function lineOver({ maxBytes }: Limits): (tunnel: Tunnel) => Line {
  return (tunnel) => ({ tunnel, get: httpOver(tunnel, maxBytes) });
}

function within<T>(signal: AbortSignal, { timeoutMs }: Limits, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${timeoutMs} ms`)), { once: true });
    work.then(resolve, reject);
  });
}
