/** One load: a rate of requests to one target, each recorded as a line of JSON, until the count is reached or it is stopped. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { keepAliveConnections, newConnections, type Tls } from './connections';
import { runSchedule, systemClock } from './schedule';
import { sendRequest } from './send-request';
import { Tally, type Summary } from './tally';
import type { Upload } from './upload';

export interface LoadOptions {
  readonly scenario: string;
  readonly load: string;
  readonly url: string;
  /** With an url that begins with https. */
  readonly tls?: Tls;
  readonly headers: Readonly<Record<string, string>>;
  readonly ratePerSecond: number;
  /** The number of keep-alive connections, or `new`: one for each request. */
  readonly connections: number | 'new';
  /** The bound of the run, in requests and so in time. */
  readonly maxRequests: number;
  readonly timeoutMs: number;
  readonly upload?: Upload;
  /** Where the outcomes go, one JSON object per line, in the order in which the requests ended. */
  readonly outcomesFile: string;
}

export interface Progress {
  readonly ended: number;
  readonly lost: number;
}

export interface RunningLoad {
  progress(): Progress;
  /** Sends nothing more; what is under way still gets its outcome. */
  stop(): void;
  readonly summary: Promise<Summary>;
}

export function runLoad(options: LoadOptions): RunningLoad {
  const { connections: count, ratePerSecond, maxRequests, timeoutMs, tls, upload } = options;
  const connections = count === 'new' ? newConnections(tls) : keepAliveConnections(count, tls);
  const target = { url: new URL(options.url), headers: options.headers, timeoutMs, upload };
  const file = createWriteStream(options.outcomesFile);
  const tally = new Tally();
  let sent = 0;
  let ended = 0;
  let allScheduled = false;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const settle = () => allScheduled && ended === sent && finish();

  const send = (number: number, scheduledMs: number) => {
    sent += 1;
    sendRequest(target, connections, { number, scheduledMs, now: systemClock.now }, (outcome) => {
      ended += 1;
      tally.add(outcome);
      file.write(`${JSON.stringify(outcome)}\n`);
      settle();
    });
  };
  const stop = runSchedule({ ratePerSecond, maxRequests }, systemClock, send, () => {
    allScheduled = true;
    settle();
  });
  const summarize = async () => {
    await finished;
    connections.close();
    file.end();
    await once(file, 'finish');
    return tally.summary(options.scenario, options.load, ratePerSecond);
  };
  return { progress: () => ({ ended, lost: tally.lost }), stop, summary: summarize() };
}
