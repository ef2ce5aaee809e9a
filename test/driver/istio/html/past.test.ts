/** The page of a release that is over: what the cluster has kept of it, and nothing that nobody kept. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pageOfPast } from '../../../../driver/istio/html/past';
import { pastOf, withShare, type PastRelease } from '../../../../driver/istio/state';
import { exitCodes } from '../../../../model';
import { recordWith } from '../../../support/observations';
import { installed, withV2 } from '../../../support/shop-release';
import { simulatedIo } from '../../../support/simulated-io';

const dataIn = (page: string) => {
  const [, json = ''] = /<script type="application\/json" id="story">([^<]*)<\/script>/.exec(page) ?? [];
  return JSON.parse(json) as PastRelease;
};

describe('handover report', () => {
  let early: string;
  let last: string;
  let byId: PastRelease;
  let unknown: string;
  let unwritable: string;
  beforeAll(async () => {
    const io = simulatedIo({ file: withV2, installed });
    const report = async (code: number, ...args: string[]) => {
      io.printed.out = io.printed.err = '';
      expect(await io.run(['report', ...args])).toBe(code);
      return io.printed.out + io.printed.err;
    };
    const [path, nowhere] = ['past.html', 'nowhere/past.html'].map((name) => join(dirname(io.file), name));
    early = await report(exitCodes.refused);
    expect(await io.run(['run', 'v2'])).toBe(exitCodes.completed);
    last = await report(exitCodes.completed);
    expect(await report(exitCodes.completed, 'v2')).toBe(last);
    await report(exitCodes.completed, 'r1', '--report', path ?? '');
    byId = dataIn(readFileSync(path ?? '', 'utf8'));
    unknown = await report(exitCodes.refused, 'v7');
    unwritable = await report(exitCodes.refused, '--report', nowhere ?? '');
  });

  it('is refused while no release has ended', () => {
    expect(early).toContain('unknown-release: expected a release that has ended, found none has ended');
  });

  it('prints the weights that were seen, from the beginning to the end', () => {
    const { shares = [], outcome } = dataIn(last);
    expect(outcome).toBe('completed');
    expect(shares.map(({ split }) => split)).toEqual([
      { v1: 100 },
      { v1: 90, v2: 10 },
      { v1: 50, v2: 50 },
      { v2: 100 },
    ]);
    const times = shares.map(({ at }) => Date.parse(at));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(last).toMatch(/aria-label="Weight: v1 100 % at 0\.0 s, 90 % at \d/);
  });

  it('finds a release by its id, too, and writes a file where one is named', () => {
    expect(byId).toEqual(dataIn(last));
  });

  it('of another one names those that there are', () => {
    expect(unknown).toContain('with the id or the version v7, found r1 (to v2)');
  });

  it('is refused when the file cannot be written', () => {
    expect(unwritable).toContain('report: expected ');
  });
});

const service = { name: 'demo', namespace: 'shop' };

it('says that nobody kept the weights of a release of an older handover', () => {
  const page = pageOfPast(service, pastOf(recordWith(), 'aborted', 0));
  expect(page).toContain('The cluster has kept no weights of this release.');
  expect(page).not.toContain('<svg');
});

it('shows whatever others wrote as text', () => {
  const hostile = '</script><img src=x onerror=alert(1)>"\'&';
  const past: PastRelease = {
    ...pastOf(recordWith(), 'completed', 0, [{ at: '1970-01-01T00:00:00.000Z', split: { [hostile]: 100 } }]),
    from: hostile,
    to: hostile,
    by: hostile,
    command: hostile,
  };
  const page = pageOfPast({ name: hostile, namespace: hostile }, past);
  expect(page).not.toContain('<img');
  expect(page.match(/<\/script>/g)).toHaveLength(1);
  expect(page).not.toContain('NaN');
});

it('of a release that goes to and fro keeps its beginning and how it went in the end', () => {
  let shares = withShare([], { v1: 100 }, 0);
  for (let second = 1; second <= 300; second++)
    shares = withShare(shares, second % 2 ? { v2: 100 } : { v1: 100 }, second * 1000);
  expect(shares).toHaveLength(100);
  expect([shares[0]?.at, shares.at(-1)?.at]).toEqual(['1970-01-01T00:00:00.000Z', '1970-01-01T00:05:00.000Z']);
  expect(withShare(shares, { v1: 100 }, 301_000)).toEqual(shares);
});
