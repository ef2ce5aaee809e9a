/** What is live, in one line, and who changed it. */
import { describeHold } from '../../../../driver/istio/words';
import { describeState } from '../../../../driver/istio/words/state';
import type { ObservedRollout } from '../../../../driver/istio/observation';
import { observed, recordWith, releaseWith } from '../../../support/observations';

const stateOf = (record: ReturnType<typeof recordWith>) => describeState(observed({ record }), releaseWith());
const changed = (expected: string, found: string) =>
  describeHold({ code: 'changed-by-other', expected, found, by: 'somebody' });

test('an apply is from no version to another', () => {
  expect(stateOf(recordWith({ mode: 'apply', stable: 'v1', canary: 'v1' }))).toContain(
    '; an apply of the file, since ',
  );
  expect(stateOf(recordWith({}))).toContain('; from v1 to v2, ');
});

test('a route that has no name yet is not called by an empty one', () => {
  expect(changed('', '')).toMatch(/^somebody changed the contents of the route; look/);
  expect(changed('', 'web')).toMatch(/^somebody changed the route: it was unnamed and is now web; look/);
  expect(changed('web@r1.2', 'web@r1.2')).toMatch(/^somebody changed the contents of the route web@r1\.2; look/);
  expect(changed('web@r1.2', '')).toMatch(/^somebody changed the route: it was web@r1\.2 and is now unnamed; look/);
});

describe('of an adopted Deployment it tells', () => {
  const rollout = { deployment: 'shop', resourceVersion: '1', hashes: ['abc'], isRolling: false, isPending: false };
  const told = (differs: Pick<ObservedRollout, 'paused' | 'isNoted'> & Partial<ObservedRollout>) =>
    describeState(observed({ pods: { v1: { rollout: { ...rollout, ...differs } } } }), releaseWith());

  it('that a release has paused it, and that a change waits', () => {
    const byHandover = { paused: 'by handover', isNoted: true } as const;
    expect(told(byHandover)).toMatch(/; the Deployment shop is paused until a release ends$/);
    expect(told({ ...byHandover, isPending: true })).toMatch(/, and a change of its template waits until then$/);
  });

  it('that somebody else has paused it, whom no release undoes', () => {
    expect(told({ paused: 'by others', isNoted: false })).toMatch(
      /; the Deployment shop is paused by somebody else, and stays so$/,
    );
  });

  it('nothing of one that somebody has resumed, whatever the note on it says', () => {
    for (const isNoted of [true, false]) expect(told({ paused: 'no', isNoted })).not.toContain('paused');
  });
});
