/** Requests that a pod or a proxy has in hand. They end by the passing of time alone, which costs no event. */
import type { Writer } from './configuration';

export interface Request {
  readonly proxy: string;
  readonly subset: string;
  /** Who wrote the route that sent it. */
  readonly sentBy: Writer;
  readonly endMs: number;
  isLost: boolean;
}

const fewest = 32;

export class RequestsInHand {
  private requests: Request[] = [];
  private mostBeforeSweep = fewest;

  add(request: Request, nowMs: number): void {
    if (this.requests.length >= this.mostBeforeSweep)
      this.mostBeforeSweep = Math.max(fewest, 2 * this.at(nowMs).length);
    this.requests.push(request);
  }

  at(nowMs: number): readonly Request[] {
    this.requests = this.requests.filter((request) => request.endMs > nowMs);
    return this.requests;
  }

  clear(): void {
    this.requests = [];
  }
}
