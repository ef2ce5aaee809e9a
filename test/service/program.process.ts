import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RunningService, runToEnd, stopAll } from './support/running-service';

afterEach(stopAll);

describe('the program', () => {
  test('names every wrong variable, exits 2 and shows no stack trace', async () => {
    const { code, stderr } = await runToEnd({ PORT: 'http', FAULT_DELAY_MS: '-1', DANGEROUS_ENDPOINTS: 'yes' });
    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n')).toEqual([
      'service: wrong environment variables:',
      '  PORT: expected a whole number of 0 to 65535, found "http"',
      '  DANGEROUS_ENDPOINTS: expected on or off, found "yes"',
      '  FAULT_DELAY_MS: expected a whole number of 0 to 129600000, found "-1"',
    ]);
  });

  test('exits 1 when its port is taken', async () => {
    const { port } = await RunningService.start();
    const { code, stderr } = await runToEnd({ PORT: String(port) });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  });

  test.each([[['serve']], [['probe']], [['probe', 'readyz']], [['probe', '/readyz', '/healthz']]])(
    'refuses the arguments %p',
    async (args) => {
      const { code, stderr } = await runToEnd({}, args);
      expect(code).toBe(2);
      expect(stderr).toBe('service: expected no arguments, or: probe /path\n');
    },
  );

  test('warns of a hard stop that is shorter than the longest task, and of faults that are on', async () => {
    const service = await RunningService.start({ HARD_STOP_MS: '9000', FAULT_DELAY_MS: '5' });
    const warnings = service.logs.filter(({ level }) => level === 'warn');
    expect(warnings).toMatchObject([{ longestTaskMs: 15_000, hardStopMs: 9000 }, { faults: { delayMs: 5 } }]);
  });
});

describe('the exec probe', () => {
  const probe = (port: number, path: string) => runToEnd({ PORT: String(port) }, ['probe', path]);

  test('passes with the service and fails with it', async () => {
    const service = await RunningService.start({ MINIMUM_DRAIN_MS: '5000' });
    expect(await probe(service.port, '/readyz')).toMatchObject({ code: 0, stderr: '' });
    await service.terminate();
    const [readiness, liveness] = await Promise.all(['/readyz', '/healthz'].map((path) => probe(service.port, path)));
    expect(readiness).toMatchObject({ code: 1, stderr: 'service: /readyz answered 503\n' });
    expect(liveness).toMatchObject({ code: 0 });
  });

  test('fails when nobody listens', async () => {
    const service = await RunningService.start();
    await service.kill();
    const { code, stderr } = await probe(service.port, '/readyz');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^service: \/readyz: .*ECONNREFUSED/);
  });

  test('fails when a service accepts and does not answer', async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { code, stderr } = await probe((server.address() as AddressInfo).port, '/readyz');
    server.close();
    expect(code).toBe(1);
    expect(stderr).toBe('service: /readyz: no answer within 2000 ms\n');
  });
});
