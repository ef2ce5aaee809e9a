import fc from 'fast-check';
import type { RequestListener } from 'node:http';
import { askPrometheus, fillIn } from '../../../../driver/istio/analysis/prometheus';
import { measure } from '../../../../driver/istio/analysis/prometheus-query';
import { closedAddress, serve, type LocalServer } from '../../../support/local-server';
import { releaseOf } from '../../../support/release';
import { VirtualClock } from '../../../support/virtual-clock';

const release = releaseOf();
let server: LocalServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

function options(given: { clock?: VirtualClock; signal?: AbortSignal; timeoutMs?: number } = {}) {
  const signal = new AbortController().signal;
  return { canary: 'v2', clock: new VirtualClock(), fetch: globalThis.fetch, signal, timeoutMs: 5_000, ...given };
}

const success = (resultType: string, result: unknown) =>
  JSON.stringify({ status: 'success', data: { resultType, result } });
const series = (...values: string[]) =>
  success(
    'vector',
    values.map((value) => ({ metric: {}, value: [1_700_000_000.5, value] })),
  );

async function answering(body: string, status = 200, path = '') {
  server = await serve((_, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(body));
  return measure(`http://${server.address}${path}`, 'up', options());
}

describe('one measurement', () => {
  it.each([
    ['a scalar', success('scalar', [1_700_000_000, '0.25']), 0.25],
    ['a vector of one series', series('99.5'), 99.5],
    ['an infinite value', series('+Inf'), Infinity],
    ['a negative infinite value', series('-Inf'), -Infinity],
    ['a number with an exponent', series('1e-7'), 1e-7],
    ['NaN', series('NaN'), Number.NaN],
    ['a sample without text', series(''), Number.NaN],
  ])('reads %s', async (_, body, value) => {
    expect(await answering(body)).toEqual({ value });
  });

  it.each([
    ['an empty vector', series(), 200, /empty result/],
    ['several series', series('1', '2'), 200, /2 series as its result, not one/],
    ['a matrix', success('matrix', []), 200, /a matrix as its result, not one number/],
    ['a string', success('string', [1, 'x']), 200, /a string as its result, not one number/],
    [
      'a query that is refused',
      JSON.stringify({ status: 'error', errorType: 'bad_data', error: 'parse error' }),
      400,
      /refused the query: bad_data: parse error/,
    ],
    ['an HTTP error', 'upstream connect error', 503, /answered with status 503/],
    [
      'a number from a part of the data only',
      JSON.stringify({ ...(JSON.parse(series('1')) as object), warnings: ['store unreachable'] }),
      200,
      /^Prometheus warns: store unreachable$/,
    ],
    [
      'a text that a terminal would obey',
      JSON.stringify({ status: 'error', errorType: 'e', error: `\u001b[2J\n${'x'.repeat(500)}` }),
      400,
      /^Prometheus refused the query: e: \[2J x{100,200}…$/,
    ],
    ['more than fits into memory', `"${'x'.repeat(1_000_001)}"`, 200, /longer than one number/],
    ['credentials that are not accepted', 'denied', 401, /status 401: set HANDOVER_PROMETHEUS_AUTHORIZATION/],
    ['a page that is not JSON', '<html>', 200, /not one of Prometheus/],
    ['JSON that is something else', '{"status":"success"}', 200, /not one of Prometheus/],
  ])('is missing, with its reason, for %s', async (_, body, status, reason) => {
    expect(await answering(body, status)).toEqual({ missing: expect.stringMatching(reason) as string });
  });

  it('is missing when nothing listens, or nothing answers in time', async () => {
    expect(await measure(`http://${await closedAddress()}`, 'up', options())).toEqual({
      missing: expect.stringMatching(/could not be asked: .*ECONNREFUSED/) as string,
    });
    server = await serve(() => undefined);
    expect(await measure(`http://${server.address}`, 'up', options({ timeoutMs: 50 }))).toEqual({
      missing: 'Prometheus did not answer within 0.05 s',
    });
  });

  it('is missing for a redirect, which is not followed: another server is not the one to be trusted', async () => {
    const asked: string[] = [];
    server = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(302, { location: '/login?state=secret' }).end();
    });
    expect(await measure(`http://${server.address}`, 'up', options())).toEqual({
      missing: `Prometheus answered with status 302, a redirect to http://${server.address}/login: if that is Prometheus, give its address`,
    });
    expect(asked).toHaveLength(1);
  });

  it('carries the credentials, and has them in no reason', async () => {
    const authorization = 'Bearer s3cr3t';
    const seen: (string | undefined)[] = [];
    server = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(500).end(request.headers.authorization);
    });
    const answered = await measure(`http://${server.address}`, 'up', { ...options(), authorization });
    const invalid = await measure(`http://${server.address}`, 'up', {
      ...options(),
      authorization: 'Bearer s3cr3t\n\0',
    });
    const refused = await measure(`http://${await closedAddress()}`, 'up', { ...options(), authorization });
    expect(seen).toEqual([authorization]);
    expect(JSON.stringify([answered, invalid, refused])).not.toContain('s3cr3t');
  });

  it('names what is wrong with a certificate, or with something that speaks no TLS', async () => {
    server = await serve((_, response) => response.end());
    expect(await measure(`https://${server.address}`, 'up', options())).toEqual({
      missing: expect.stringMatching(/could not be asked: ERR_SSL/) as string,
    });
  });

  it.each(['', '/', '/prometheus', '/prometheus/'])('asks below the path of the address, %j', async (path) => {
    const asked: (string | undefined)[] = [];
    server = await serve((request, response) => {
      asked.push(request.url);
      response.end(series('1'));
    });
    await measure(`http://${server.address}${path}`, 'sum(up{a="b&c"}) + 1', options());
    const prefix = path.replace(/\/$/, '');
    expect(asked).toEqual([
      `${prefix}/api/v1/query?${new URLSearchParams({ query: 'sum(up{a="b&c"}) + 1', timeout: '5s' }).toString()}`,
    ]);
  });
});

describe('an analysis', () => {
  const settings = {
    query: 'rate{v="{{version}}"}[{{interval}}]',
    min: 99,
    intervalSeconds: 5,
    count: 3,
    maxFailures: 0,
  };

  async function ask(values: (string | undefined)[], given: object = {}, opts = options()) {
    let index = 0;
    const asked: string[] = [];
    const listener: RequestListener = (request, response) => {
      asked.push(new URL(request.url ?? '', 'http://local').searchParams.get('query') ?? '');
      const value = values[index++];
      response.end(value === undefined ? series() : series(value));
    };
    server = await serve(listener);
    const all = { ...settings, address: `http://${server.address}`, ...given };
    return { verdict: await askPrometheus(release, all, opts), asked, tookMs: opts.clock.nowMs() };
  }

  it('takes one measurement after each interval, about the version on trial', async () => {
    const { verdict, asked, tookMs } = await ask(['99', '100', '99.5']);
    expect(verdict.verdict).toBe('successful');
    expect(asked).toEqual(Array(3).fill('rate{v="v2"}[5s]'));
    expect(tookMs).toBe(15_000);
  });

  it('ends as soon as it has failed', async () => {
    const { verdict, asked } = await ask(['99', '10', '99']);
    expect(verdict).toMatchObject({ verdict: 'failed', numbers: { measured: 2, failed: 1 } });
    expect(asked).toHaveLength(2);
  });

  it('is inconclusive when one measurement is missing', async () => {
    const { verdict } = await ask(['99', undefined, '100']);
    expect(verdict.verdict).toBe('inconclusive');
    expect(verdict.reason).toBe('1 of 3 measurements are missing: the query has an empty result');
  });

  it('is inconclusive when it is interrupted', async () => {
    const { verdict, asked } = await ask(['99', '99', '99'], {}, options({ signal: AbortSignal.abort() }));
    expect(verdict).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('interrupted') as string,
    });
    expect(asked).toEqual([]);
  });
});

describe('a placeholder', () => {
  it('is replaced wherever it stands; another text in braces is left alone', () => {
    const values = { version: 'v2', name: 'demo' };
    expect(fillIn('a{v="{{version}}",n="{{ name }}",v2="{{version}}",x="{{pod}}"}', values)).toBe(
      'a{v="v2",n="demo",v2="v2",x="{{pod}}"}',
    );
    expect(fillIn('{{constructor}}', values)).toBe('{{constructor}}');
  });

  it('never ends the string that it stands in, whatever its value', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', "'", '`', '\\', '\n', 'a', '$', '&', '}') }), (value) => {
        const literal = fillIn('"{{version}}"', { version: value });
        // A PromQL string ends at the first quote that no backslash escapes, and has no line breaks.
        expect(literal).toMatch(/^"(\\.|[^"\\\n])*"$/);
        const unescaped = literal
          .slice(1, -1)
          .replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
        expect(unescaped).toBe(value);
      }),
    );
  });
});
