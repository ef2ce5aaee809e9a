/** What a rehearsal prints: one table for all worlds, and what its words mean. */
import { rehearsalTable } from '../../../../driver/istio/commands/rehearsal-table';
import { rehearsalOf, worlds, type Rehearsed } from '../../../../driver/istio/simulation/rehearsal';
import type { ReleaseFileInput } from '../../../../model';
import { releaseOf } from '../../../support/release';

const loss = { atMs: 1, proxy: 'gateway-1', version: 'v1', cause: 'NC', blame: 'order', isStream: false } as const;
const row = { requests: 300, seconds: 1, windowSeconds: 3, weights: [], lost: [] };
const rows: Rehearsed[] = worlds.flatMap(({ name: world }) => [
  { ...row, world, order: 'handover', outcome: 'completed' },
  { ...row, world, order: 'DestinationRule and VirtualService in one apply', lost: [loss, { ...loss, cause: 'UH' }] },
]);

const tableOf = (steps: ReleaseFileInput['steps'], columns = 200) =>
  rehearsalTable(rehearsalOf(releaseOf({ steps }), undefined), rows, columns);

it.each([
  [[{ pause: '90s' }, { weight: 10 }, { pause: '30s' }], '2 min'],
  [[{ pause: 'until promoted' }], 'a person'],
  [[{ pause: '5s' }, { pause: 'until promoted' }], '5 s and a person'],
  [[{ weight: 10 }], 'none'],
])('tells the pauses of %j beside the seconds, of handover alone', (steps, pauses) => {
  const lines = tableOf(steps).split('\n');
  expect(lines.find((line) => line.startsWith('│ handover'))).toMatch(
    new RegExp(`│ handover +│ 300 +│ 0 +│ +│ 1.0 +│ ${pauses} +│`),
  );
  expect(lines.find((line) => line.startsWith('│ Dest'))).toMatch(/│ 300 +│ 2 +│ 1 NC, 1 UH +│ 1.0 +│ - +│/);
});

it('says what the causes mean, and what each order does', () => {
  const table = tableOf([]);
  expect(table).toMatch(/NC no cluster of that name [^]*UH a cluster [^]*UF the pod/);
  expect(table).toContain('  VirtualService before subset: the route names v2 before any proxy knows it\n');
});

it('says of a release that did not end how it stands', () => {
  const held = rows.map((one) => (one.outcome ? { ...one, outcome: 'held' as const } : one));
  expect(rehearsalTable(rehearsalOf(releaseOf({}), undefined), held, 200)).toContain('│ handover: held ');
});

it('fits into 80 columns', () => {
  const lines = tableOf([{ pause: '5s' }], 80).split('\n');
  expect(lines.length).toBeGreaterThan(20);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});
