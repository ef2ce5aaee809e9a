/** Requests in flight at a pod or a proxy. They end when their time is over, without an event: events cost time. */
import type { Writer } from './blame';

export interface Request {
  readonly proxy: string;
  readonly subset: string;
  /** Who wrote the route that sent it. */
  readonly sentBy: Writer;
  /** Infinity: a stream. */
  endMs: number;
  isLost: boolean;
  /** Where the proxy counts it, once it was sent. */
  tally?: { errors: number };
}

/** Ended requests are swept out when the list has doubled, and not while it is shorter than this. */
const fewestToSweep = 32;

export class RequestsInFlight {
  private requests: Request[] = [];
  private mostBeforeSweep = fewestToSweep;

  add(request: Request, nowMs: number): void {
    if (this.requests.length >= this.mostBeforeSweep)
      this.mostBeforeSweep = Math.max(fewestToSweep, 2 * this.at(nowMs).length);
    this.requests.push(request);
  }

  /** Those that have not ended yet. */
  at(nowMs: number): readonly Request[] {
    this.requests = this.requests.filter((request) => request.endMs > nowMs);
    return this.requests;
  }

  clear(): void {
    this.requests = [];
  }
}
