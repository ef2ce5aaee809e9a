import type { Summary } from '../../e2e/load/tally';
import { Tally } from '../../e2e/load/tally';
import { countCodes } from '../../e2e/support/fortio';
import { splitOfHost } from '../../e2e/support/proxies';
import { expectSplit } from '../../e2e/support/split-bound';
import { expectFortioAgrees, expectNothingLost, PaceNotHeld } from '../../e2e/support/verdict';
import { waitUntil } from '../../e2e/support/wait-until';
import type { Count } from '../../e2e/support/trial';
import { renderTable } from '../../e2e/table';

const summary = (changes: Partial<Summary> = {}): Summary => ({
  scenario: 'test',
  load: 'demo',
  requests: 1000,
  lost: 0,
  byCause: {},
  byVersion: {},
  pace: { held: true, wantedPerSecond: 500, onTime: 1000, unsent: 0, worstLagMs: 3 },
  ...changes,
});
const slowPace = { held: false, wantedPerSecond: 500, onTime: 10, unsent: 7, worstLagMs: 9000 };

describe('a verdict', () => {
  test('is good when nothing was lost at the wanted pace', () => {
    expect(() => expectNothingLost(summary(), summary())).not.toThrow();
  });
  test('is bad for a single lost request, and says why it was lost', () => {
    const bad = summary({ lost: 1, byCause: { 'status 503 NC': 1 } });
    expect(() => expectNothingLost(summary(), bad)).toThrow(/expected 1000 of 1000 answered 200, lost 1.*503 NC/);
  });
  test('is withheld when the load did not hold its pace, or sent nothing', () => {
    expect(() => expectNothingLost(summary({ pace: slowPace }))).toThrow(PaceNotHeld);
    expect(() => expectNothingLost(summary({ requests: 0 }))).toThrow(PaceNotHeld);
  });
  test('is bad, and not withheld, for a request lost at a slow pace', () => {
    expect(() => expectNothingLost(summary({ pace: slowPace, lost: 1 }))).not.toThrow(PaceNotHeld);
    expect(() => expectNothingLost(summary({ pace: slowPace, lost: 1 }))).toThrow(/lost 1/);
  });
  test('of Fortio has to agree', () => {
    const clean = countCodes({ RetCodes: { '200': 50 } });
    const lossy = countCodes({ RetCodes: { '200': 50, '503': 4, '-1': 2 } });
    expect(lossy).toEqual({ requests: 56, lost: 6, byCause: { 'status 503': 4, 'no answer': 2 } });
    expect(() => expectFortioAgrees(clean, 'nothing')).not.toThrow();
    expect(() => expectFortioAgrees(lossy, 'something')).not.toThrow();
    expect(() => expectFortioAgrees(lossy, 'nothing')).toThrow(/found 6 of 56/);
    expect(() => expectFortioAgrees(clean, 'something')).toThrow(/found 0 of 50/);
    expect(() => expectFortioAgrees(countCodes({ RetCodes: {} }), 'nothing')).toThrow(/0 of 0/);
  });
});

describe('the pace', () => {
  const outcome = { number: 0, endedMs: 100, latencyMs: 1, status: 200, version: 'v1', error: null, detail: null };
  const held = (lagsMs: readonly (number | null)[]) => {
    const tally = new Tally();
    for (const lagMs of lagsMs) tally.add({ ...outcome, scheduledMs: 0, startedMs: lagMs });
    return tally.summary('test', 'demo', 500).pace.held;
  };
  const onTime = (count: number) => Array.from({ length: count }, () => 2);

  const late = (count: number) => Array.from({ length: count }, () => 2500);
  test('is held when 95 of 100 requests start in time', () => expect(held([...onTime(95), ...late(5)])).toBe(true));
  test('is not held when fewer do', () => expect(held([...onTime(94), ...late(6)])).toBe(false));
  test('is not held after a long stall', () => expect(held([...onTime(1000), 5001])).toBe(false));
  test('counts what was never sent apart from what was lost', () => {
    const tally = new Tally();
    tally.add({ ...outcome, scheduledMs: 0, startedMs: null, status: null, error: 'not-started' });
    tally.add({ ...outcome, scheduledMs: 0, startedMs: 1, status: null, error: 'timeout' });
    expect(tally.summary('test', 'demo', 500)).toMatchObject({
      requests: 2,
      lost: 1,
      byCause: { timeout: 1 },
      pace: { unsent: 1, held: false },
    });
  });
  test('is not held when a single request was never sent', () => expect(held([...onTime(1000), null])).toBe(false));
});

describe('a split', () => {
  test('within its bound passes, outside it names the range', () => {
    expect(() => expectSplit({ v1: 90, v2: 10 }, { v1: 550, v2: 51 })).not.toThrow();
    expect(() => expectSplit({ v1: 90, v2: 10 }, { v1: 500, v2: 100 })).toThrow(/expected 507 to 573 of 600 answers/);
  });
  test('of 100 allows no other version at all', () => {
    expect(() => expectSplit({ v2: 100 }, { v2: 600 })).not.toThrow();
    expect(() => expectSplit({ v2: 100 }, { v2: 599, v1: 1 })).toThrow(/from v2 at weight 100, found 599/);
  });
  test('is not judged without answers', () => expect(() => expectSplit({ v1: 100 }, {})).toThrow(/found none/));
});

describe('the split that a gateway holds', () => {
  const name = (subset: string) => `outbound|8080|${subset}|demo.shop.svc.cluster.local`;
  const dump = (...routes: Parameters<typeof splitOfHost>[0][]) => routes[0]!;
  const withRoutes = (routes: unknown[]) =>
    dump({
      configs: [{ route_config: { virtual_hosts: [{ domains: ['demo.example.com'], routes: routes as never }] } }],
    });

  test('is read from weighted clusters', () => {
    const clusters = [
      { name: name('v1'), weight: 90 },
      { name: name('v2'), weight: 10 },
    ];
    const route = { match: {}, route: { weighted_clusters: { clusters } } };
    expect(splitOfHost(withRoutes([route]), 'demo.example.com')).toEqual({ v1: 90, v2: 10 });
  });
  test('is read from a single cluster, past routes for chosen users', () => {
    const chosen = { match: { headers: [{}] }, route: { cluster: name('v2') } };
    const rest = { match: {}, route: { cluster: name('v1') } };
    expect(splitOfHost(withRoutes([chosen, rest]), 'demo.example.com')).toEqual({ v1: 100 });
  });
  test('is nothing for a host without a route', () => {
    expect(splitOfHost(withRoutes([]), 'demo.example.com')).toBeNull();
    expect(splitOfHost({}, 'demo.example.com')).toBeNull();
  });
});

describe('waiting', () => {
  test('ends when the claim is true, and survives looks that fail', async () => {
    let looks = 0;
    const look = () => {
      looks += 1;
      if (looks === 1) throw new Error('no answer');
      return looks === 3 || 'not yet';
    };
    await waitUntil('the third look', look, { everyMs: 1 });
    expect(looks).toBe(3);
  });
  test('gives up with what it waited for and what it saw last', async () => {
    const limit = { limitSeconds: 0.01, everyMs: 1 };
    await expect(waitUntil('the pod is ready', () => 'Pending', limit)).rejects.toThrow(
      'waited 0.01 s until the pod is ready; last seen: Pending',
    );
  });
});

test('the closing table has a line for each load, with causes by their number', () => {
  const counts: Count[] = [
    { load: 'demo', requests: 500, lost: 12, byCause: { timeout: 2, 'status 503 NC': 10 } },
    { load: 'Fortio', requests: 50, lost: 0, byCause: {} },
  ];
  const table = renderTable([{ scenario: 'one', passed: false, seconds: 9.6, counts }]).replaceAll(/\u001b\[\d+m/g, '');
  expect(table).toMatch(/one +│ FAILED │ +10 │ demo +│ +500 │ +12 │ 10 × status 503 NC/);
  expect(table).toMatch(/2 × timeout/);
  expect(table).toMatch(/Fortio +│ +50 │ +0 │/);
});
