import {
  ask,
  eventually,
  get,
  heldUploads,
  inFlight,
  keepAliveAgent,
  metric,
  RawConnection,
  uploadEnd,
} from './support/client';
import { RunningService, stopAll } from './support/running-service';

afterEach(stopAll);

/** Starts a task and waits until the service has read it: only then does the drain owe an answer. */
async function taskInFlight(service: RunningService, ms: number, connection: RawConnection): Promise<void> {
  connection.write(get(`/k8s/longTask?ms=${ms}`));
  await eventually(async () => (await inFlight(service.port)) === 1);
}

describe('the shutdown', () => {
  test('exits 0 soon after the minimum drain when nothing is in flight', async () => {
    const service = await RunningService.start({ MINIMUM_DRAIN_MS: '200' });
    const beganMs = performance.now();
    service.signal('SIGTERM');
    const { code, stderr, atMs } = await service.exited;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(atMs - beganMs).toBeGreaterThanOrEqual(198);
    expect(service.messages).toEqual(['listening', 'ready', 'draining', 'idle: closed the listener', 'drained']);
  });

  test('begins with SIGINT too', async () => {
    const service = await RunningService.start();
    service.signal('SIGINT');
    expect((await service.exited).code).toBe(0);
  });

  test('fails readiness at once while liveness and start-up stay good', async () => {
    const service = await RunningService.start({ MINIMUM_DRAIN_MS: '5000' });
    await service.terminate();
    const statuses = ['/readyz', '/healthz', '/startupz'].map(async (path) => (await ask(service.port, path)).status);
    expect(await Promise.all(statuses)).toEqual([503, 200, 200]);
    expect(await metric(service.port, 'handover_draining')).toBe(1);
  });

  test('answers a request begun before it, and tells that client to close the connection', async () => {
    const service = await RunningService.start();
    const connection = await RawConnection.open(service.port);
    await taskInFlight(service, 800, connection);
    await service.terminate();
    expect(service.logs.at(-1)).toMatchObject({ inFlight: 1, oldest: [{ method: 'GET', route: '/k8s/longTask' }] });
    await connection.closed;
    expect(connection.statuses).toEqual([200]);
    expect(connection.heads[0]).toMatch(/^connection: close\r$/im);
    expect(connection.received).toMatch(/\{"version":"dev","ms":800\}\n$/);
    expect((await service.exited).code).toBe(0);
  });

  test('tells a keep-alive client to close with its next answer, and not before', async () => {
    const service = await RunningService.start({ MINIMUM_DRAIN_MS: '5000' });
    const agent = keepAliveAgent();
    expect((await ask(service.port, '/ping', { agent })).headers.connection).toBe('keep-alive');
    await service.terminate();
    expect((await ask(service.port, '/ping', { agent })).headers.connection).toBe('close');
    expect((await ask(service.port, '/nope', { agent })).headers.connection).toBe('close');
  });

  test('refuses nobody while a request holds the listener open, and everybody after', async () => {
    const service = await RunningService.start();
    const [upload] = await heldUploads(service.port, 1);
    await service.terminate();
    const beganMs = performance.now();
    let count = 0;
    // Well beyond the minimum drain of 50 ms: from there on only the upload keeps the service from closing.
    while (performance.now() - beganMs < 300 || count < 30) {
      expect((await ask(service.port, '/k8s/demo')).status).toBe(200);
      count++;
    }
    await upload?.write(uploadEnd).closed;
    expect(upload?.statuses).toEqual([200]);
    await service.exited;
    await expect(ask(service.port, '/ping')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('answers connections that waited in the kernel to be accepted when it began', async () => {
    const service = await RunningService.start({ MINIMUM_DRAIN_MS: '0' });
    service.signal('SIGSTOP');
    const waiting = await Promise.all(Array.from({ length: 50 }, () => RawConnection.open(service.port)));
    waiting.forEach((connection) => connection.write(get('/ping')));
    service.signal('SIGTERM');
    service.signal('SIGCONT');
    await Promise.all(waiting.map(({ closed }) => closed));
    expect(waiting.map(({ statuses, error }) => error?.code ?? statuses.join())).toEqual(Array(50).fill('200'));
    expect((await service.exited).code).toBe(0);
  });

  test('goes on after a request begun while draining, until that is answered too', async () => {
    const service = await RunningService.start({ MINIMUM_DRAIN_MS: '500' });
    await service.terminate();
    expect((await ask(service.port, '/k8s/longTask?ms=700')).status).toBe(200);
    expect((await service.exited).code).toBe(0);
  });

  test('after the minimum drain lets idle connections go, as a late long request would be cut off', async () => {
    const service = await RunningService.start({ MINIMUM_DRAIN_MS: '300' });
    const [upload] = await heldUploads(service.port, 1);
    const idle = await RawConnection.open(service.port);
    expect(await idle.write(get('/ping')).answers(1)).toEqual([expect.stringMatching(/^connection: keep-alive/im)]);
    await service.terminate();
    await idle.closed;
    expect(idle.error).toBeUndefined();
    // The process lives on: it was not its end that closed the connection.
    expect((await ask(service.port, '/k8s/demo')).headers.connection).toBe('close');
    await upload?.write(uploadEnd).closed;
    expect(upload?.statuses).toEqual([200]);
    expect((await service.exited).code).toBe(0);
  });

  test('leaves an idle connection to its client until the client has used it once more', async () => {
    const service = await RunningService.start({ RETIREMENT_MS: '17000' });
    const [used, closed] = [await RawConnection.open(service.port), await RawConnection.open(service.port)];
    for (const connection of [used, closed]) await connection.write(get('/ping')).answers(1);
    const beganMs = performance.now();
    await service.terminate();
    expect(await service.logged('leaving connections to their clients')).toMatchObject({ connections: 2 });
    expect(await used.write(get('/ping')).answers(2)).toEqual([
      expect.stringMatching(/^connection: keep-alive/im),
      expect.stringMatching(/^connection: close/im),
    ]);
    await used.closed;
    expect(service.messages).not.toContain('idle: closed the listener');
    closed.destroy();
    const { code, atMs } = await service.exited;
    expect({ code, errors: [used.error, closed.error] }).toEqual({ code: 0, errors: [undefined, undefined] });
    // It was its clients that the drain waited for, and not the clock.
    expect(atMs - beganMs).toBeLessThan(10_000);
  });

  test('lets idle connections go when the time for their retirement is over', async () => {
    const service = await RunningService.start({ RETIREMENT_MS: '400' });
    const idle = await RawConnection.open(service.port);
    await idle.write(get('/ping')).answers(1);
    const beganMs = performance.now();
    await service.terminate();
    await idle.closed;
    expect((await service.exited).atMs - beganMs).toBeGreaterThanOrEqual(398);
  });

  test('answers each of a thousand requests in flight', async () => {
    const service = await RunningService.start();
    const uploads = await heldUploads(service.port, 1000);
    await service.terminate();
    expect(service.logs.at(-1)).toMatchObject({ inFlight: 1000 });
    await Promise.all(uploads.map((upload) => upload.write(uploadEnd).closed));
    const outcomes = uploads.map(
      ({ statuses, heads }) => `${statuses.join()} ${/^connection: (.*)\r$/im.exec(heads[0] ?? '')?.[1]}`,
    );
    expect(new Set(outcomes)).toEqual(new Set(['200 close']));
    expect((await service.exited).code).toBe(0);
  });

  test('ends a preStop hook that is still waiting', async () => {
    const service = await RunningService.start({ PRESTOP_MS: '60000' });
    const hook = ask(service.port, '/prestop');
    await ask(service.port, '/ping');
    await service.terminate();
    expect((await hook).status).toBe(200);
    expect((await service.exited).code).toBe(0);
  });

  test('is not doubled by the SIGTERM that follows a shutdown by request', async () => {
    const service = await RunningService.start({ DANGEROUS_ENDPOINTS: 'on' });
    const [upload] = await heldUploads(service.port, 1);
    await ask(service.port, '/k8s/shutdown');
    service.signal('SIGTERM');
    await expect(ask(service.port, '/ping')).resolves.toMatchObject({ status: 200 });
    await upload?.write(uploadEnd).closed;
    expect(upload?.statuses).toEqual([200]);
    expect((await service.exited).code).toBe(0);
    expect(service.messages.filter((message) => message === 'draining')).toHaveLength(1);
  });
});

describe('the end by force', () => {
  test('comes at the hard stop, exits 1 and says what was still in flight, without its query', async () => {
    const service = await RunningService.start({ HARD_STOP_MS: '300' });
    const connection = await RawConnection.open(service.port);
    await taskInFlight(service, 14_999, connection);
    const beganMs = performance.now();
    service.signal('SIGTERM');
    const { code, atMs } = await service.exited;
    expect(code).toBe(1);
    expect(atMs - beganMs).toBeGreaterThanOrEqual(295);
    const last = service.logs.at(-1);
    expect(last).toMatchObject({ level: 'error', hardStopMs: 300, inFlight: 1 });
    expect(last?.oldest).toEqual([{ method: 'GET', route: '/k8s/longTask', forMs: expect.any(Number) as number }]);
    expect(JSON.stringify(service.logs)).not.toContain('14999');
  });

  test('comes with a second signal, at once', async () => {
    const service = await RunningService.start();
    const connection = await RawConnection.open(service.port);
    await taskInFlight(service, 9000, connection);
    await service.terminate();
    const beganMs = performance.now();
    service.signal('SIGINT');
    const { code, atMs } = await service.exited;
    expect(code).toBe(1);
    expect(atMs - beganMs).toBeLessThan(5000);
    expect(service.logs.at(-1)).toMatchObject({ msg: 'second signal: ending at once', signal: 'SIGINT', inFlight: 1 });
  });
});
