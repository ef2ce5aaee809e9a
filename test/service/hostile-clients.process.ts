import {
  ask,
  eventually,
  get,
  heldUploads,
  inFlight,
  keepAliveAgent,
  RawConnection,
  uploadEnd,
  uploadHead,
} from './support/client';
import { RunningService, stopAll } from './support/running-service';

/** How long the process lives after SIGTERM. */
async function drainMs(service: RunningService): Promise<number> {
  const beganMs = performance.now();
  await service.terminate();
  const { code, atMs } = await service.exited;
  expect(code).toBe(0);
  return atMs - beganMs;
}

describe('the drain is not held', () => {
  afterEach(stopAll);

  test('by connections that send nothing, or idle after a request', async () => {
    const service = await RunningService.start();
    const [silent, idle] = await Promise.all([1, 2].map(() => RawConnection.open(service.port)));
    await idle?.write(get('/ping')).answers(1);
    expect(await drainMs(service)).toBeLessThan(2500);
    await Promise.all([silent?.closed, idle?.closed]);
  });

  test('by a head that never ends: it is refused in time for the end before the hard stop', async () => {
    const service = await RunningService.start({ HARD_STOP_MS: '2000' });
    const connection = await RawConnection.open(service.port);
    connection.write('GET /ping HTTP/1.1\r\nHost: te');
    expect(await drainMs(service)).toBeLessThan(2000);
    await connection.closed;
    expect([connection.statuses, connection.error]).toEqual([[408], undefined]);
    expect(connection.heads[0]).toMatch(/^x-version: dev\r$/im);
  });

  test('by oversized headers, which are refused', async () => {
    const service = await RunningService.start();
    const connection = await RawConnection.open(service.port);
    connection.write(`GET /ping HTTP/1.1\r\nHost: test\r\nX-Large: ${'x'.repeat(200_000)}`);
    await connection.answers(1);
    expect(connection.statuses).toEqual([431]);
    expect(connection.heads[0]).toMatch(/^x-version: dev\r$/im);
    expect(await drainMs(service)).toBeLessThan(5000);
  });

  test('by clients that broke off without their answer, pipelined ones included', async () => {
    const service = await RunningService.start();
    const connection = await RawConnection.open(service.port);
    connection.write(get('/k8s/longTask?ms=9000').repeat(3));
    await eventually(async () => (await inFlight(service.port)) === 3);
    connection.reset();
    await eventually(async () => (await inFlight(service.port)) === 0);
    expect(await drainMs(service)).toBeLessThan(5000);
  });

  test('by an upload that breaks off, is torn, or goes on after its refusal', async () => {
    const service = await RunningService.start();
    const [gone, torn] = await heldUploads(service.port, 2);
    const endless = await RawConnection.open(service.port);
    gone?.destroy();
    await torn?.write('this is no chunk size\r\n').answers(1);
    await endless.write(`${uploadHead.replace('/k8s/demo', '/nope')}3\r\nabc\r\n`).answers(1);
    expect([torn?.statuses, endless.statuses]).toEqual([[400], [404]]);
    expect(await drainMs(service)).toBeLessThan(5000);
  });
});

describe('during the drain', () => {
  afterEach(stopAll);

  test('an upload begun before it is received to its end', async () => {
    const service = await RunningService.start();
    const [upload] = await heldUploads(service.port, 1);
    await service.terminate();
    for (let i = 0; i < 5; i++) {
      upload?.write('2\r\nxy\r\n');
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    await upload?.write(uploadEnd).closed;
    expect(upload?.received).toMatch(/^HTTP\/1\.1 200 [^]*connection: close[^]*"bytes":13\}\n$/i);
    expect((await service.exited).code).toBe(0);
  });

  test('a refused upload may be finished: its answer comes before, and no reset after', async () => {
    const service = await RunningService.start({ MINIMUM_DRAIN_MS: '5000' });
    await service.terminate();
    const outcomes = ['/nope', '/k8s/demo'].map(async (path) => {
      const connection = await RawConnection.open(service.port);
      connection.write(`POST ${path} HTTP/1.1\r\nHost: test\r\nContent-Length: 2000000\r\n\r\n${'x'.repeat(1000)}`);
      await connection.answers(1);
      await connection.write('x'.repeat(1_999_000)).closed;
      return `${connection.statuses.join()} ${connection.error?.code}`;
    });
    expect(await Promise.all(outcomes)).toEqual(['404 undefined', '413 undefined']);
  });

  test('all pipelined requests are answered in order, and only the last answer closes', async () => {
    const service = await RunningService.start();
    const connection = await RawConnection.open(service.port);
    connection.write(get('/k8s/longTask?ms=600') + get('/k8s/demo') + get('/nope') + uploadHead);
    await eventually(async () => (await inFlight(service.port)) === 4);
    await service.terminate();
    await connection.write(uploadEnd).closed;
    expect(connection.statuses).toEqual([200, 200, 404, 200]);
    const closing = connection.heads.map((head) => /^connection: close\r$/im.test(head));
    expect(closing).toEqual([false, false, false, true]);
    expect((await service.exited).code).toBe(0);
  });

  test('a head that was arriving when the listener closed is answered when it has come', async () => {
    const service = await RunningService.start();
    const [fresh, used] = [await RawConnection.open(service.port), await RawConnection.open(service.port)];
    await used.write(get('/ping')).answers(1);
    for (const connection of [fresh, used]) connection.write('GET /k8s/demo HTTP/1.1\r\nHo');
    await service.terminate();
    await service.logged('idle: closed the listener');
    // From now on nobody else can connect, and what is silent is let go.
    const silent = setTimeout(() => [fresh, used].forEach((connection) => connection.write('st: test\r\n\r\n')), 600);
    await Promise.all([fresh.closed, used.closed]);
    clearTimeout(silent);
    expect([fresh.statuses, used.statuses]).toEqual([[200], [200, 200]]);
    expect(fresh.heads[0]).toMatch(/^connection: close\r$/im);
    expect((await service.exited).code).toBe(0);
  });

  test('a request behind the announced close is not processed', async () => {
    const service = await RunningService.start({ MINIMUM_DRAIN_MS: '5000' });
    await service.terminate();
    const connection = await RawConnection.open(service.port);
    // The refused upload keeps its connection open for a moment after the answer that closes it.
    await connection.write(`POST /nope HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nab`).answers(1);
    connection.write(`cd${get('/ping')}`);
    await connection.closed;
    expect(connection.statuses).toEqual([404]);
    expect((await ask(service.port, '/metrics')).body).not.toContain('route="/ping"');
  });
});

describe('one connection', () => {
  afterEach(stopAll);

  test('has few of its pipelined requests in hand, and gets every answer in order', async () => {
    const service = await RunningService.start();
    const connection = await RawConnection.open(service.port);
    const delaysMs = Array.from({ length: 8000 }, (_, index) => (index === 0 ? 3000 : index % 50));
    const tasks = delaysMs.map((ms) => get(`/k8s/longTask?ms=${ms}`));
    connection.write(tasks.join('') + get('/ping', 'Connection: close'));
    // The first answer holds up all others: what has been read until it comes is in hand, a hundred and one read of 64 KiB.
    let most = 0;
    while (connection.received === '') most = Math.max(most, await inFlight(service.port));
    expect(most).toBeGreaterThan(100);
    expect(most).toBeLessThan(1600);
    await connection.closed;
    const answered = [...connection.received.matchAll(/"ms":(\d+)\}/g)].map(([, ms]) => Number(ms));
    expect(answered).toEqual(delaysMs);
    expect(connection.received).toMatch(/pong$/);
  });

  test('that is closed on the side of the client gets all answers that it is owed', async () => {
    const service = await RunningService.start();
    const connection = await RawConnection.open(service.port);
    connection.write(get('/k8s/longTask?ms=300') + get('/ping')).halfClose();
    await connection.closed;
    expect([connection.statuses, connection.error]).toEqual([[200, 200], undefined]);
    expect(connection.received).toMatch(/pong$/);
    expect(await inFlight(service.port)).toBe(0);
  });
});

describe('what is not a proper request', () => {
  let port: number;
  beforeAll(async () => {
    ({ port } = await RunningService.start());
  });
  afterAll(stopAll);

  test.each([
    ['garbage', 'hello\r\n\r\n', [400]],
    ['no Host header', 'GET /ping HTTP/1.1\r\n\r\n', [400]],
    ['a tunnel', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n', [405]],
    ['two lengths', 'POST /k8s/demo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', [400]],
    ['length and chunks', `${uploadHead.slice(0, -2)}Content-Length: 3\r\n\r\n${uploadEnd}`, [400]],
    ['garbage behind a request', `${get('/k8s/longTask?ms=50')}garbage\r\n\r\n`, [200]],
    ['garbage behind pipelined requests', `${get('/k8s/longTask?ms=50')}${get('/ping')}\x00\r\n\r\n`, [200, 200]],
  ])('%s is answered with the version, and the connection closed', async (_, bytes, statuses) => {
    const connection = await RawConnection.open(port);
    connection.write(bytes);
    await connection.closed;
    expect(connection.statuses).toEqual(statuses);
    connection.heads.forEach((head) => expect(head).toMatch(/^x-version: dev\r$/im));
    expect(connection.heads.at(-1)).toMatch(/^connection: close\r$/im);
    expect(await inFlight(port)).toBe(0);
    expect((await ask(port, '/ping')).status).toBe(200);
  });

  test('HTTP/1.0, an unknown expectation and a continued upload are answered', async () => {
    const old = await RawConnection.open(port);
    await old.write('GET /ping HTTP/1.0\r\n\r\n').closed;
    expect(old.received).toMatch(/200 OK[^]*pong$/);
    const agent = keepAliveAgent();
    expect((await ask(port, '/ping', { agent, headers: { expect: 'a miracle' } })).status).toBe(200);
    agent.destroy();
    const continued = await RawConnection.open(port);
    continued.write(get('/x', 'Expect: 100-continue', 'Content-Length: 3').replace('GET /x', 'POST /k8s/demo'));
    await continued.answers(1);
    await continued.write('abc').answers(2);
    expect(continued.statuses).toEqual([100, 200]);
    continued.destroy();
  });
});
