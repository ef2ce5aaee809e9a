/** What a terminal shows of a release. The snapshots are to be looked at: they are the pictures. */
import { hold, waitFor, type Decision, type Waiting } from '../../../../driver/istio/decision';
import { pictureOf } from '../../../../driver/istio/picture';
import { bar } from '../../../../driver/istio/picture/bar';
import { spanText } from '../../../../driver/core/span';
import { both } from '../../../support/decisions';
import { observed, proxyWith, recordWith, releaseWith } from '../../../support/observations';

const release = releaseWith(
  'steps: [{weight: 10}, {pause: 10s}, {weight: 50}, {analyse: errors}, {pause: until promoted}]\n' +
    "analyses: {errors: {prometheus: {address: 'http://p', query: up, max: 0}}}",
);
const proxies = [proxyWith(), { ...proxyWith(), name: 'gateway-b' }, { ...proxyWith(), name: 'gateway-c' }];
const at = (step: number, split: Readonly<Record<string, number>>) =>
  observed({ ...both, split, record: recordWith({ step }), proxies, atMs: 4_000 });

function picture(seen: ReturnType<typeof observed>, decision: Decision, waitedMs = 0, columns = 80): string {
  return pictureOf(release, { seen, decision, elapsedMs: 72_000, waitedMs }, columns).join('\n');
}

const behind = [
  { code: 'old-route', host: 'demo.example.com', marker: 'split@r1.2', proxy: 'gateway-b' },
  { code: 'old-route', host: 'demo.example.com', marker: 'split@r1.2', proxy: 'gateway-c' },
] as const;

test('a pause: the course, the shares, what remains, what is ahead', () => {
  const wait = waitFor({ for: 'pause', remainingSeconds: 6 });
  expect(picture(at(2, { v1: 90, v2: 10 }), wait)).toMatchSnapshot();
});

test('who only looks compares no clocks: the pause under way is told as the most that it may take', () => {
  const later = { ...at(2, { v1: 90, v2: 10 }), atMs: Date.parse('2040-01-01') };
  const watched = (ms: number) => ({
    ...later,
    state: {
      resourceVersion: '1',
      history: [],
      kept: {},
      current: { record: recordWith(), watched: { since: recordWith().since, ms } },
    },
  });
  const lines = (seen: typeof later) => pictureOf(release, { seen, elapsedMs: 0, waitedMs: 0 }, 80).join('\n');
  expect(lines(later)).toContain('ahead: pauses of at most 10 s, and a pause that waits for you');
  expect(lines(watched(4_000) as never)).toContain('ahead: pauses of at most 6 s');
});

test('what gateways count stands beside each version', () => {
  const counted = { perSecond: { v1: 110.4, v2: 9.96 }, errors: { v2: 1 } };
  const moment = { seen: at(2, { v1: 90, v2: 10 }), elapsedMs: 0, waitedMs: 0, counted };
  const lines = pictureOf(release, moment, 80).join('\n');
  expect(lines).toContain('  90 %  2/2 pods  110 requests/s, 0 errors\n');
  expect(lines).toContain('  10 %  2/2 pods  10.0 requests/s, 1 error');
});

test('in detail every proxy that is behind, every proxy and the images are named', () => {
  const wait: Waiting = waitFor({ for: 'propagation', obstacles: behind }, 300_000);
  const moment = { seen: at(3, { v1: 50, v2: 50 }), decision: wait, elapsedMs: 0, waitedMs: 0 };
  const lines = pictureOf(release, moment, 100, true).join('\n');
  expect(lines).toContain('  gateway-b still routes demo.example.com by split@r1.2\n  gateway-c still routes');
  expect(lines).toMatch(/v1 is \S+\n {2}v2 is \S+\n {2}proxies, by the evidence proxy:\n {2}gateway-a {2}split/);
});

test('propagation is a count; after a second also the first proxy that is behind, and the limit', () => {
  const wait: Waiting = waitFor({ for: 'propagation', obstacles: behind }, 300_000);
  const seen = at(3, { v1: 50, v2: 50 });
  expect(picture(seen, wait)).toContain('  1 of 3 proxies have the new route\n');
  expect(picture(seen, wait, 2_000)).toMatchSnapshot();
});

test('a wait that lasts says what a person can do', () => {
  const wait = waitFor({ for: 'pods', version: 'v2', available: 0, needed: 2, trouble: 'ImagePullBackOff' }, 120_000);
  expect(picture(at(0, { v1: 100 }), wait, 29_000)).not.toContain('kubectl');
  expect(picture(at(0, { v1: 100 }), wait, 30_000)).toMatchSnapshot();
});

test('a hold is told in its words', () => {
  const seen = at(4, { v1: 50, v2: 50 });
  expect(picture(seen, hold({ code: 'only-healthy', split: { v1: 100 } }))).toContain('all traffic is on v1-100');
});

test('many steps do not push out what is waited for: those far away are counted, and detail has them all', () => {
  const steps = Array.from({ length: 14 }, (_, index) => `{weight: ${(index + 1) * 5}}, {pause: 10s}`).join(', ');
  const many = releaseWith(`steps: [${steps}]`);
  const seen = observed({ ...both, split: { v1: 50, v2: 50 }, record: recordWith({ step: 19 }), proxies });
  const lines = (columns: number, isDetailed = false) =>
    pictureOf(many, { seen, elapsedMs: 0, waitedMs: 0 }, columns, isDetailed).slice(2);
  expect(lines(80).slice(0, 2)).toEqual([
    '  ✔ 16 steps   ✔ pause 10 s   ✔ 45 %   ✔ pause 10 s   ● 50 %   ○ pause 10 s',
    '  ○ 55 %   ○ pause 10 s   ○ 8 steps',
  ]);
  expect(lines(40)[0]).toBe('  ✔ 19 steps   ● 50 %   ○ 11 steps');
  expect(
    lines(80, true)
      .join(' ')
      .match(/pause 10 s/g),
  ).toHaveLength(14);
});

test('a name that is too long to stand beside its bar has a line of its own, and is whole', () => {
  const name = `v2-${'x'.repeat(50)}`;
  const record = recordWith({ canary: name });
  const seen = observed({ split: { v1: 90, [name]: 10 }, pods: { v1: 2, [name]: 2 }, record });
  const lines = pictureOf(release, { seen, elapsedMs: 72_000, waitedMs: 0 }, 60);
  expect(lines.slice(1, 3)).toEqual([`demo in shop${' '.repeat(37)}1 min 12 s`, '  v1 →']);
  expect(lines.join('\n')).toContain(`  ${name}\n      █░░░`);
});

test('without a release there is no course', () => {
  const seen = observed({ ...both });
  expect(picture(seen, waitFor({ for: 'health' }))).toMatch(/^\ndemo in shop {2}no release is under way/);
});

test('after the last write the picture says what is still waited for, until somebody goes on from there', () => {
  const record = recordWith({ step: 5, marker: 'v1-0_v2-100' });
  const ending = { split: { v2: 100 }, marker: record.marker };
  const state = { resourceVersion: '1', history: [], kept: {}, current: { record, ending, of: {}, restored: [] } };
  const seen = { ...observed({ ...both, split: { v2: 100 }, marker: record.marker }), state };
  const wait = waitFor({ for: 'propagation', obstacles: behind.slice(0, 1) }, 120_000);
  expect(picture(seen, wait)).toMatch(
    /^\ndemo in shop {2}v1 → v2 .*\n {2}✔ all traffic to v2 {3}● the last route at every proxy\n/,
  );
  const edited = { ...seen, ...observed({ ...both, split: { v2: 100 }, marker: 'by hand' }) };
  expect(picture({ ...edited, state }, wait)).toContain('no release is under way');
});

test('every line keeps to the width, and nothing is cut off', () => {
  const wait = waitFor({ for: 'gate', obstacles: behind.slice(0, 1) }, 120_000);
  const lines = pictureOf(
    release,
    { seen: at(1, { v1: 90, v2: 10 }), decision: wait, elapsedMs: 0, waitedMs: 60_000 },
    60,
  );
  lines.forEach((line) => expect(line.length).toBeLessThan(60));
  expect(lines.join(' ').replace(/ +/g, ' ')).toContain('turn back with handover abort demo -n shop');
});

test('a bar shows that a share is not nothing and not all', () => {
  expect([0, 1, 50, 99, 100].map((weight) => bar(weight, 4))).toEqual(['░░░░', '█░░░', '██░░', '███░', '████']);
});

test('a span is told as people say it', () => {
  expect([0, 59_400, 60_000, 185_000, 7_800_000].map(spanText)).toEqual([
    '0 s',
    '59 s',
    '1 min',
    '3 min 5 s',
    '2 h 10 min',
  ]);
});
