/** What is live, in one line, and who changed it. */
import { describeHold } from '../../../../driver/istio/words';
import { describeState } from '../../../../driver/istio/words/state';
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
