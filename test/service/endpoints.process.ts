import { ask } from './support/client';
import { RunningService, stopAll } from './support/running-service';

const oneMebibyte = 1024 * 1024;

describe('the endpoints', () => {
  let port: number;
  beforeAll(async () => {
    ({ port } = await RunningService.start({ VERSION: 'v7', LONGEST_TASK_MS: '200', PRESTOP_MS: '150' }));
  });
  afterAll(stopAll);

  test('GET /ping answers pong', async () => {
    expect(await ask(port, '/ping')).toMatchObject({ status: 200, body: 'pong' });
  });

  test('GET /version and /k8s/demo name the version', async () => {
    expect(JSON.parse((await ask(port, '/version')).body)).toEqual({ version: 'v7' });
    expect(JSON.parse((await ask(port, '/k8s/demo')).body)).toMatchObject({ version: 'v7' });
  });

  test('GET /k8s/longTask takes as long as it is asked to', async () => {
    const beganMs = performance.now();
    const { status, body } = await ask(port, '/k8s/longTask?ms=120');
    expect({ status, body: JSON.parse(body) as unknown }).toEqual({ status: 200, body: { version: 'v7', ms: 120 } });
    expect(performance.now() - beganMs).toBeGreaterThanOrEqual(118);
  });

  test('GET /k8s/longTask without a length stays within the bound', async () => {
    expect(JSON.parse((await ask(port, '/k8s/longTask')).body)).toMatchObject({ ms: 200 });
  });

  test.each(['201', '-1', '1.5', 'abc', '', '1e2'])('GET /k8s/longTask?ms=%s is refused with the bound', async (ms) => {
    const { status, body } = await ask(port, `/k8s/longTask?ms=${ms}`);
    expect(status).toBe(400);
    expect(JSON.parse(body)).toEqual({ error: 'ms must be a whole number of 0 to 200' });
  });

  test.each([0, 1, 70_000, oneMebibyte])('POST /k8s/demo counts a body of %d bytes', async (bytes) => {
    const answer = await ask(port, '/k8s/demo', { method: 'POST', body: Buffer.alloc(bytes) });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({ version: 'v7', bytes });
  });

  test.each([
    ['declared', {}],
    ['chunked', { 'transfer-encoding': 'chunked' }],
  ])('POST /k8s/demo refuses a larger body, %s', async (_, headers) => {
    const answer = await ask(port, '/k8s/demo', { method: 'POST', body: Buffer.alloc(oneMebibyte + 1), headers });
    expect(answer).toMatchObject({ status: 413, headers: { connection: 'close', 'x-version': 'v7' } });
  });

  test('HEAD is answered like GET, without the body', async () => {
    const got = await ask(port, '/k8s/demo');
    const head = await ask(port, '/k8s/demo', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '', headers: { 'content-length': String(got.body.length) } });
  });

  test.each(['/nope', '/', '/ping/', '/PING', '//ping', '//', '/%', '/%2fping', '/..', '*', '/ping%00', '/__proto__'])(
    '%s is unknown',
    async (path) => {
      expect((await ask(port, path)).status).toBe(404);
    },
  );

  test.each(['/ping', '/ping?a=%', '/ping?', 'http://elsewhere/ping'])('%s is /ping', async (path) => {
    expect(await ask(port, path)).toMatchObject({ status: 200, body: 'pong' });
  });

  test.each([
    ['DELETE', '/k8s/demo', 'GET, HEAD, POST'],
    ['POST', '/ping', 'GET, HEAD'],
    ['OPTIONS', '/readyz', 'GET, HEAD'],
  ])('%s %s is refused with the methods that are allowed', async (method, path, allow) => {
    expect(await ask(port, path, { method })).toMatchObject({ status: 405, headers: { allow, 'x-version': 'v7' } });
  });

  test.each(['/ping', '/k8s/demo', '/healthz', '/readyz', '/startupz', '/metrics', '/version', '/nope', '/k8s/fullgc'])(
    'every answer carries the version: %s',
    async (path) => {
      expect((await ask(port, path)).headers['x-version']).toBe('v7');
    },
  );

  test('the probes are good while serving', async () => {
    for (const path of ['/healthz', '/readyz', '/startupz']) {
      expect(await ask(port, path)).toMatchObject({ status: 200, body: '{"phase":"serving"}\n' });
    }
  });

  test('GET /prestop answers after the configured time', async () => {
    const beganMs = performance.now();
    expect((await ask(port, '/prestop')).status).toBe(200);
    expect(performance.now() - beganMs).toBeGreaterThanOrEqual(148);
  });

  test.each(['/k8s/shutdown', '/k8s/memoryleak', '/k8s/fullgc'])(
    'GET %s is off, and says how to enable it',
    async (path) => {
      const { status, body } = await ask(port, path);
      expect(status).toBe(403);
      expect(JSON.parse(body)).toEqual({ error: `${path} is off; DANGEROUS_ENDPOINTS=on enables it` });
    },
  );
});

describe('the dangerous endpoints, enabled', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await RunningService.start({ DANGEROUS_ENDPOINTS: 'on' });
  });
  afterAll(stopAll);

  test('/k8s/memoryleak holds resident memory', async () => {
    const residentBytes = async () => {
      const { body } = await ask(service.port, '/metrics');
      return Number(/^process_resident_memory_bytes (\S+)$/m.exec(body)?.[1]);
    };
    const before = await residentBytes();
    expect(JSON.parse((await ask(service.port, '/k8s/memoryleak?mb=40')).body)).toEqual({ heldMb: 40 });
    expect((await residentBytes()) - before).toBeGreaterThan(30 * oneMebibyte);
  });

  test('/k8s/memoryleak is bounded in each call', async () => {
    expect((await ask(service.port, '/k8s/memoryleak?mb=65')).status).toBe(400);
  });

  test('/k8s/fullgc reports the heap before and after', async () => {
    const { status, body } = await ask(service.port, '/k8s/fullgc');
    const { beforeBytes, afterBytes } = JSON.parse(body) as { beforeBytes: number; afterBytes: number };
    expect(status).toBe(200);
    expect(afterBytes).toBeLessThan(beforeBytes);
  });

  test('/k8s/shutdown is answered, and drains as SIGTERM does', async () => {
    expect((await ask(service.port, '/k8s/shutdown')).status).toBe(202);
    expect((await service.exited).code).toBe(0);
    expect(service.logs.find(({ msg }) => msg === 'draining')).toMatchObject({ cause: '/k8s/shutdown' });
  });
});
