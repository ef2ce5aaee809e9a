/** The report of a rehearsal: what was counted in each world, in one file that is whole by itself. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rehearsalPage } from '../../../../driver/istio/html/rehearsal';
import { rehearsalOf, type Rehearsed } from '../../../../driver/istio/simulation/rehearsal';
import { exitCodes, parseRelease } from '../../../../model';
import { installed } from '../../../support/shop-release';
import { simulatedIo } from '../../../support/simulated-io';

describe('rehearse --report', () => {
  let page: string;
  let rows: Rehearsed[];
  beforeAll(async () => {
    const io = simulatedIo({ file: installed, installed });
    const path = join(dirname(io.file), 'rehearsal.html');
    expect(await io.run(['rehearse', '--json', '--report', path])).toBe(exitCodes.completed);
    expect(io.printed.err).toContain(`the report is in ${path}`);
    page = readFileSync(path, 'utf8');
    rows = JSON.parse(io.printed.out) as Rehearsed[];
  });

  it('has the numbers that were printed, as data and as a table', () => {
    const [, json = ''] = /<script type="application\/json" id="rehearsal">([^<]*)<\/script>/.exec(page) ?? [];
    expect(JSON.parse(json)).toEqual(rows);
    const [, ...cells] = page.slice(page.indexOf('The numbers')).split('<tr>').slice(1);
    const numbers = cells.map((row) =>
      [...row.matchAll(/<td>([^<]*)<\/td>/g)].slice(2, 4).map(([, text]) => Number(text)),
    );
    expect(numbers).toEqual(rows.map(({ requests, lost }) => [requests, lost.length]));
  });

  it('draws each order in each world, the worlds beside each other on one scale', () => {
    expect(page.match(/class="beside"/g)).toHaveLength(6);
    for (const { world } of rows) expect(page.match(new RegExp(`<h3>${world}</h3>`, 'g'))).toHaveLength(6);
    const [worst = 0] = rows.map(({ lost }) => lost.length).sort((a, b) => b - a);
    expect(new RegExp(`lost ${worst}</text\\s*>`).test(page)).toBe(true);
    expect(/aria-label="Weight: next 0 % at 0.0 s, 10 % at [\d.]+ s, 50 % at [\d.]+ s, 100 % at/.test(page)).toBe(true);
  });

  it('loads nothing, and runs nothing', () => {
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/\b(src|href)=|@import|url\(|<script(?! type="application\/json")/);
  });
});

it('a rehearsal whose report cannot be written is refused before it begins', async () => {
  const io = simulatedIo({ file: installed, installed });
  const path = join(dirname(io.file), 'nowhere', 'rehearsal.html');
  expect(await io.run(['rehearse', '--report', path])).toBe(exitCodes.refused);
  expect(io.printed.out).toBe('');
  expect(existsSync(path)).toBe(false);
});

it('a release of handover that lost something, or did not end, is not drawn as a success', () => {
  const parsed = parseRelease(installed);
  if ('problems' in parsed) throw new Error('expected a release');
  const row = { order: 'handover', world: 'w', requests: 9, seconds: 1, windowSeconds: 2, weights: [], lost: [] };
  const pageOf = (changes: Partial<Rehearsed>) =>
    rehearsalPage(rehearsalOf(parsed.release, undefined), [{ ...row, ...changes }]);
  expect(pageOf({ outcome: 'completed' })).toContain('class="outcome completed"');
  expect(pageOf({ outcome: 'held' })).toContain('class="outcome failed"');
  const loss = { atMs: 1, proxy: 'p', version: 'v1', cause: 'NC', blame: 'order', isStream: false } as const;
  expect(pageOf({ outcome: 'completed', lost: [loss] })).toContain('class="outcome failed"');
});
