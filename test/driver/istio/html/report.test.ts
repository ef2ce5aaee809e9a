/** The report of a release: one file, whole by itself, with the numbers that were seen. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { reportOf } from '../../../../driver/istio/html';
import type { Story } from '../../../../driver/istio/html/story';
import type { Sent } from '../../../../driver/istio/observation';
import { exitCodes } from '../../../../model';
import { installed, withV2 } from '../../../support/shop-release';
import { simulatedIo, type SimulatedIo } from '../../../support/simulated-io';

const pathOf = ({ file }: SimulatedIo) => join(dirname(file), 'report.html');
const storyIn = (page: string) => {
  const [, json = ''] = /<script type="application\/json" id="story">([^<]*)<\/script>/.exec(page) ?? [];
  return JSON.parse(json) as Story;
};

describe('a report', () => {
  let io: SimulatedIo;
  let page: string;
  let lines: { readonly event: string; readonly what?: string; readonly versions?: Record<string, Sent> }[];
  beforeAll(async () => {
    io = simulatedIo({ file: withV2, installed });
    expect(await io.run(['run', 'v2', '--json', '--report', pathOf(io)])).toBe(exitCodes.completed);
    page = readFileSync(pathOf(io), 'utf8');
    const json = io.printed.err.split('\n').filter((line) => line.startsWith('{'));
    lines = json.map((line) => JSON.parse(line) as (typeof lines)[number]);
  });

  it('has every write of the event lines, in their order', () => {
    const written = lines.flatMap(({ event, what = '' }) => (event === 'wrote' ? [what] : []));
    const told = storyIn(page).happenings.filter(({ kind }) => kind === 'write');
    expect(told.map(({ text }) => text.replace(/ \(.*/, ''))).toEqual(written);
    expect(written.length).toBeGreaterThan(8);
  });

  it('has the weights as they were, and how it ended', () => {
    const { samples, ending, from, to } = storyIn(page);
    const weights = samples.map(({ split }) => split['v2'] ?? 0).filter((weight, i, all) => weight !== all[i - 1]);
    expect({ weights, from, to, outcome: ending.outcome }).toEqual({
      weights: [0, 10, 50, 100],
      from: 'v1',
      to: 'v2',
      outcome: 'completed',
    });
  });

  it('has for each write of the route how long the proxies took', () => {
    const { strips } = storyIn(page);
    expect(strips.map(({ what }) => what)).toContain('write the route v1-50.v2-50');
    strips.forEach(({ atMs, doneMs = -1 }) => expect(doneMs).toBeGreaterThanOrEqual(atMs));
    expect(strips.some(({ behindUntilMs }) => Object.keys(behindUntilMs).length > 0)).toBe(true);
  });

  it('has what the gateways counted, as the event lines have it', () => {
    const told = lines.flatMap((line) => (line.event === 'counted' ? [line.versions ?? {}] : []));
    expect(storyIn(page).counts.map(({ versions }) => versions)).toEqual(told);
    const sum = (version: string) => told.reduce((all, versions) => all + (versions[version]?.requests ?? 0), 0);
    expect(sum('v1')).toBeGreaterThan(10);
    expect(sum('v2')).toBeGreaterThan(10);
    for (const version of ['v1', 'v2'])
      expect(page.replace(/\s+/g, ' ')).toContain(`<td>${version}</td> <td>${sum(version)}</td> <td>0</td>`);
  });

  it('loads nothing, and runs nothing', () => {
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/\b(src|href)=|@import|url\(|<script(?! type="application\/json")/);
    expect(page.match(/<svg/g)).toHaveLength((page.match(/role="img" aria-label="[^"]+"/g) ?? []).length);
  });

  it('is well-formed: each element that is opened is closed', () => {
    const open: string[] = [];
    for (const [, close, name = '', selfClosed] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/g)) {
      if (selfClosed || name === 'meta') continue;
      if (close) expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });
});

it('shows whatever others wrote as text', () => {
  const hostile = '</script><img src=x onerror=alert(1)>"\'&';
  const page = reportOf({
    service: hostile,
    namespace: hostile,
    began: '2026-01-01T00:00:00.000Z',
    seconds: 1,
    from: hostile,
    to: hostile,
    ending: { outcome: 'held', because: hostile },
    proxies: [hostile],
    samples: [{ atMs: 0, split: { [hostile]: 100 }, pods: { [hostile]: { available: 1, desired: 1 } } }],
    strips: [{ what: hostile, atMs: 0, behindUntilMs: { [hostile]: 5 } }],
    inFlight: [{ atMs: 0, version: hostile, atPods: 1 }],
    counts: [{ atMs: 5_000, seconds: 5, versions: { [hostile]: { requests: 1, errors: 1 } } }],
    happenings: [{ atMs: 0, kind: 'hold', text: hostile }],
  });
  expect(page).not.toContain('<img');
  expect(page.match(/<\/script>/g)).toHaveLength(1);
  expect(storyIn(page).service).toBe(hostile);
});

it('a report that cannot be written is refused before the first write', async () => {
  const io = simulatedIo({ file: withV2, installed });
  const path = join(dirname(io.file), 'nowhere', 'report.html');
  expect(await io.run(['run', 'v2', '--report', path])).toBe(exitCodes.refused);
  expect(io.printed.err).toMatch(
    /report: expected \S+ to be writable, found .*ENOENT.*; name another file with --report/,
  );
  expect(io.world.api.readRoute()?.record).toBeUndefined();
  expect(existsSync(path)).toBe(false);
});

it.each([
  ['a folder', (io: { readonly file: string }) => dirname(io.file)],
  ['an empty name', () => ''],
])('%s is refused as a report before the first write, and leaves no file', async (_, pathOf) => {
  const io = simulatedIo({ file: withV2, installed });
  expect(await io.run(['run', 'v2', '--report', pathOf(io)])).toBe(exitCodes.refused);
  expect(io.printed.err).toMatch(/report: expected \S+ to be writable, found a folder, or no name; name another file/);
  expect(io.world.api.readRoute()?.record).toBeUndefined();
  expect(existsSync(`${pathOf(io)}.handover-new`)).toBe(false);
});
