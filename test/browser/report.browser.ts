/**
 * The reports in a real browser: `npm run test:browser`. It needs Chromium, such as Debian's package `chromium`; another place of
 * it is named by CHROMIUM.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions } from 'playwright-core';
import { pageOfPast } from '../../driver/istio/html/past';
import { pastOf } from '../../driver/istio/state';
import { exitCodes, type Split } from '../../model';
import { recordWith } from '../support/observations';
import { installed, withV2 } from '../support/shop-release';
import { simulatedIo } from '../support/simulated-io';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

interface Line {
  readonly event: string;
  readonly what?: string;
  readonly versions?: Readonly<Record<string, { readonly requests: number; readonly errors: number }>>;
  readonly state?: { readonly split: Readonly<Record<string, number>> };
}

let browser: Browser;
let html: string;
let lines: readonly Line[];

beforeAll(async () => {
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const io = simulatedIo({ file: withV2, installed });
  const path = join(dirname(io.file), 'report.html');
  expect(await io.run(['run', 'v2', '--json', '--report', path])).toBe(exitCodes.completed);
  html = readFileSync(path, 'utf8');
  const json = io.printed.err.split('\n').filter((line) => line.startsWith('{'));
  lines = json.map((line) => JSON.parse(line) as Line);
}, 120_000);

afterAll(() => browser?.close());

/** Whatever the browser complains about, and whatever it asks the network for. */
async function opened(text: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => complaints.push(`asked for ${request.url()}`));
  page.on('dialog', (dialog) => complaints.push(`a dialog: ${dialog.message()}`));
  await page.setContent(text);
  return { page, complaints };
}

test('the report is shown without a complaint, a request or a script', async () => {
  const { page, complaints } = await opened(html, { javaScriptEnabled: false });
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('demo in shop: v1 to v2');
  expect(await page.getByText('completed', { exact: true }).isVisible()).toBe(true);
  expect(complaints).toEqual([]);
}, 60_000);

test('each drawing has a name that tells what is drawn, and each table has heads', async () => {
  const { page } = await opened(html);
  const drawings = await page.getByRole('img').all();
  expect(drawings.length).toBeGreaterThan(2);
  for (const drawing of drawings) expect((await drawing.getAttribute('aria-label'))?.length).toBeGreaterThan(20);
  expect(await page.getByRole('img', { name: /^Weight: / }).count()).toBe(1);
  for (const table of await page.getByRole('table').all())
    expect(await table.getByRole('columnheader').count()).toBeGreaterThan(1);
}, 60_000);

test('its numbers are those of the event lines', async () => {
  const { page } = await opened(html);
  const texts = await page.locator('tr.write td:nth-child(3)').allTextContents();
  const written = lines.flatMap(({ event, what = '' }) => (event === 'wrote' ? [what] : []));
  expect(texts.map((text) => text.replace(/ \(.*/, ''))).toEqual(written);
  const name = (await page.getByRole('img', { name: /^Weight: / }).getAttribute('aria-label')) ?? '';
  const drawn = [...(/v2 (.*)$/.exec(name)?.[1] ?? '').matchAll(/(\d+) % at/g)].map(([, weight]) => Number(weight));
  const seen = lines.flatMap(({ state }) => (state ? [state.split['v2'] ?? 0] : []));
  expect(drawn).toEqual(seen.filter((weight, index) => weight !== seen[index - 1]));
}, 60_000);

test('its requests and errors are the sums of the event lines', async () => {
  const { page } = await opened(html);
  const counts = lines.flatMap(({ event, versions = {} }) => (event === 'counted' ? [versions] : []));
  const sum = (version: string, what: 'requests' | 'errors') =>
    counts.reduce((all, versions) => all + (versions[version]?.[what] ?? 0), 0);
  const rows = await page.locator('table.requests tbody tr').allTextContents();
  const shown = rows.map((row) => row.trim().split(/\s+/));
  expect(shown).toEqual(
    ['v1', 'v2'].map((version) => [version, `${sum(version, 'requests')}`, `${sum(version, 'errors')}`]),
  );
  expect(sum('v2', 'requests')).toBeGreaterThan(10);
  expect(await page.getByRole('img', { name: /^Requests per second: / }).count()).toBe(1);
  expect(await page.getByRole('img', { name: /^Errors so far: / }).count()).toBe(1);
}, 60_000);

test.each([
  ['light', 'screen', 'rgb(255, 255, 255)'],
  ['dark', 'screen', 'rgb(13, 17, 23)'],
  ['dark', 'print', 'rgb(255, 255, 255)'],
] as const)(
  'in %s on %s the paper is %s, and the ink is another colour',
  async (colorScheme, media, paper) => {
    const { page } = await opened(html);
    await page.emulateMedia({ colorScheme, media });
    // As text: this project's other code has no browser's types.
    const body = await page.evaluate<{ paper: string; ink: string }>(
      '(({ backgroundColor, color }) => ({ paper: backgroundColor, ink: color }))(getComputedStyle(document.body))',
    );
    expect(body.paper).toBe(paper);
    expect(body.ink).not.toBe(paper);
  },
  60_000,
);

test('on a phone nothing is beside the page', async () => {
  const { page } = await opened(html, { viewport: { width: 360, height: 640 } });
  const beside = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
  expect(beside).toBeLessThanOrEqual(0);
}, 60_000);

test('on a phone a long name is wrapped, and a short word is not', async () => {
  const name = `v2-${'x'.repeat(60)}`;
  const past = pastOf(recordWith({ canary: name }), 'completed', 9_000, [
    { at: '1970-01-01T00:00:00.000Z', split: { [name]: 100 } },
  ]);
  const viewport = { width: 360, height: 640 };
  const { page } = await opened(pageOfPast({ name: 'demo', namespace: 'shop' }, past), { viewport });
  const beside = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
  expect(beside).toBeLessThanOrEqual(0);
  const { page: whole } = await opened(html, { viewport });
  const word = await whole.locator('tr.write td:nth-child(2)').first().boundingBox();
  expect(word?.width).toBeGreaterThan(30);
}, 60_000);

test('lines are told apart without colour, and no name covers another where two end at one value', async () => {
  const splits: readonly Split[] = [{ v1: 100 }, { v1: 50, v2: 50 }];
  const shares = splits.map((split, second) => ({
    at: new Date(second * 1000).toISOString(),
    split,
  }));
  const { page } = await opened(
    pageOfPast({ name: 'demo', namespace: 'shop' }, pastOf(recordWith(), 'superseded', 9_000, shares)),
  );
  const drawn = await page.locator('.line').all();
  const dashes = await Promise.all(drawn.map((line) => line.getAttribute('stroke-dasharray')));
  expect(new Set(dashes).size).toBe(2);
  const names = await page.locator('.name').all();
  const [first, second] = await Promise.all(names.map((name) => name.boundingBox()));
  expect(Math.abs((first?.y ?? 0) - (second?.y ?? 0))).toBeGreaterThan(8);
}, 60_000);

test('a hostile name in the page of a past release is text, and does nothing', async () => {
  const hostile = '</script><img src=x onerror=alert(1)>"\'&';
  const past = {
    ...pastOf(recordWith(), 'completed', 0, [{ at: '1970-01-01T00:00:00.000Z', split: { [hostile]: 100 } }]),
    to: hostile,
  };
  const { page, complaints } = await opened(pageOfPast({ name: hostile, namespace: 'shop' }, past));
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(hostile);
  expect(await page.locator('img').count()).toBe(0);
  expect(complaints).toEqual([]);
}, 60_000);
