/** Anchors and aliases that cannot be resolved are told with their place, and what to do. */
import { formatProblem, parseRelease } from '../../model';

test.each([
  ['an alias before its anchor', 'x-a: *a\nx-b: &a 1', '1:6 expected an anchor &a above this place, found *a'],
  ['fields of nothing', 'x-a:\n  <<: *base\n  b: 1', '2:7 expected an anchor &base above this place, found *base'],
  ['fields of a list with one of nothing', 'x-a: &a {b: 1}\nx-b: {<<: [*a, *c]}', '2:16 expected an anchor &c above'],
  ['fields of a text', 'x-a:\n  <<: base\n  b: 1', '2:3 expected fields behind <<, as the anchor of a mapping'],
  ['fields of the anchor of a text', 'x-a: &a b\nx-b: {<<: *a}', '2:7 expected fields behind <<, as the anchor'],
  ['fields of itself', 'x-a: &a {<<: *a}', '1:14 expected an anchor beside it, found *a inside what &a marks'],
])('%s', (_, text, problem) => {
  const parsed = parseRelease(text);
  const problems = 'problems' in parsed ? parsed.problems.map((each) => formatProblem('f', each)) : [];
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(`f:${problem}`);
});
