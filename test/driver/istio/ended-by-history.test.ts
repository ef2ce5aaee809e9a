/** A release that another driver has ended: the history tells of this very release, or nothing is said. */
import { endedByHistory } from '../../../driver/istio/ended-by-history';
import { pastOf, type PastRelease } from '../../../driver/istio/state';
import { observed, recordWith } from '../../support/observations';

const endings = (outcome: PastRelease['outcome'], id: string) =>
  endedByHistory(
    {
      ...observed(),
      state: {
        resourceVersion: '1',
        kept: {},
        current: undefined,
        history: [pastOf(recordWith(), outcome, 9_000, [])],
      },
    },
    recordWith({ id }),
  );

test.each([
  ['completed' as const, { outcome: 'completed', code: 'ended-elsewhere' }],
  ['aborted' as const, { outcome: 'aborted', code: 'ended-elsewhere' }],
  ['superseded' as const, { outcome: 'held', code: 'superseded' }],
])('a release that was %s', (outcome, expected) => {
  expect(endings(outcome, recordWith().id)).toMatchObject(expected);
});

test('another release of the same versions says nothing of this one', () => {
  expect(endings('completed', 'another')).toBeUndefined();
});
