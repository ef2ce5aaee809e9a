/** Mistakes that people have made in a release file. Each is told how to mend it, or was none. */
import { editRelease, formatProblem, parseRelease } from '../../model';

/** Lines 1 to 5; what a test adds begins at line 6. */
const base = ['name: demo', 'namespace: demo-ns', 'hosts: [demo.example.com]', 'versions:', '  v1: {image: "demo:1"}'];

const withMore = (...lines: string[]) => [...base, ...lines].join('\n');
const instead = (of: string, line: string) => base.map((old) => old.replace(of, line)).join('\n');

function problemsOf(text: string): string[] {
  const parsed = parseRelease(text);
  return 'problems' in parsed ? parsed.problems.map((problem) => formatProblem('f', problem)) : [];
}

describe('a misspelt field is told the right name, and not as a missing one, too', () => {
  test.each([
    ['vesions: for versions:', instead('versions:', 'vesions:'), 'f:4:1 vesions', 'versions'],
    ['host: for hosts:', instead('hosts:', 'host:'), 'f:3:1 host', 'hosts'],
    ['Versions: for versions:', instead('versions:', 'Versions:'), 'f:4:1 Versions', 'versions'],
    ['imgae in a version', instead('image', 'imgae'), 'f:5:8 versions.v1.imgae', 'image'],
    [
      'a field of timings',
      withMore('timings: {longestRequests: 5s}'),
      'f:6:11 timings.longestRequests',
      'longestRequest',
    ],
    ['a kind of step', withMore('steps: [{pasue: 5m}]'), 'f:6:10 steps.0.pasue', 'pause'],
    ['a kind of analysis', withMore('analyses: {e: {request: {path: /}}}'), 'f:6:16 analyses.e.request', 'requests'],
    [
      'a field of an analysis',
      withMore('analyses: {e: {requests: {pth: /}}}'),
      'f:6:27 analyses.e.requests.pth',
      'path',
    ],
  ])('%s', (_, text, place, meant) => {
    const [, found] = /([^.]+)$/.exec(place.replace(/^\S+ /, '')) ?? [];
    expect(problemsOf(text)).toEqual([`${place}: expected a known field, found ${found}; did you mean ${meant}?`]);
  });

  test('a field that is like none is told those that there are', () => {
    expect(problemsOf(withMore('steps: [{wait: 5m}]'))).toEqual([
      'f:6:10 steps.0.wait: expected one of the fields weight, pause, analyse, found wait; correct the spelling, or remove it',
    ]);
    expect(problemsOf(instead('image: "demo:1"', 'image: "demo:1", zzz: 1'))).toEqual([
      'f:5:25 versions.v1.zzz: expected one of the fields image, adopt, workload, replicas, env, resources, found zzz; correct the spelling, or remove it',
    ]);
  });
});

describe('a misspelt name or word is told the right one', () => {
  test.each([
    ['a version among the weights', withMore('weights: {V1: 100}'), 'did you mean v1?'],
    [
      'an analysis of a step',
      withMore('steps: [{analyse: eror}]', 'analyses: {errors: {requests: {path: /}}}'),
      'did you mean errors?',
    ],
    ['a profile', withMore('profile: istoi'), 'did you mean istio?'],
    ['a way to count requests', withMore('inFlight: sidecr'), 'did you mean sidecar?'],
  ])('%s', (_, text, guess) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(guess) as string]);
  });

  test('but v9 is no misspelt v1', () => {
    expect(problemsOf(withMore('weights: {v9: 100}'))[0]).toContain('add v9 under versions, or remove it here');
  });
});

describe('a value that YAML reads as a number or a truth is to be written in quotes', () => {
  const quoted = 'write it in quotes';
  test.each([
    ['env: {A: 1}', withMore('env: {A: 1}'), [`f:6:7 env.A: expected a string, found 1; ${quoted}`]],
    ['env: {A: true}', withMore('env: {A: true}'), [`f:6:7 env.A: expected a string, found true; ${quoted}`]],
    [
      'cpu: 1',
      withMore('resources: {requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 2, memory: 1Gi}}'),
      [
        `f:6:24 resources.requests.cpu: expected a string, found 1; ${quoted}`,
        `f:6:55 resources.limits.cpu: expected a string, found 2; ${quoted}`,
      ],
    ],
    [
      'a label of the gateway',
      withMore('gateway: {selector: {istio: 5}}'),
      [`f:6:22 gateway.selector.istio: expected a string, found 5; ${quoted}`],
    ],
  ])('%s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  test('but not a list, and not where quotes do not help', () => {
    expect(problemsOf(withMore('env: {A: [1]}'))).toEqual([
      'f:6:7 env.A: expected a string, found [1]; change the value',
    ]);
    expect(problemsOf(withMore('timings: {longestRequest: 5}'))).toEqual([
      'f:6:11 timings.longestRequest: expected a duration such as 15s or 5m, found 5; change the value',
    ]);
    expect(problemsOf(withMore('env: {A: }'))).toEqual([
      'f:6:7 env.A: expected a string, found nothing; give it a value, or remove it',
    ]);
  });
});

describe('a value of the wrong form is told a right one, and never a regular expression', () => {
  test.each([
    ['pause: 5min', withMore('steps: [{pause: 5min}]'), 'expected a duration such as 15s or 5m, or until promoted'],
    ['pause: until advanced', withMore('steps: [{pause: until advanced}]'), 'or until promoted, found "until adv'],
    [
      'header X-Beta',
      withMore('headerRoutes: [{header: X-Beta, exact: a, version: v1}]'),
      'expected a header in lower case, such as x-beta, found "X-Beta"',
    ],
    [
      'a step of two kinds',
      withMore('steps: [{weight: 5, pause: 5m}]'),
      'steps.0: expected one of the fields weight, pause, analyse, found weight and pause; make each of them an entry',
    ],
  ])('%s', (_, text, problem) => {
    const [first, ...others] = problemsOf(text);
    expect(first).toContain(problem);
    expect(first).not.toMatch(/pattern|\/\^/);
    expect(others).toEqual([]);
  });
});

describe('a mistake in YAML is told to a person, and not to a programmer', () => {
  test.each([
    [
      'two YAML documents',
      [...base, '---', ...base].join('\n'),
      'f:6:1 expected one service in a file, found another document (---); move it to a file of its own',
    ],
    [
      'a field twice',
      withMore('name: other'),
      'f:6:1 expected each field once, found this one a second time; remove one of the two',
    ],
    ['a tab', '\tname: x', 'f:1:1 expected spaces before a field, found a tab; indent with spaces'],
    [
      'a list as the name of a field',
      '? [a]\n: b',
      'f:1:3 expected a field with a name, found a list or mapping as its name; write a name',
    ],
  ])('%s', (_, text, problem) => {
    expect(problemsOf(text)[0]).toBe(problem);
  });
});

describe('what would do harm or nothing is refused', () => {
  test.each([
    [
      'gateway.selector: {}',
      withMore('gateway: {selector: {}}'),
      'f:6:11 gateway.selector: expected at least one label',
    ],
    [
      'an invalid label',
      withMore('gateway: {selector: {a b: x}}'),
      'gateway.selector.a b: expected the name of a label',
    ],
    [
      'an invalid value of a label',
      withMore('gateway: {selector: {a: x y}}'),
      'gateway.selector.a: expected the value of a label',
    ],
    [
      'a value of a label with 64 characters',
      withMore(`gateway: {selector: {a: ${'x'.repeat(64)}}}`),
      'selector.a: expected',
    ],
    ['duplicate hosts', instead('[demo.example.com]', '[a.b, a.b]'), 'f:3:14 hosts.1: expected each host once'],
    [
      'the image http://x/y:z:w@@:1',
      instead('demo:1', 'http://x/y:z:w@@:1'),
      'versions.v1.image: expected an image reference',
    ],
    [
      'a pause of 999999999999999h',
      withMore('steps: [{pause: 999999999999999h}]'),
      'steps.0.pause: expected a duration',
    ],
    [
      'a pause of 999999999h',
      withMore('steps: [{pause: 999999999h}]'),
      'steps.0.pause: expected at most 672h, or until promoted',
    ],
    [
      'allowUnpinned of nothing',
      withMore('allowUnpinned: [v9]'),
      'f:6:17 allowUnpinned.0: expected one of the versions: v1, found v9',
    ],
    ['the variable ..', withMore('env: {..: "1"}'), 'expected the name of an environment variable'],
  ])('%s', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(problem) as string]);
  });
});

describe('what Kubernetes takes is taken', () => {
  test.each([
    ['env names with dots', withMore('env: {a.b: "1", a-b: "2", -a: "3"}')],
    ['TLS secrets with dots', withMore('gateway: {selector: {istio: ingressgateway}, tlsSecret: demo.example.com}')],
    ['1Ti', withMore('resources: {requests: {cpu: 1m, memory: 1Ti}, limits: {cpu: 1m, memory: 1Ti}}')],
    ['host *', instead('[demo.example.com]', '["*"]')],
    ['top-level x-… keys for anchors', withMore('x-env: &env {A: b}', 'env: *env')],
    [
      '<<: *base',
      `x-base: &base {image: "demo:1", replicas: 3}\n${instead('{image: "demo:1"}', '{<<: *base, replicas: 2}')}`,
    ],
    ['a namespace that begins with a digit', instead('demo-ns', '2nd-team')],
    ['a label with a domain, and one without a value', withMore('gateway: {selector: {example.com/gw: a_B.c, b: ""}}')],
    ['a priority class with dots', withMore('priorityClass: shop.critical')],
    ['a pause of four weeks', withMore('steps: [{pause: 672h}]')],
  ])('%s', (_, text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  test('<<: *base brings the fields of base, and those beside it win', () => {
    const text = `x-base: &base {image: "demo:1", replicas: 3}\n${instead('{image: "demo:1"}', '{<<: *base, replicas: 2}')}`;
    expect(parseRelease(text)).toMatchObject({ release: { versions: [{ name: 'v1', image: 'demo:1', replicas: 2 }] } });
  });
});

describe('at the end of a release', () => {
  const after = (text: string) => editRelease(text, { keep: ['v2'], split: { v2: 100 } });

  test('a permission for the version that is gone goes with it', () => {
    const text =
      'name: a\nnamespace: b\nhosts: [c.d]\nversions:\n  v1: {image: a}\n  v2: {image: b}\nweights: {v1: 100}\n';
    expect(after(`${text}allowUnpinned: [v1, v2]\n`)).toMatch(/\nallowUnpinned: \[v2\]\n$/);
    expect(after(`${text}allowUnpinned:\n  - v1 # until May\n  - v2\n`)).toMatch(/\nallowUnpinned:\n {2}- v2\n$/);
    expect(after(`${text.replace('image: b', 'image: b:1')}allowUnpinned: [v1]\n`)).toMatch(/\nallowUnpinned: \[\]\n$/);
  });

  test('a version with merged fields is kept as it is written', () => {
    const text =
      'x-all: &all {replicas: 3}\nname: a\nnamespace: b\nhosts: [c.d]\nversions:\n  v1: {<<: *all, image: a:1}\n  v2: {<<: *all, image: a:2}\nweights: {v1: 100}\n';
    expect(after(text)).toBe(text.replace(/ {2}v1: .*\n/, '').replace('v1: 100', 'v2: 100'));
  });
});
