import { analyse } from '../../../../driver/istio/analysis';
import { serve } from '../../../support/local-server';
import { releaseOf } from '../../../support/release';
import { VirtualClock } from '../../../support/virtual-clock';

const release = releaseOf({
  analyses: {
    errors: {
      prometheus: { address: 'http://prometheus.test/', query: 'errors{v="{{version}}"}', max: 0.01, count: 2 },
    },
    pings: { requests: { path: '/ping', perSecond: 5, duration: '1s' } },
  },
});

const options = () => ({
  canary: 'v2',
  clock: new VirtualClock(),
  gatewayAddress: undefined as string | undefined,
  signal: new AbortController().signal,
});

test('a Prometheus analysis asks by the given fetch', async () => {
  const asked: string[] = [];
  const fetch = (input: string | URL | Request) => {
    asked.push(input instanceof Request ? input.url : decodeURIComponent(String(input)));
    return Promise.resolve(new Response('{"status":"success","data":{"resultType":"scalar","result":[1,"0"]}}'));
  };
  expect(await analyse(release, 'errors', { ...options(), fetch })).toMatchObject({
    verdict: 'successful',
    numbers: { measured: 2 },
  });
  expect(asked).toEqual(Array(2).fill('http://prometheus.test/api/v1/query?query=errors{v="v2"}&timeout=10s'));
});

test('a Prometheus analysis asks at the address that is right from here, with the credentials', async () => {
  const asked: string[] = [];
  const fetch = (input: string | URL | Request, init?: RequestInit) => {
    const { origin } = new URL(input instanceof Request ? input.url : input);
    asked.push(`${origin} ${new Headers(init?.headers).get('authorization')}`);
    return Promise.resolve(new Response('{"status":"success","data":{"resultType":"scalar","result":[1,"0"]}}'));
  };
  const prometheus = { address: 'http://127.0.0.1:9090', authorization: 'Bearer x' };
  await analyse(release, 'errors', { ...options(), prometheus, fetch });
  expect(asked).toEqual(Array(2).fill('http://127.0.0.1:9090 Bearer x'));
});

test('an analysis by requests asks at the given address', async () => {
  const server = await serve((_, response) => response.setHeader('x-version', 'v2').end());
  const verdict = await analyse(release, 'pings', { ...options(), gatewayAddress: server.address });
  expect(verdict).toMatchObject({ verdict: 'successful', numbers: { byCanary: 5 } });
  await server.close();
});

test('an analysis by requests without an address is inconclusive, and says what is missing', async () => {
  const verdict = await analyse(release, 'pings', options());
  expect(verdict.verdict).toBe('inconclusive');
  expect(verdict.reason).toContain('host:port');
});

test.each(['latency', 'constructor'])('an analysis that is not listed is refused: %s', async (name) => {
  await expect(analyse(release, name, options())).rejects.toThrow(
    `expected one of the analyses: errors, pings; found ${name}`,
  );
});
