import fc from 'fast-check';
import { evenShare } from '../../service/faults';
import { ask, heldUploads } from './support/client';
import { RunningService, stopAll } from './support/running-service';

afterEach(stopAll);

describe('the share of errors', () => {
  test('is exact over each hundred calls, and never off by more than one in between', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 300 }), (percent, calls) => {
        const fails = evenShare(percent);
        let failures = 0;
        for (let call = 1; call <= calls; call++) {
          if (fails()) failures++;
          expect(Math.abs(failures - (call * percent) / 100)).toBeLessThan(1);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('a service with faults', () => {
  test('answers the configured share of each /k8s/ route with 500, and nothing else', async () => {
    const { port } = await RunningService.start({ FAULT_ERROR_PERCENT: '25' });
    const statuses = async (path: string) => {
      const answers = [];
      for (let i = 0; i < 8; i++) answers.push((await ask(port, path)).status);
      return answers;
    };
    expect(await statuses('/k8s/demo')).toEqual([200, 200, 200, 500, 200, 200, 200, 500]);
    expect(await statuses('/k8s/longTask?ms=0')).toEqual([200, 200, 200, 500, 200, 200, 200, 500]);
    expect(new Set(await statuses('/ping'))).toEqual(new Set([200]));
    expect(new Set(await statuses('/healthz'))).toEqual(new Set([200]));
  });

  test('delays /k8s/ routes only', async () => {
    const { port } = await RunningService.start({ FAULT_DELAY_MS: '300' });
    const beganMs = performance.now();
    const demo = ask(port, '/k8s/demo').then(() => performance.now() - beganMs);
    const ping = ask(port, '/ping').then(() => performance.now() - beganMs);
    expect(await demo).toBeGreaterThanOrEqual(295);
    expect(await ping).toBeLessThan(await demo);
  });

  test('that starts slowly is alive but neither started nor ready, and refuses early traffic', async () => {
    const service = await RunningService.start({ FAULT_SLOW_START_MS: '1000' });
    const statuses = () =>
      Promise.all(
        ['/healthz', '/startupz', '/readyz', '/k8s/demo', '/metrics'].map(
          async (path) => (await ask(service.port, path)).status,
        ),
      );
    expect(await statuses()).toEqual([200, 503, 503, 503, 200]);
    await service.logged('ready');
    expect(await statuses()).toEqual([200, 200, 200, 200, 200]);
  });

  test('that starts slowly can be ended before it has started', async () => {
    const service = await RunningService.start({ FAULT_SLOW_START_MS: '60000' });
    await service.terminate();
    expect((await service.exited).code).toBe(0);
  });

  test('that exits at once loses the request in flight, as the negative controls need', async () => {
    const service = await RunningService.start({ FAULT_EXIT_AT_ONCE: 'on', MINIMUM_DRAIN_MS: '5000' });
    const [upload] = await heldUploads(service.port, 1);
    service.signal('SIGTERM');
    await upload?.closed;
    expect(upload?.received).toBe('');
    expect((await service.exited).code).toBe(143);
  });

  test('that refuses to drain ends by the hard stop although nothing is in flight', async () => {
    const service = await RunningService.start({ FAULT_REFUSE_DRAIN: 'on', HARD_STOP_MS: '800' });
    await service.terminate();
    expect((await ask(service.port, '/k8s/demo')).status).toBe(200);
    expect((await service.exited).code).toBe(1);
    expect(service.messages).toEqual(expect.arrayContaining(['FAULT_REFUSE_DRAIN: waiting for the hard stop']));
    expect(service.logs.at(-1)).toMatchObject({ level: 'error', inFlight: 0 });
  });
});
