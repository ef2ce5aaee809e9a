import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Api, ApiError } from '../../../driver/kubernetes/api';
import { refusing } from '../../../driver/kubernetes/refusals';
import { Refusal } from '../../../model';
import { closedAddress } from '../../support/local-server';
import { fakeCluster, type FakeCluster } from '../../support/kubernetes';

const path = '/api/v1/namespaces/demo-ns/configmaps/demo';
let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await fakeCluster();
  cluster.server.put(path, { metadata: { name: 'demo' } });
});
afterEach(() => cluster.close());

const refusal = (work: () => Promise<unknown>): Promise<Refusal> =>
  refusing({ server: new URL('https://cluster.test'), getCurrentContext: () => 'staging' }, work).then(
    () => {
      throw new Error('expected a refusal, found success');
    },
    (error: Refusal) => error,
  );

describe('requests', () => {
  test.each([429, 500, 502, 503, 504, 'reset'] as const)('are tried again after %s', async (failure) => {
    cluster.server.fail(failure, failure);
    expect(await cluster.api.get(path)).toMatchObject({ metadata: { name: 'demo' } });
    expect(cluster.waits).toEqual([100, 200]);
  });

  test.each([
    ['1', [1_000]],
    ['0', [100]],
    ['3600', [10_000]],
    ['Fri, 27 Nov 2026 16:00:00 GMT', [100]],
  ])('are tried again when the API server says so, within limits: Retry-After %s', async (after, waits) => {
    let refusals = 0;
    const server = createServer((_, response) => {
      if (refusals++ === 0) response.writeHead(429, { 'Retry-After': after }).end('{"reason":"TooManyRequests"}');
      else response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const slept: number[] = [];
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const api = new Api({ server: url, applyToHTTPSOptions: () => Promise.resolve() }, (ms) =>
      Promise.resolve(slept.push(ms)),
    );
    expect(await api.get(path)).toEqual({});
    expect(slept).toEqual(waits);
    server.close();
  });

  test('for a list are made in pages, anew when they have expired, and only what is asked for is kept', async () => {
    let hasExpired = false;
    const pages: Record<string, object> = {
      '': { items: [1, 2], metadata: { continue: 'a' } },
      a: { items: [3, 4], metadata: { continue: 'b' } },
      b: { items: [5], metadata: { continue: '' } },
    };
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://localhost');
      asked.push(String(searchParams));
      if (searchParams.get('continue') === 'b' && !hasExpired) {
        hasExpired = true;
        return void response.writeHead(410).end('{"reason":"Expired"}');
      }
      response.end(JSON.stringify(pages[searchParams.get('continue') ?? '']));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const api = new Api({ server: url, applyToHTTPSOptions: () => Promise.resolve() });
    const odd = (page: readonly number[]) => page.filter((item) => item % 2 === 1);
    expect(await api.list<number>('/api/v1/pods', { app: 'demo' }, odd)).toEqual([1, 3, 5]);
    const query = 'labelSelector=app%3Ddemo&limit=100';
    const whole = [query, `${query}&continue=a`, `${query}&continue=b`];
    expect(asked).toEqual([...whole, ...whole]);
    server.close();
  });

  test('are given up after a bounded time', async () => {
    cluster.server.fail(...Array.from({ length: 50 }, () => 503));
    await expect(cluster.api.get(path)).rejects.toMatchObject({ status: 503 });
    expect(cluster.waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(15_000);
  });

  describe('after a person has stopped the process', () => {
    /** An API server that counts; `stop` is aborted when `onRequest` does so. */
    async function stoppable(answer: 503 | 'nothing') {
      const stop = new AbortController();
      const asked: string[] = [];
      const server = createServer((request, response) => {
        asked.push(request.method ?? '');
        if (answer === 503) response.writeHead(503, { 'Retry-After': '10' }).end('{}');
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      const entry = { server: url, applyToHTTPSOptions: () => Promise.resolve(), stop: stop.signal };
      const close = () => {
        server.closeAllConnections();
        server.close();
      };
      return { stop, asked, entry, close };
    }

    test('are tried again twice, and at once whatever the server says', async () => {
      const { stop, asked, entry, close } = await stoppable(503);
      stop.abort();
      const slept: number[] = [];
      const api = new Api(entry, (ms) => Promise.resolve(slept.push(ms)));
      await expect(api.get(path)).rejects.toMatchObject({ status: 503 });
      expect([asked.length, slept]).toEqual([3, [200, 400]]);
      close();
    });

    test('wait no longer for the next try', async () => {
      const { stop, asked, entry, close } = await stoppable(503);
      // As the clock of the process: a wait ends early when the signal is aborted.
      const ended = new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
      const api = new Api(entry, (_, signal) => (signal ? ended : Promise.resolve()));
      const answer = expect(api.get(path)).rejects.toMatchObject({ status: 503 });
      while (asked.length === 0) await once(stop.signal, 'none', { signal: AbortSignal.timeout(10) }).catch(() => {});
      stop.abort();
      await answer;
      expect(asked.length).toBeLessThanOrEqual(3);
      close();
    });

    test('wait a second, once, for an answer to a question, and as long as ever for that to a write', async () => {
      const { stop, asked, entry, close } = await stoppable('nothing');
      const api = new Api(entry, () => Promise.resolve());
      const question = expect(api.get(path)).rejects.toThrow('no answer within 1000 ms');
      let isOver = false;
      const write = api.sendOnce({ method: 'PUT', path, body: {} }).finally(() => (isOver = true));
      const broken = expect(write).rejects.toMatchObject({ code: 'ECONNRESET' });
      stop.abort();
      await question;
      expect(asked.toSorted()).toEqual(['GET', 'PUT']);
      expect(isOver).toBe(false);
      close();
      await broken;
    });
  });

  test('that get no answer for a while are told of once, as a silent terminal looks like a program that hangs', async () => {
    const told: string[] = [];
    const server = new URL(`http://${await closedAddress()}`);
    const api = new Api({ server, applyToHTTPSOptions: () => Promise.resolve(), tell: (text) => told.push(text) }, () =>
      Promise.resolve(),
    );
    await expect(api.get(path)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(api.get(path)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(told).toEqual([
      expect.stringMatching(/^the API server \S+ does not answer \(.*ECONNREFUSED.*\); trying again\n$/),
    ]);
  });

  test.each([400, 401, 403, 409, 422])('that are refused with %s are not tried again', async (status) => {
    cluster.server.fail(status);
    await expect(cluster.api.get(path)).rejects.toBeInstanceOf(ApiError);
    expect(cluster.server.requests).toHaveLength(1);
  });

  test('carry the body of a deletion whole, so that its conditions hold', async () => {
    const body = { preconditions: { uid: 'another' } };
    await expect(cluster.api.send({ method: 'DELETE', path, body })).rejects.toMatchObject({ status: 409 });
    expect(cluster.server.requests[0]?.body).toEqual(body);
    expect(await cluster.api.get(path)).toBeDefined();
  });

  test('for an object that is not there find nothing, for an API that is not there they fail', async () => {
    expect(await cluster.api.find(`${path}-2`)).toBeUndefined();
    cluster.server.unknownApis.push('/apis/networking.istio.io');
    await expect(cluster.api.find('/apis/networking.istio.io/v1/namespaces/a/gateways/b')).rejects.toMatchObject({
      status: 404,
    });
  });
});

describe('refusals', () => {
  test('name the right that is missing', async () => {
    const message = 'pods is forbidden: User "u" cannot list resource "pods" in API group "" in the namespace "n"';
    const found = await refusal(() =>
      Promise.reject(new ApiError(403, 'Forbidden', message, { method: 'GET', path: '/api/v1/namespaces/n/pods' })),
    );
    expect(found).toMatchObject({ code: 'forbidden', expected: 'the right to list pods in the namespace "n"' });
    const grouped = message.replace('"pods" in API group ""', '"deployments" in API group "apps"');
    const other = await refusal(() =>
      Promise.reject(new ApiError(403, 'Forbidden', grouped, { method: 'GET', path: '/x' })),
    );
    expect(other.expected).toBe('the right to list deployments.apps in the namespace "n"');
  });

  test('tell Istio that is not installed from a service that is not', async () => {
    cluster.server.unknownApis.push('/apis/networking.istio.io');
    const asked = '/apis/networking.istio.io/v1/namespaces/demo-ns/virtualservices/demo';
    expect(await refusal(() => cluster.api.find(asked))).toMatchObject({
      code: 'no-api',
      expected: 'the API networking.istio.io/v1',
      fix: 'install Istio 1.22 or newer with its CRDs',
    });
  });

  test('say that credentials were not accepted, and of which context', async () => {
    cluster.server.fail(401);
    const found = await refusal(() => cluster.api.get(path));
    expect(found).toMatchObject({ code: 'unauthorized', fix: expect.stringContaining('staging') as string });
  });

  test('say that the API server cannot be reached, after it was tried for a while', async () => {
    await cluster.server.close();
    const found = await refusal(() => cluster.api.get(path));
    expect(found).toMatchObject({ code: 'unreachable', expected: 'an answer from the API server cluster.test' });
    expect(cluster.waits.length).toBeGreaterThan(3);
  });

  test('say the same of a server whose answers tell that it cannot answer now', async () => {
    cluster.server.fail(...Array.from({ length: 20 }, () => 503));
    expect(await refusal(() => cluster.api.get(path))).toMatchObject({
      code: 'unreachable',
      found: expect.stringContaining('503') as string,
    });
  });

  test('carry on what somebody else refused, and hide no mistake of the program', async () => {
    const own = new Refusal('not-installed', 'a', 'b', 'c');
    expect(await refusal(() => Promise.reject(own))).toBe(own);
    const mistake = new TypeError('x is undefined');
    expect(await refusal(() => Promise.reject(mistake))).toBe(mistake);
  });
});
