import { rehearsalOf, rehearse, worlds } from '../../../../driver/istio/simulation/rehearsal';
import { releaseOf } from '../../../support/release';

const rehearsal = rehearsalOf(releaseOf({ timings: { longestRequest: '1s' }, steps: [{ weight: 10 }] }), undefined);
const [quiet] = worlds;

it.each([
  ['handover by probes', { grade: 'probe' }],
  ['handover, 20 s assumed', { grade: 'assumed', assumeAfterMs: 20_000 }],
] as const)('a release of %s is rehearsed, and counted over the same time as the others', async (name, evidence) => {
  if (!quiet) throw new Error('expected a world');
  const [own, ...others] = await rehearse(rehearsal, quiet, { evidence, emit: () => undefined, seed: 1 });
  expect(own).toMatchObject({ order: name, outcome: 'completed', lost: [] });
  expect(own?.weights.map(({ weight }) => weight)).toEqual([0, 10, 100]);
  expect(others).toHaveLength(5);
  for (const { requests, outcome } of others) expect({ requests, outcome }).toEqual({ requests: own?.requests });
});
