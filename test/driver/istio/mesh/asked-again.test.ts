import { askedAgain } from '../../../../driver/istio/mesh/asked-again';
import type { ProxyPod } from '../../../../driver/istio/mesh/proxy-pods';
import type { Proxy } from '../../../../driver/istio/observation';

const pods = ['a', 'b', 'c', 'd'].map((name): ProxyPod => ({
  kind: 'gateway',
  pod: { metadata: { name, namespace: 'edge' } },
}));
const having = (name: string, marker: string): Proxy => ({
  name: `${name}.edge`,
  kind: 'gateway',
  clusters: {},
  routes: [{ host: 'shop.example.com', marker, split: {} }],
  namedVersions: [],
});
const isOld = (proxy: Proxy) => 'routes' in proxy && proxy.routes[0]?.marker === 'old';

/** Each ask of one pod takes so long; what it answers is the next of its answers. */
async function look(eachMs: number, answers: Record<string, (Proxy | undefined)[]>) {
  let nowMs = 0;
  const asked: string[] = [];
  const ask = (some: readonly ProxyPod[]) =>
    Promise.resolve(
      some.flatMap(({ pod: { metadata } }) => {
        nowMs += eachMs;
        asked.push(metadata.name);
        return answers[metadata.name]?.shift() ?? [];
      }),
    );
  const proxies = await askedAgain(pods, ask, isOld, () => nowMs);
  return { asked: asked.join(''), proxies };
}

const answers = () => ({
  a: [having('a', 'old'), having('a', 'new')],
  b: [having('b', 'new')],
  c: [having('c', 'old'), undefined],
  d: [{ name: 'd.edge', kind: 'gateway', unreadable: 'no answer' } as const],
});

test('a long look asks those that lacked the live route once more, and the later answer counts', async () => {
  const { asked, proxies } = await look(200, answers());
  expect(asked).toBe('abcdac');
  const { d } = answers();
  // One that has gone meanwhile is gone.
  expect(proxies).toEqual([having('b', 'new'), ...d, having('a', 'new')]);
});

test('one that still lacks it is behind', async () => {
  const { asked, proxies } = await look(200, { a: [having('a', 'old'), having('a', 'old')] });
  expect([asked, proxies]).toEqual(['abcda', [having('a', 'old')]]);
});

test('a short look asks each once', async () => {
  expect((await look(1, answers())).asked).toBe('abcd');
});
