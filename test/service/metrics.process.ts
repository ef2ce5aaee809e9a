import { ask, eventually, get, heldUploads, inFlight, metric, RawConnection, uploadEnd } from './support/client';
import { RunningService, stopAll } from './support/running-service';

let port: number;
beforeEach(async () => {
  ({ port } = await RunningService.start({ VERSION: 'v7' }));
});
afterEach(stopAll);

const requests = async () =>
  (await ask(port, '/metrics')).body.split('\n').filter((line) => line.startsWith('http_requests_total{'));

describe('the metrics', () => {
  test('count each answer by version, route and status, exactly', async () => {
    for (const path of ['/ping', '/ping', '/k8s/demo', '/nope', '/nope?again', '/k8s/longTask?ms=x', '/k8s/fullgc']) {
      await ask(port, path);
    }
    await ask(port, '/k8s/demo', { method: 'POST', body: 'x' });
    await ask(port, '/ping', { method: 'PUT' });
    expect(await requests()).toEqual([
      'http_requests_total{version="v7",route="/ping",status="200"} 2',
      'http_requests_total{version="v7",route="/k8s/demo",status="200"} 2',
      'http_requests_total{version="v7",route="unmatched",status="404"} 2',
      'http_requests_total{version="v7",route="/k8s/longTask",status="400"} 1',
      'http_requests_total{version="v7",route="/k8s/fullgc",status="403"} 1',
      'http_requests_total{version="v7",route="/ping",status="405"} 1',
    ]);
  });

  test('count what was no request as malformed, and a client that broke off as 499', async () => {
    const garbage = await RawConnection.open(port);
    await garbage.write('not http\r\n\r\n').answers(1);
    const impatient = await RawConnection.open(port);
    impatient.write(get('/k8s/longTask?ms=9000'));
    await eventually(async () => (await inFlight(port)) === 1);
    impatient.reset();
    await eventually(async () => (await inFlight(port)) === 0);
    expect(await metric(port, 'http_requests_total{version="v7",route="malformed",status="400"}')).toBe(1);
    expect(await metric(port, 'http_requests_total{version="v7",route="/k8s/longTask",status="499"}')).toBe(1);
  });

  test('show application requests in flight, without probes, scrapes and the preStop hook', async () => {
    const hook = await RawConnection.open(port);
    hook.write(get('/prestop'));
    await Promise.all([ask(port, '/healthz'), ask(port, '/readyz'), ask(port, '/metrics')]);
    expect(await inFlight(port)).toBe(0);
    const uploads = await heldUploads(port, 3);
    expect(await metric(port, 'handover_requests_in_flight{version="v7"}')).toBe(3);
    await Promise.all(uploads.map((upload) => upload.write(uploadEnd).answers(1)));
    expect(await inFlight(port)).toBe(0);
    uploads.forEach((upload) => upload.destroy());
    hook.destroy();
  });

  test('include those of the process, in the format of Prometheus', async () => {
    const { headers, body } = await ask(port, '/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(body).toMatch(/^process_cpu_seconds_total \d/m);
    expect(body).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m);
  });
});
