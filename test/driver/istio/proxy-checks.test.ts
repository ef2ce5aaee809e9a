import type { ReadProxy } from '../../../driver/istio/observation';
import { planOf } from '../../../driver/istio/plan';
import { decideOn, run } from '../../support/decisions';
import { endedWith, observed, proxyWith, releaseWith } from '../../support/observations';

test('each gateway is asked for the hosts that are let in there, and for no other', () => {
  const hosts = ['public.example.com', 'internal.example.com'];
  const release = { ...releaseWith(), hosts };
  const at = (name: string, host: string, ...there: string[]): ReadProxy => ({
    ...proxyWith(),
    name,
    hosts: [host],
    routes: there.map((each) => ({ host: each, marker: 'split', split: { v1: 100 } })),
  });
  const settling = (...proxies: ReadProxy[]) =>
    decideOn(observed({ proxies }), { ended: endedWith({ v1: 100 }) }, release);
  const outer = at('outer', 'public.example.com', 'public.example.com');
  const inner = at('inner', 'internal.example.com', 'internal.example.com');
  expect(settling(outer, inner).kind).toBe('done');
  expect(planOf(release, run, observed({ proxies: [outer, inner] })).obstacle).toBeUndefined();
  expect(settling(outer, at('inner', 'internal.example.com'))).toMatchObject({
    wait: { for: 'propagation', obstacles: [{ proxy: 'inner', code: 'no-route', host: 'internal.example.com' }] },
  });
});
