import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { httpOver, type Get } from '../../../driver/kubernetes/http-over';
import { requestsInFlight } from '../../../driver/istio/mesh/in-flight';
import { lastErrors } from '../../../driver/istio/mesh/rejections';

function raise(message: string): never {
  throw new Error(message);
}

describe('HTTP over a connection', () => {
  let connections: number;
  let socket: Socket;
  let close: () => void;
  let get: Get;
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
    expect(await Promise.all(['/a', '/b', '/c'].map((path) => get(path)))).toEqual([
      'answer to /a',
      'answer to /b',
      'answer to /c',
    ]);
    expect(connections).toBe(1);
  });

  test('sends questions that are asked at once in one go, and never a third before an answer: Envoy would hang up', async () => {
    const sent = jest.spyOn(socket, 'write');
    const asked = ['/a', '/b', '/c', '/d'].map((path) => get(path));
    await new Promise<void>((resolve) => process.nextTick(resolve));
    expect(sent).toHaveBeenCalledTimes(1);
    await Promise.all(asked);
    const questions = sent.mock.calls.map(([text]) => [...String(text).matchAll(/GET (\S+)/g)].map(([, path]) => path));
    expect(questions.flat()).toEqual(['/a', '/b', '/c', '/d']);
    expect(questions[0]).toEqual(['/a', '/b']);
  });

  test('refuses a path that would be two questions', async () => {
    await expect(get('/a HTTP/1.1\r\n\r\nGET /b')).rejects.toThrow('characters that no URL has');
    expect(await get('/c')).toBe('answer to /c');
  });

  test('fails for all that was asked when one answer cannot be understood, and when its sieve fails', async () => {
    const broken = { write: () => undefined, end: () => raise('no dump') };
    const asked = [get('/a'), get('/b', broken), get('/c')];
    expect(await Promise.allSettled(asked)).toMatchObject([
      { value: 'answer to /a' },
      { reason: { message: 'no dump' } },
      { reason: { message: 'no dump' } },
    ]);
    await expect(get('/d')).rejects.toThrow('closed');
  });

  test('fails on an answer that is too long, or no success', async () => {
    await expect(get('/bad')).rejects.toThrow('it answered 400: answer to /bad');
    await expect(get('/long')).rejects.toThrow('more than 1000 bytes');
  });

  test('fails when the connection breaks', async () => {
    const asked = get('/never');
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
