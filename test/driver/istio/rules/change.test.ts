import { both, decideOn } from '../../../support/decisions';
import { observed, proxyWith, recordWith } from '../../../support/observations';

it('an abort does not wait for a proxy that is behind: only an apply changes routes before it moves weights', () => {
  const split = { v1: 50, v2: 50 };
  const record = recordWith({ mode: 'abort', step: 3, marker: 'split@r1.3' });
  const behind = proxyWith({ split: { v1: 90, v2: 10 }, marker: 'split@r1.2', subsets: ['v1', 'v2'] });
  expect(decideOn(observed({ ...both, split, record, proxies: [behind] }))).toMatchObject({
    action: { kind: 'write-route', split: { v1: 100 } },
  });
});
