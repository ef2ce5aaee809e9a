/** HTTP to a port of a pod, through tunnels that are kept for a while. */
import type { Duplex } from 'node:stream';
import { httpOver, type Get } from './http-over';
import type { PodAddress } from './objects';

export interface Limits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** An answer of a thousand routes is about three megabytes. */
export const defaultLimits: Limits = { timeoutMs: 5_000, maxBytes: 32 * 1024 * 1024 };

/** A connection to a port of a pod. */
export type Connected = Duplex & {
  /** With one that has nothing to do the process may end. */
  ref(): unknown;
  unref(): unknown;
  /** The far end has closed it, whether somebody has read that far or not. */
  readonly isOver?: boolean;
};
export type OpenTunnel = (address: PodAddress, port: number) => Promise<Connected>;

/** A tunnel with nothing to do is closed after this: after several looks, and before a load balancer forgets the connection. */
const idleMs = 30_000;

/** Each costs the driver a connection and some 50 kB, and the API server two connections. */
const mostKept = 1_000;

/** The kubelet does not say that a pod has ended: its tunnel is silent. So a kept one that is silent is soon replaced by a new one. */
const silentLimitMs = 1_000;

interface Line {
  readonly tunnel: Connected;
  readonly get: Get;
}

/**
 * Keeps a tunnel to each pod between two looks: opening one costs more than all questions together. Those that come when there is no
 * room are opened for each look: giving up one for the other would keep none of a thousand that are asked in turn.
 */
export class PodHttp {
  private readonly idle = new Map<string, { readonly line: Line; readonly timer: NodeJS.Timeout }>();

  constructor(
    private readonly open: OpenTunnel,
    private readonly limits: Limits = defaultLimits,
    private readonly most: number = mostKept,
  ) {}

  async converse<T>(address: PodAddress, port: number, conversation: (get: Get) => Promise<T>): Promise<T> {
    const { namespace, pod, uid = '' } = address;
    const key = `${namespace}/${pod}/${uid}:${port}`;
    const { timeoutMs } = this.limits;
    const kept = this.take(key);
    if (!kept) return this.over(key, this.fresh(address, port), conversation, timeoutMs);
    try {
      return await this.over(key, Promise.resolve(kept), conversation, Math.min(silentLimitMs, timeoutMs));
    } catch {
      return this.over(key, this.fresh(address, port), conversation, timeoutMs);
    }
  }

  close(): void {
    for (const key of [...this.idle.keys()]) this.take(key)?.tunnel.destroy();
  }

  private async fresh(address: PodAddress, port: number): Promise<Line> {
    const tunnel = await this.open(address, port);
    return { tunnel, get: httpOver(tunnel, this.limits.maxBytes) };
  }

  private async over<T>(
    key: string,
    opening: Promise<Line>,
    conversation: (get: Get) => Promise<T>,
    silentMs: number,
  ): Promise<T> {
    const deadline = new Deadline(silentMs);
    const whole = this.limits.timeoutMs;
    try {
      const talk = opening.then(({ get }) =>
        conversation(async (path, sieve) => {
          const answer = await get(path, sieve);
          deadline.extendTo(whole);
          return answer;
        }),
      );
      const result = await deadline.for(talk);
      this.keep(key, await opening);
      return result;
    } catch (error) {
      // Also a tunnel that opens after the time is up.
      void opening.then(({ tunnel }) => tunnel.destroy()).catch(() => undefined);
      throw error;
    } finally {
      deadline.clear();
    }
  }

  private take(key: string): Line | undefined {
    const kept = this.idle.get(key);
    if (!kept) return undefined;
    this.idle.delete(key);
    clearTimeout(kept.timer);
    const { tunnel } = kept.line;
    if (tunnel.destroyed || tunnel.isOver) return undefined;
    tunnel.ref();
    return kept.line;
  }

  private keep(key: string, line: Line): void {
    this.take(key)?.tunnel.destroy();
    if (this.idle.size >= this.most) return void line.tunnel.destroy();
    const timer = setTimeout(() => this.take(key)?.tunnel.destroy(), idleMs);
    // Neither lets the process live on.
    timer.unref();
    line.tunnel.unref();
    this.idle.set(key, { line, timer });
  }
}

/** Unlike AbortSignal.timeout it keeps the process alive: a look that waits must not end it without a word. */
class Deadline {
  private readonly beganMs = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private expire: () => void = () => undefined;
  private isOver = false;

  constructor(private limitMs: number) {}

  for<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.expire = () => reject(new Error(`no answer within ${this.limitMs} ms`));
      this.timer = setTimeout(this.expire, this.limitMs);
      work.then(resolve, reject);
    });
  }

  /** Since its beginning; whoever has answered once is there. */
  extendTo(limitMs: number): void {
    if (limitMs <= this.limitMs || this.isOver) return;
    this.limitMs = limitMs;
    clearTimeout(this.timer);
    this.timer = setTimeout(this.expire, this.beganMs + limitMs - performance.now());
  }

  clear(): void {
    this.isOver = true;
    clearTimeout(this.timer);
  }
}
