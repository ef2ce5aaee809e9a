import { RouteMemory } from '../../../../driver/istio/mesh/route-memory';
import { Whole, type Get } from '../../../../driver/kubernetes/http-over';

interface Config {
  readonly updated: string;
  readonly hosts: readonly string[];
  readonly version?: string;
}

/** An Envoy's admin port, as far as route configurations go; it notes what it was asked. */
class Envoy {
  readonly asked: string[] = [];
  configs: Record<string, Config> = {};

  readonly get: Get = (path, sieve = new Whole()) => {
    const query = new URL(path, 'http://envoy').searchParams;
    this.asked.push(query.get('mask') ? 'stamps' : (query.get('name_regex') ?? 'all'));
    const pattern = new RegExp(query.get('name_regex') ?? '');
    const configs = Object.entries(this.configs)
      .filter(([name]) => pattern.test(name))
      .map(([name, { updated, hosts, version = 'p/1' }]) => ({
        version_info: version,
        route_config: {
          name,
          ...(!query.get('mask') && { virtual_hosts: hosts.map((host) => ({ domains: [host] })) }),
        },
        last_updated: updated,
      }));
    sieve.write(Buffer.from(JSON.stringify(configs.length > 0 ? { configs } : {}, null, 1)));
    return Promise.resolve(sieve.end());
  };
}

let envoy: Envoy;
let memory: RouteMemory;
const words = ['shop'];
const read = async (proxy = 'a', wanted = words) => {
  envoy.asked.length = 0;
  const { text, isLate } = await memory.read(envoy.get, proxy, wanted);
  expect(isLate).toBe(envoy.asked.length > 1);
  return text;
};
beforeEach(() => {
  envoy = new Envoy();
  memory = new RouteMemory();
  envoy.configs = {
    '80': { updated: '1', hosts: ['shop', 'other'] },
    'http.8080': { updated: '1', hosts: ['unrelated'] },
  };
});

describe('route configurations of a proxy', () => {
  test('are read whole at first, without what mentions none of the words', async () => {
    const text = await read();
    expect(envoy.asked).toEqual(['all']);
    expect(text).toContain('"shop"');
    expect(text).not.toContain('"other"');
  });

  test('cost a question for their stamps as long as these stay', async () => {
    const before = await read();
    expect(await read()).toBe(before);
    expect(envoy.asked).toEqual(['stamps']);
  });

  test.each([
    ['time', { updated: '2' }],
    ['push', { version: 'p/2' }],
  ])('are read again when the %s of their stamp is another', async (_, change) => {
    await read();
    envoy.configs['80'] = { updated: '1', hosts: ['shop.next'], ...change };
    expect(await read()).toContain('shop.next');
    expect(envoy.asked).toEqual(['stamps', '^(80)$']);
  });

  test('are read when they are new, and forgotten when they have gone', async () => {
    await read();
    envoy.configs = { 'http.9090': { updated: '1', hosts: ['shop.new'] } };
    const text = await read();
    expect(envoy.asked).toEqual(['stamps', String.raw`^(http\.9090)$`]);
    expect(JSON.parse(text)).toMatchObject({ configs: [{ route_config: { name: 'http.9090' } }] });
  });

  test('are read whole for other words, for another pod, and for one that was away', async () => {
    await read();
    expect(await read('a', ['other'])).toContain('"other"');
    expect(envoy.asked).toEqual(['all']);
    await read('b');
    expect(envoy.asked).toEqual(['all']);
    memory.keep(['a']);
    await read('b');
    expect(envoy.asked).toEqual(['all']);
  });

  test('without a stamp, or twice under one name, are no answer', async () => {
    const answers = (...configs: object[]) =>
      memory.read(() => Promise.resolve(JSON.stringify({ configs })), 'c', words);
    const config = { last_updated: '1', route_config: { name: '80' } };
    await expect(answers({ route_config: { name: '80' } })).rejects.toThrow('last_updated');
    await expect(answers(config, config)).rejects.toThrow('found one twice');
  });

  test('are none in a proxy that has learnt nothing yet, and are seen once it has', async () => {
    const { configs } = envoy;
    envoy.configs = {};
    expect(await read()).toBe('{"configs":[]}');
    envoy.configs = configs;
    expect(await read()).toContain('"shop"');
  });
});
