/** What the driver asked for and got, by time: how much of it belongs to a write is known only afterwards. */

export interface Traffic {
  readonly tunnels: number;
  /** To admin ports, through tunnels. */
  readonly questions: number;
  readonly questionBytes: number;
  /** To the API server itself. */
  readonly requests: number;
  readonly requestBytes: number;
  /** Answered with 429. */
  readonly refused: number;
}

const noTraffic: Traffic = {
  tunnels: 0,
  questions: 0,
  questionBytes: 0,
  requests: 0,
  requestBytes: 0,
  refused: 0,
};

const bucketMs = 10;

export class TrafficLog {
  private readonly buckets = new Map<number, Traffic>();

  add(more: Partial<Traffic>): void {
    const bucket = Math.floor(Date.now() / bucketMs);
    this.buckets.set(bucket, sum(this.buckets.get(bucket) ?? noTraffic, more));
  }

  between(fromMs: number, toMs: number): Traffic {
    const inside = [...this.buckets].filter(([at]) => at * bucketMs >= fromMs - bucketMs && at * bucketMs <= toMs);
    return inside.reduce((total, [, one]) => sum(total, one), noTraffic);
  }
}

function sum(a: Traffic, b: Partial<Traffic>): Traffic {
  return {
    tunnels: a.tunnels + (b.tunnels ?? 0),
    questions: a.questions + (b.questions ?? 0),
    questionBytes: a.questionBytes + (b.questionBytes ?? 0),
    requests: a.requests + (b.requests ?? 0),
    requestBytes: a.requestBytes + (b.requestBytes ?? 0),
    refused: a.refused + (b.refused ?? 0),
  };
}
