import { beside, editRelease, formatProblem, parseRelease, type Open } from '../../model';

const own = `defaults: ../defaults.yaml
name: shop
namespace: shop
hosts: [shop.example.com]
versions: {v1: {image: "shop:1"}, v2: {image: "shop:2"}} # kept
weights: {v1: 100}
`;

/** `app/shop/release.yaml` asks for `../defaults.yaml`. */
const sharing =
  (text: string): Open =>
  (path) => {
    if (path !== '../defaults.yaml') throw new Error(`ENOENT: ${path}`);
    return text;
  };

function problemsOf(shared: string, text = own): string[] {
  const parsed = parseRelease(text, sharing(shared));
  return 'problems' in parsed ? parsed.problems.map((problem) => formatProblem('app/shop/release.yaml', problem)) : [];
}

function releaseOf(shared: string, text = own) {
  const parsed = parseRelease(text, sharing(shared));
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.release;
}

test('a release file with defaults says what one file with all fields says', () => {
  const shared = 'timings: {longestRequest: 40s}\nretries: {attempts: 0}\nx-note: ours\n';
  const inOne = parseRelease(own.replace('defaults: ../defaults.yaml\n', shared));
  expect({ release: releaseOf(shared) }).toEqual(inOne);
});

test('a field of the release file replaces the shared one as a whole', () => {
  const { timings } = releaseOf('timings: {longestRequest: 40s, keepAlive: 90s}', `${own}timings: {keepAlive: 80s}`);
  expect(timings).toMatchObject({ keepAliveSeconds: 80, longestRequestSeconds: 15 });
});

test('paths in the shared file are relative to it', () => {
  const text = own.replace('hosts: [shop.example.com]\n', '');
  const release = releaseOf('workload: k8s/pod.yaml\nroute: /etc/route.yaml', text);
  expect(release.versions.map(({ workload }) => workload)).toEqual(['../k8s/pod.yaml', '../k8s/pod.yaml']);
  expect(release.route).toBe('/etc/route.yaml');
});

describe('what is wrong is told at its place, in the file that says it', () => {
  test.each([
    [
      'a wrong value',
      'hosts: [Shop]\ntimings:\n  longestRequest: soon',
      'app/defaults.yaml:3:3 timings.longestRequest: expected',
    ],
    ['an unknown field', 'retires: {attempts: 0}', 'app/defaults.yaml:1:1 retires: expected a known field'],
    ['no YAML', 'timings: [', 'app/defaults.yaml:1:'],
    [
      'a rule that the shared field breaks',
      'timings: {idleTimeout: 90s}',
      'app/defaults.yaml:1:11 timings.idleTimeout: expected',
    ],
    [
      'a further file',
      'defaults: other.yaml',
      'app/defaults.yaml:1:1 defaults: expected fields alone, as one file of defaults has no other',
    ],
  ])('%s', (_, shared, told) => {
    const problems = problemsOf(shared);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(told);
  });

  test.each(['name: shop', 'namespace: shop', 'versions: {}', 'weights: {v1: 100}', 'allowUnpinned: [v1]'])(
    'what is of one service: %s',
    (field) => {
      const [told = '', another] = problemsOf(`${field}\nretries: {attempts: 0}`);
      expect(told).toContain('app/defaults.yaml:1:1');
      expect(told).toContain('expected fields that services can share');
      expect(another).toBeUndefined();
    },
  );

  test('a file that is not there, at the field that names it', () => {
    expect(problemsOf('', own.replace('../defaults.yaml', 'gone.yaml'))).toEqual([
      'app/shop/release.yaml:1:1 defaults: expected a file at gone.yaml, found ENOENT: gone.yaml; correct the path, which is relative to this file',
    ]);
  });

  test('the release file itself', () => {
    const text = own.replace('../defaults.yaml', '../shop/release.yaml');
    const parsed = parseRelease(
      text,
      beside('app/shop/release.yaml', () => text),
    );
    expect('problems' in parsed && parsed.problems.map(({ found }) => found)).toEqual(['this file itself']);
  });

  test('a file somewhere else, by its path from the root', () => {
    const text = own.replace('../defaults.yaml', '/etc/defaults.yaml');
    const parsed = parseRelease(text, () => 'retires: 1');
    const told =
      'problems' in parsed ? parsed.problems.map((each) => formatProblem('app/shop/release.yaml', each)) : [];
    expect(told).toEqual([expect.stringMatching(/^\/etc\/defaults.yaml:1:1 /)]);
  });

  test.each([
    ['', 'write fields into it, such as'],
    ['retries: {attempts: 0}\n---\nport: 80', 'expected one mapping of fields in a file of defaults'],
  ])('nothing, or two documents, in the words of such a file: %j', (shared, told) => {
    const [problem] = problemsOf(shared);
    expect(problem).toContain(told);
    expect(problem).not.toContain('service');
  });

  test('mistakes of both files, those of the release file first', () => {
    const problems = problemsOf('retries: {attempts: -1}', own.replace('v1: 100', 'v1: 99'));
    expect(problems.map((line) => line.split(' ')[0])).toEqual(['app/shop/release.yaml:6:1', 'app/defaults.yaml:1:11']);
  });
});

/** Services of both profiles may share a file. */
test('a shared field that does nothing in the profile of one service is no mistake, one of its own is', () => {
  const rolling = 'name: shop\nnamespace: shop\nhosts: [a.example.com]\nversions: {v1: {image: "shop:1"}}\n';
  const text = `defaults: ../defaults.yaml\nprofile: rolling-update\n${rolling}`;
  expect(problemsOf('retries: {attempts: 0}', text)).toEqual([]);
  expect(problemsOf('', `${text}retries: {attempts: 0}`)).toHaveLength(1);
});

describe('at the end of a release', () => {
  const toV2 = { keep: ['v2'], split: { v2: 100 } };

  test('only the release file is edited, in its versions and weights', () => {
    const shared = sharing('timings: {longestRequest: 40s}\n');
    expect(editRelease(own, toV2, shared)).toBe(
      own.replace('v1: {image: "shop:1"}, ', '').replace('{v1: 100}', '{v2: 100}'),
    );
  });

  test('a file of defaults that is not there any more is told, and nothing is edited', () => {
    expect(() => editRelease(own, toV2, sharing('').bind(undefined, 'gone'))).toThrow(/ENOENT: gone/);
  });
});
