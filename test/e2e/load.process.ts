import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLost, type Outcome } from '../../e2e/load/outcome';
import { runLoad, type LoadOptions } from '../../e2e/load/run-load';
import { systemClock } from '../../e2e/load/schedule';
import { sendRequest } from '../../e2e/load/send-request';
import {
  answer,
  answerAfter,
  breakOff,
  closeSilently,
  misbehavingServer,
  refuse,
  reset,
  stayAway,
  type MisbehavingServer,
  type Treatment,
} from './misbehaving-server';

const folder = mkdtempSync(join(tmpdir(), 'handover-load-'));
afterAll(() => rmSync(folder, { recursive: true }));

let server: MisbehavingServer | undefined;
afterEach(() => server?.close());

/** Every k-th request is treated so; all others are answered. */
const every = (k: number, treatment: Treatment) => (number: number) => (number % k === 0 ? treatment : answer);

async function measure(treatmentOf: (number: number) => Treatment, options: Partial<LoadOptions> = {}) {
  server = await misbehavingServer(treatmentOf);
  return measureAt(server.url, options);
}

async function measureAt(url: string, options: Partial<LoadOptions>) {
  const outcomesFile = join(folder, `${Math.random()}.jsonl`);
  const load = runLoad({
    scenario: 'test',
    load: 'all',
    url,
    headers: { host: 'demo.example.com' },
    ratePerSecond: 500,
    connections: 10,
    maxRequests: 100,
    timeoutMs: 20_000,
    outcomesFile,
    ...options,
  });
  const summary = await load.summary;
  const lines = readFileSync(outcomesFile, 'utf8').trimEnd().split('\n');
  return { summary, outcomes: lines.map((line) => JSON.parse(line) as Outcome) };
}

test('a healthy target loses nothing, and every request is recorded once', async () => {
  const { summary, outcomes } = await measure(() => answer);
  expect(summary).toMatchObject({ requests: 100, lost: 0, byCause: {}, byVersion: { v1: 100 } });
  expect(outcomes.map(({ number }) => number).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  expect(server?.requests()).toBe(100);
});

test('requests are scheduled by the clock: 100 at 500 per second span 198 ms', async () => {
  const { outcomes } = await measure(() => answer);
  const scheduled = outcomes.map(({ scheduledMs }) => scheduledMs);
  expect(Math.max(...scheduled) - Math.min(...scheduled)).toBeCloseTo(198, 3);
  expect(outcomes.every(({ startedMs, scheduledMs }) => startedMs !== null && startedMs >= scheduledMs - 0.1)).toBe(
    true,
  );
});

test('a load over HTTPS takes no answer of a server that speaks HTTP', async () => {
  server = await misbehavingServer(() => answer);
  const tls = { ca: '', serverName: 'demo.example.com' };
  const { summary } = await measureAt(server.url.replace('http:', 'https:'), { maxRequests: 10, tls });
  expect(summary).toMatchObject({ requests: 10, lost: 10 });
  expect(server.requests()).toBe(0);
});

test('a fixed number of connections is opened, kept alive, and shared by all requests', async () => {
  await measure(() => answer);
  expect(server?.requestsByConnection.size).toBe(10);
});

test('in the mode of new connections each request has its own', async () => {
  const { summary } = await measure(() => answer, { connections: 'new' });
  expect(summary).toMatchObject({ requests: 100, lost: 0 });
  expect(server?.requestsByConnection.size).toBe(100);
});

test('answers of 503 are counted exactly, by who gave them', async () => {
  const treatments = [
    answer,
    refuse(503, 'no healthy upstream'),
    refuse(503, ''),
    refuse(503, 'upstream connect error or disconnect/reset before headers. reset reason: connection termination'),
    refuse(503, 'no healthy upstream', { 'x-envoy-upstream-service-time': '1' }),
    refuse(503, 'later', { 'x-version': 'v2' }),
    refuse(404, ''),
    refuse(500, 'boom'),
  ];
  const { summary } = await measure((number) => treatments[number % 8] ?? answer, { maxRequests: 80 });
  expect(summary).toMatchObject({
    requests: 80,
    lost: 70,
    byCause: {
      'status 503 UH': 10,
      'status 503 NC': 10,
      'status 503 UC': 10,
      'status 503 behind the gateway: UH': 10,
      'status 503 from the service': 10,
      'status 404': 10,
      'status 500 "boom"': 10,
    },
    byVersion: { v1: 10, v2: 10 },
  });
});

test('a reset on a connection that has carried an answer is told from one on a new connection', async () => {
  const served = new WeakSet<Socket>();
  let resets = 0;
  const resetWhenReused: Treatment = (response, request) => {
    if (served.has(request.socket)) {
      resets += 1;
      return reset(response, request);
    }
    served.add(request.socket);
    return answer(response, request);
  };
  const { summary } = await measure(() => resetWhenReused);
  expect(resets).toBeGreaterThanOrEqual(40);
  expect(summary).toMatchObject({ requests: 100, lost: resets });
  expect(summary.byCause).toEqual({ 'reset-reused ECONNRESET': resets });
});

test('a reset of a new connection is a reset, and is not sent again', async () => {
  const { summary } = await measure(every(4, reset), { connections: 'new' });
  expect(summary).toMatchObject({ requests: 100, lost: 25, byCause: { 'reset ECONNRESET': 25 } });
  expect(server?.requests()).toBe(100);
});

test('a connection that ends without an answer is a reset', async () => {
  const { summary } = await measure(every(10, closeSilently), { connections: 'new' });
  expect(summary).toMatchObject({ requests: 100, lost: 10, byCause: { 'reset ECONNRESET': 10 } });
});

test('an answer that breaks off is lost, although its status was 200', async () => {
  const { summary, outcomes } = await measure(every(10, breakOff));
  expect(summary).toMatchObject({ requests: 100, lost: 10, byCause: { 'truncated ECONNRESET': 10 } });
  expect(outcomes.filter(({ error }) => error === 'truncated').every(({ status }) => status === 200)).toBe(true);
});

test('a request without an answer ends as a timeout, and its connection is not used again', async () => {
  const { summary } = await measure(every(20, stayAway), { timeoutMs: 1200 });
  expect(summary).toMatchObject({ requests: 100, lost: 5, byCause: { timeout: 5 } });
  expect(server?.requestsByConnection.size).toBe(10);
});

test('a target that does not listen refuses every request', async () => {
  const gone = await misbehavingServer(() => answer);
  gone.close();
  const { summary } = await measureAt(gone.url, { maxRequests: 20 });
  expect(summary).toMatchObject({ requests: 20, lost: 20, byCause: { 'refused ECONNREFUSED': 20 } });
});

test('latency counts from the scheduled time, so that waiting for a connection is seen', async () => {
  const { outcomes } = await measure(() => answerAfter(20), { connections: 1, maxRequests: 10 });
  const last = outcomes.find(({ number }) => number === 9);
  // The tenth waits for nine answers of 20 ms each, and was due after 18 ms.
  expect(last?.latencyMs).toBeGreaterThanOrEqual(170);
});

test('a load that waits for connections did not hold its rate', async () => {
  const slow = await measure(() => answerAfter(150), { connections: 1, maxRequests: 20 });
  expect(slow.summary.lost).toBe(0);
  expect(slow.summary.pace.held).toBe(false);
});

test('an upload is sent in pieces over its whole time, and counts as sent from its first one', async () => {
  const arrivals: number[] = [];
  let bytes = 0;
  const collect: Treatment = (response, request) => {
    request.on('data', (chunk: Buffer) => (arrivals.push(systemClock.now()), (bytes += chunk.length)));
    request.on('end', () => answer(response, request));
  };
  const upload = { bytes: 2_000, durationMs: 300 };
  const { summary, outcomes } = await measure(() => collect, { maxRequests: 1, upload });
  expect(summary).toMatchObject({ requests: 1, lost: 0, pace: { held: true } });
  expect(bytes).toBe(2_000);
  expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(250);
  // A timer of Node may fire a moment early.
  expect(outcomes[0]?.latencyMs).toBeGreaterThan(280);
});

test('an upload that is answered before its end, or cut off, is recorded once', async () => {
  const upload = { bytes: 2_000, durationMs: 200 };
  const { summary } = await measure((number) => (number % 2 === 0 ? refuse(503, '') : reset), {
    maxRequests: 10,
    upload,
  });
  expect(summary).toMatchObject({ requests: 10, lost: 10 });
});

test('a request that never gets a connection says so, and does not count as lost', async () => {
  const busy = { acquire: () => () => {}, release: () => {}, close: () => {} };
  const target = { url: new URL('http://127.0.0.1:1/'), headers: {}, timeoutMs: 20 };
  const { now } = systemClock;
  const outcome = await new Promise<Outcome>((done) =>
    sendRequest(target, busy, { number: 7, scheduledMs: now(), now }, done),
  );
  expect(outcome).toMatchObject({ number: 7, startedMs: null, status: null, error: 'not-started' });
  expect(isLost(outcome)).toBe(false);
});

test('a load that is stopped sends nothing more, and waits for what is under way', async () => {
  server = await misbehavingServer(() => answerAfter(100));
  const outcomesFile = join(folder, 'stopped.jsonl');
  const load = runLoad({
    scenario: 'test',
    load: 'all',
    url: server.url,
    headers: {},
    ratePerSecond: 100,
    connections: 20,
    maxRequests: 1000,
    timeoutMs: 20_000,
    outcomesFile,
  });
  await new Promise((resolve) => setTimeout(resolve, 150));
  load.stop();
  const { requests, lost } = await load.summary;
  expect(requests).toBe(server.requests());
  expect(requests).toBeLessThan(1000);
  expect(lost).toBe(0);
});
