import type { RequestListener, ServerResponse } from 'node:http';
import { askService, targetOf } from '../../../../driver/istio/analysis/requests';
import { closedAddress, serve, type LocalServer } from '../../../support/local-server';
import { releaseOf } from '../../../support/release';
import { VirtualClock } from '../../../support/virtual-clock';

const settings = { path: '/ping?from=handover', perSecond: 20, seconds: 2, maxFailures: 0 };
const release = releaseOf({ hosts: ['demo.example.com'] });
const impatient = { ...release, timings: { ...release.timings, longestRequestSeconds: 0.1 } };

let server: LocalServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function probeServer(listener: RequestListener, given: Partial<typeof settings> = {}, of = release) {
  server = await serve(listener);
  return probeAt(server.address, given, of);
}

function probeAt(gatewayAddress: string, given: Partial<typeof settings> = {}, of = release) {
  const signal = new AbortController().signal;
  return askService(of, { ...settings, ...given }, { canary: 'v2', clock: new VirtualClock(), gatewayAddress, signal });
}

/** Every fourth answer is v2's. */
function byTurns(answerV2: (response: ServerResponse, turn: number) => void): RequestListener {
  let served = 0;
  return (_, response) => {
    const turn = ++served;
    response.setHeader('x-version', turn % 4 === 0 ? 'v2' : 'v1');
    if (turn % 4 === 0) answerV2(response, turn / 4);
    else response.end('pong');
  };
}

test('asks for the path under the name of the release, each time on a new connection, and counts by version', async () => {
  const asked: { url: string; port: number | undefined }[] = [];
  const listener = byTurns((response) => response.end('pong'));
  const verdict = await probeServer((request, response) => {
    asked.push({ url: `${request.headers.host}${request.url}`, port: request.socket.remotePort });
    listener(request, response);
  });
  expect(verdict).toMatchObject({
    verdict: 'successful',
    numbers: { wanted: 40, sent: 40, failed: 0, unclear: 0, byCanary: 10 },
  });
  expect(new Set(asked.map(({ url }) => url))).toEqual(new Set(['demo.example.com/ping?from=handover']));
  expect(new Set(asked.map(({ port }) => port)).size).toBe(40);
});

test("fails on the canary's own errors, and stops asking a version that has failed", async () => {
  const verdict = await probeServer(
    byTurns((response) => {
      response.statusCode = 500;
      response.end();
    }),
    { seconds: 60, maxFailures: 2 },
  );
  expect(verdict.verdict).toBe('failed');
  expect(verdict.reason).toMatch(/^3 failed \(allowed: 2\), 3 by v2; /);
  expect(verdict.numbers.sent).toBeLessThan(100);
});

test('an answer that breaks off in its body is a failure', async () => {
  const cutShort: RequestListener = (_, response) => {
    response.writeHead(200, { 'x-version': 'v2', 'content-length': '100' });
    response.write('half', () => response.destroy());
  };
  const verdict = await probeServer(cutShort);
  expect(verdict.verdict).toBe('failed');
  expect(verdict.reason).toContain('1 that no version answered for');
});

test('a connection closed without an answer is a failure', async () => {
  const verdict = await probeServer(byTurns((response) => response.destroy()));
  expect(verdict.verdict).toBe('failed');
  expect(verdict.reason).toContain('1 × reset');
});

test('a request longer than the longest of the release is a failure', async () => {
  const verdict = await probeServer(
    byTurns(() => undefined),
    { seconds: 1, maxFailures: 3 },
    impatient,
  );
  expect(verdict.verdict).toBe('failed');
  expect(verdict.reason).toContain('4 × timeout');
});

test('failures within what is allowed are a success that names them', async () => {
  const failOnce = byTurns((response, turn) => {
    response.statusCode = turn === 1 ? 503 : 200;
    response.end();
  });
  const verdict = await probeServer(failOnce, { maxFailures: 1 });
  expect(verdict.verdict).toBe('successful');
  expect(verdict.reason).toContain('1 × 503 by v2');
});

test('cannot tell anything when nothing listens at the address', async () => {
  const verdict = await probeAt(await closedAddress());
  expect(verdict.verdict).toBe('inconclusive');
  expect(verdict.reason).toMatch(/^nothing could connect; 40 requests: 40 × refused/);
});

test('cannot tell anything when no answer comes from the canary, or the path is wrong', async () => {
  const onlyV1 = await probeServer((_, response) => response.setHeader('x-version', 'v1').end());
  expect(onlyV1).toMatchObject({ verdict: 'inconclusive', numbers: { byCanary: 0, unclear: 0 } });
  await server?.close();
  const wrongPath = await probeServer((_, response) => response.writeHead(404, { 'x-version': 'v2' }).end());
  expect(wrongPath).toMatchObject({ verdict: 'inconclusive', numbers: { unclear: 40 } });
});

test('the signal ends it at once, requests under way included, and the verdict is inconclusive', async () => {
  const stop = new AbortController();
  let served = 0;
  server = await serve(() => {
    if (++served === 5) stop.abort();
  });
  const options = { canary: 'v2', clock: new VirtualClock(), gatewayAddress: server.address, signal: stop.signal };
  const verdict = await askService(release, settings, options);
  expect(verdict.verdict).toBe('inconclusive');
  expect(verdict.reason).toMatch(/^the analysis was interrupted/);
});

test('a machine too busy to hold the rate gives no verdict', async () => {
  const clock = new VirtualClock();
  server = await serve((_, response) => {
    clock.pass(1_000);
    response.setHeader('x-version', 'v2').end();
  });
  const options = { canary: 'v2', clock, gatewayAddress: server.address, signal: new AbortController().signal };
  const verdict = await askService(release, settings, options);
  expect(verdict.verdict).toBe('inconclusive');
  expect(verdict.reason).toMatch(/^the driver could not send at the wanted rate/);
});

describe('the address of the gateway', () => {
  it.each([
    ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
    ['gateway.example.com:80', { host: 'gateway.example.com', port: 80 }],
    ['[::1]:8080', { host: '::1', port: 8080 }],
  ])('%s is understood', (address, expected) => {
    expect(targetOf(release, '/', address)).toEqual({ ...expected, path: '/', hostHeader: 'demo.example.com' });
  });

  it.each(['localhost', 'http://gateway:80', 'gateway:', 'gateway:99999', '::1:80', 'user@gateway:80'])(
    '%s is refused',
    (address) => {
      expect(() => targetOf(release, '/', address)).toThrow(/expected the gateway's address as host:port/);
    },
  );

  it('a wildcard host is asked for by a name that it covers', () => {
    const wildcard = releaseOf({ hosts: ['*.example.com'] });
    expect(targetOf(wildcard, '/', 'gateway:80').hostHeader).toBe('probe.example.com');
  });
});
