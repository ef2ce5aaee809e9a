/** What gateways have counted: between two looks, whatever comes and goes. */
import * as fc from 'fast-check';
import { soFar, Tally } from '../../../driver/istio/tally';
import type { Observation, ReadProxy, Sent } from '../../../driver/istio/observation';
import { observed, proxyWith } from '../../support/observations';

type Counts = Readonly<Record<string, Readonly<Record<string, Sent>>>>;

const gateway = (counts: Counts, name = 'gateway-a'): ReadProxy => ({
  ...proxyWith(),
  name,
  clusters: Object.fromEntries(
    Object.entries(counts).map(([version, sent]) => [
      version,
      { state: 'active' as const, healthyEndpoints: 1, activeRequests: 0, connectionsBegun: 0, sent },
    ]),
  ),
});
const at = (seconds: number, ...proxies: Observation['proxies']) =>
  observed({ split: { v1: 100 }, proxies, atMs: seconds * 1000 });
const sent = (requests: number, errors = 0): Sent => ({ requests, errors });

test('what a gateway had counted before is not counted, and what it counts since is', () => {
  const tally = new Tally();
  expect(tally.add(at(0, gateway({ v1: { a: sent(1_000, 9) } })))).toBeUndefined();
  expect(tally.add(at(5, gateway({ v1: { a: sent(1_050, 10) }, v2: { b: sent(5) } })))).toEqual({
    seconds: 5,
    versions: { v1: sent(50, 1), v2: sent(5) },
  });
});

test('several gateways and endpoints are one sum', () => {
  const tally = new Tally();
  const both = (count: number) => [
    gateway({ v1: { a: sent(count), b: sent(count) } }),
    gateway({ v1: { a: sent(count), b: sent(count) } }, 'gateway-b'),
  ];
  tally.add(at(0, ...both(0)));
  expect(tally.add(at(10, ...both(7)))).toEqual({ seconds: 10, versions: { v1: sent(28) } });
});

test('a gateway that comes later begins with what it had, and one whose cluster is new begins from nothing', () => {
  const tally = new Tally();
  tally.add(at(0, gateway({ v1: { a: sent(100) } })));
  const later = gateway({ v1: { a: sent(9_000) } }, 'gateway-b');
  expect(tally.add(at(5, gateway({ v1: { a: sent(30, 1) } }), later))).toEqual({
    seconds: 5,
    versions: { v1: sent(30, 1) },
  });
});

test('looks that do not count, and sidecars, change nothing', () => {
  const tally = new Tally();
  const sidecar: ReadProxy = { ...gateway({ v1: { a: sent(50) } }), name: 'client', kind: 'sidecar' };
  tally.add(at(0, gateway({ v1: { a: sent(0) } }), sidecar));
  expect(tally.add(at(9, proxyWith()))).toBeUndefined();
  expect(tally.add(at(10, gateway({ v1: { a: sent(1) } }), { ...sidecar, name: 'other' }))).toEqual({
    seconds: 10,
    versions: { v1: sent(1) },
  });
});

test('is told at most every five seconds, and at the end what is left', () => {
  const tally = new Tally();
  const told = [0, 2, 4, 6, 8].map((second) => tally.add(at(second, gateway({ v1: { a: sent(second) } }))));
  expect(told.map((counted) => counted?.seconds)).toEqual([undefined, undefined, undefined, 6, undefined]);
  expect(tally.add(at(9, proxyWith()), true)).toEqual({ seconds: 2, versions: { v1: sent(2) } });
  expect(tally.add(at(10, proxyWith()), true)).toBeUndefined();
});

test('is due in the first look, and later only while the release rests: the longer, the more seldom', () => {
  const tally = new Tally();
  expect(tally.isDue(0, undefined)).toBe(true);
  tally.add(at(0, gateway({ v1: { a: sent(0) } })));
  expect(tally.isDue(60_000, undefined)).toBe(false);
  expect([4_999, 5_000].map((now) => tally.isDue(now, 0))).toEqual([false, true]);
  tally.add(at(600, gateway({ v1: { a: sent(0) } })));
  expect([630_000, 661_000].map((now) => tally.isDue(now, 0))).toEqual([false, true]);
  tally.add(at(3_600_000, gateway({ v1: { a: sent(0) } })));
  expect(tally.isDue(3_600_060_000, 0)).toBe(true);
});

test('all that is told adds up to what was sent, however often a counter begins anew', () => {
  const step = fc.record({ add: fc.nat(50), errors: fc.nat(5), isNew: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const tally = new Tally();
      let counter = sent(0);
      let [truth, told, second] = [0, 0, 0];
      const hear = (seen: Observation, isLast = false) =>
        (told += tally.add(seen, isLast)?.versions['v1']?.requests ?? 0);
      hear(at(second, gateway({ v1: { a: counter } })));
      for (const { add, errors, isNew } of steps) {
        // A counter that is lost is lost with what it had since the last look: here nothing.
        const base = isNew && add < counter.requests ? sent(0) : counter;
        counter = sent(base.requests + add, base.errors + Math.min(add, errors));
        truth += add;
        hear(at((second += 2), gateway({ v1: { a: counter } })));
      }
      hear(at(second, proxyWith()), true);
      expect(told).toBe(truth);
    }),
  );
});

test('shown are the rate of the last time and all errors', () => {
  const first = soFar(undefined, { seconds: 5, versions: { v1: sent(50, 2), v2: sent(5, 1) } });
  expect(soFar(first, { seconds: 10, versions: { v2: sent(30, 1) } })).toEqual({
    perSecond: { v2: 3 },
    errors: { v1: 2, v2: 2 },
  });
});
