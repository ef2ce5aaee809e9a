import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { httpOver, type SignalledGet } from '../../../driver/kubernetes/http-over';
import { requestsInFlight } from '../../../driver/istio/mesh/in-flight';
import { lastErrors } from '../../../driver/istio/mesh/rejections';

const never = new AbortController().signal;

describe('HTTP over a connection', () => {
  let connections: number;
  let socket: Socket;
  let close: () => void;
  let get: SignalledGet;
  beforeEach(async () => {
    connections = 0;
    const server = createServer((request, response) => {
      if (request.url === '/never') return;
      response.statusCode = request.url === '/bad' ? 400 : 200;
      response.end(request.url === '/long' ? 'x'.repeat(5_000) : `answer to ${request.url}`);
    });
    server.on('connection', () => connections++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    get = httpOver(socket, 1_000);
    close = () => {
      socket.destroy();
      server.closeAllConnections();
      server.close();
    };
  });
  afterEach(() => close());

  test('asks one question after the other over the same connection', async () => {
    expect(await Promise.all(['/a', '/b', '/c'].map((path) => get(path, never)))).toEqual([
      'answer to /a',
      'answer to /b',
      'answer to /c',
    ]);
    expect(connections).toBe(1);
  });

  test('fails on an answer that is too long, or no success', async () => {
    await expect(get('/bad', never)).rejects.toThrow('it answered 400: answer to /bad');
    await expect(get('/long', never)).rejects.toThrow('more than 1000 bytes');
  });

  test('ends with the time that it was given', async () => {
    await expect(get('/never', AbortSignal.timeout(20))).rejects.toThrow();
  });

  test('fails when the connection breaks', async () => {
    const asked = get('/never', never);
    setImmediate(() => socket.destroy(new Error('nothing listens on port 15000')));
    await expect(asked).rejects.toThrow('nothing listens on port 15000');
  });
});

test('requests in flight are read from the gauge, whatever labels it has', () => {
  const gauge = 'handover_requests_in_flight';
  expect(requestsInFlight('handover_requests_in_flight 3\nhandover_requests_in_flight_total 9\n', gauge)).toBe(3);
  expect(
    requestsInFlight('handover_requests_in_flight{version="v1"} 1\nhandover_requests_in_flight{a="b"} 2', gauge),
  ).toBe(3);
  expect(() => requestsInFlight('process_cpu 1', gauge)).toThrow('handover_requests_in_flight');
});

test('the last errors of a proxy are told by what was refused', () => {
  const resources = {
    'type.googleapis.com/envoy.config.route.v3.RouteConfiguration': { sent: 'x', lastError: 'duplicate domain' },
    'type.googleapis.com/envoy.config.cluster.v3.Cluster': { sent: 'x' },
  };
  const answer = JSON.stringify([{ proxy: 'a.edge', resources }, { proxy: 'b.edge' }]);
  expect(lastErrors(answer, 'a.edge')).toEqual(['RouteConfiguration: duplicate domain']);
  expect(lastErrors(answer, 'b.edge')).toEqual([]);
});
