import { readFileSync } from 'node:fs';
import { formatProblem, parseRelease, releaseFile } from '../../model';

/** Lines 1 to 6; what a test adds begins at line 7. */
const base = [
  'name: demo',
  'namespace: demo-ns',
  'hosts: [demo.example.com]',
  'versions:',
  '  v1: {image: "demo:1"}',
  'weights: {v1: 100}',
];

function problemsOf(text: string): string[] {
  const parsed = parseRelease(text);
  return 'problems' in parsed ? parsed.problems.map((problem) => formatProblem('f', problem)) : [];
}

const withMore = (...lines: string[]) => [...base, ...lines].join('\n');
const withLine = (number: number, line: string, ...more: string[]) =>
  [...base.slice(0, number - 1), line, ...base.slice(number), ...more].join('\n');

test('the example is a release', () => {
  expect(problemsOf(readFileSync('app/release.yaml', 'utf8'))).toEqual([]);
  expect(problemsOf(base.join('\n'))).toEqual([]);
});

describe('each rule names the place, what was expected and what was found', () => {
  test.each([
    ['some version is listed', withLine(5, '  {}'), 'f:4:1 versions: expected at least one version, found none'],
    [
      'weights name listed versions',
      withLine(6, 'weights: {v1: 90, v2: 10}'),
      'f:6:19 weights.v2: expected one of the versions: v1, found v2',
    ],
    [
      'what every JavaScript object has is not a listed version',
      withLine(6, 'weights: {v1: 90, constructor: 10}'),
      'f:6:19 weights.constructor: expected one of the versions: v1, found constructor',
    ],
    [
      'weights sum to 100',
      withLine(6, 'weights: {v1: 99}'),
      'f:6:1 weights: expected weights that sum to 100, found a sum of 99',
    ],
    ['weights are whole', withLine(6, 'weights: {v1: 99.5}'), 'f:6:11 weights.v1: expected a whole number, found 99.5'],
    ['weights are not negative', withLine(6, 'weights: {v1: -1}'), 'f:6:11 weights.v1: expected at least 0, found -1'],
    [
      'names of versions are DNS labels',
      withLine(5, '  V_1: {image: "demo:1"}'),
      'f:5:3 versions.V_1: expected a DNS label: lower-case letters, digits and "-", beginning with a letter, found',
    ],
    [
      'a rolling update has one version',
      withLine(5, '  {v1: {image: "demo:1"}, v2: {image: "demo:2"}}', 'profile: rolling-update'),
      'f:4:1 versions: expected one version, as the profile is rolling-update, found v1, v2',
    ],
    [
      'a mesh without Istio',
      withLine(6, 'weights: {v1: 100}', 'profile: rolling-update', 'mesh: true'),
      'mesh: expected false, as the profile is rolling-update, found true',
    ],
    [
      'probes and a mesh',
      withLine(6, 'weights: {v1: 100}', 'mesh: true', "access: {image: 'h:1', evidence: probe}"),
      'access.evidence: expected proxy, as the route lists the mesh and no probe passes through a sidecar, found probe',
    ],
    [
      'images have a tag',
      withLine(5, '  v1: {image: "host:5000/demo"}'),
      'f:5:8 versions.v1.image: expected an image with a tag other than latest, or a digest, found host:5000/demo',
    ],
    [
      'images do not have the tag latest',
      withLine(5, '  v1: {image: "demo:latest"}'),
      'f:5:8 versions.v1.image: expected an image with a tag other than latest, or a digest, found demo:latest; name the build, such as demo:1.0.0',
    ],
    [
      'names fit into 63 characters',
      withLine(1, `name: ${'a'.repeat(61)}`),
      `f:5:3 versions.v1: expected a name that fits into 63 characters, found ${'a'.repeat(61)}-v1 with 64`,
    ],
    [
      'the environment leaves our variables alone',
      withMore('env: {PORT: "1"}'),
      'f:7:7 env.PORT: expected only variables that handover does not set itself, found PORT',
    ],
    [
      'and so does that of a version',
      withLine(5, '  v1: {image: "demo:1", env: {HARD_STOP_MS: "1"}}'),
      'f:5:31 versions.v1.env.HARD_STOP_MS: expected only variables that handover does not set itself, found',
    ],
    [
      'the shutdown budget adds up',
      withMore('timings:', '  gracePeriodSeconds: 26'),
      'f:8:3 timings.gracePeriodSeconds: expected more than shutdownDelay + longestRequest + exitMargin = 26, found 26; raise it to 30',
    ],
    [
      'the shutdown delay outlasts propagation',
      withMore('timings:', '  endpointPropagationSeconds: 9', '  shutdownDelaySeconds: 8'),
      'f:9:3 timings.shutdownDelaySeconds: expected at least endpointPropagationSeconds = 9, found 8; raise it to 9',
    ],
    [
      'a sleep is not empty',
      withMore('timings: {endpointPropagationSeconds: 0, shutdownDelaySeconds: 0}'),
      'f:7:42 timings.shutdownDelaySeconds: expected at least 1, as preStop is sleep, found 0',
    ],
    [
      'proxies close idle connections first',
      withMore('timings: {idleTimeoutSeconds: 72}'),
      'f:7:11 timings.idleTimeoutSeconds: expected less than keepAliveSeconds = 72, found 72',
    ],
    [
      'a drain fits its limit',
      withMore('timings: {connectTimeoutSeconds: 20, drainLimitSeconds: 20}'),
      'f:7:38 timings.drainLimitSeconds: expected more than connectTimeoutSeconds and drainWindowSeconds, of which the longer is 20, found 20',
    ],
    [
      'the progress deadline is after the earliest success',
      withMore('timings: {minReadySeconds: 120}'),
      'f:7:1 timings.progressDeadlineSeconds: expected more than minReadySeconds = 120, found 120',
    ],
    [
      'a try outlasts the longest request',
      withMore('retries: {attempts: 2, perTryTimeoutSeconds: 14}'),
      'f:7:24 retries.perTryTimeoutSeconds: expected at least longestRequestSeconds = 15, found 14',
    ],
    [
      'header routes name listed versions',
      withMore('headerRoutes:', '  - {header: x-user, exact: a, version: v2}'),
      'f:8:32 headerRoutes.0.version: expected one of the versions: v1, found v2',
    ],
    [
      'steps name listed analyses',
      withMore('steps: [{analyse: errors}]'),
      'f:7:10 steps.0.analyse: expected one of the analyses: none is listed, found errors',
    ],
    [
      'the weights of steps rise',
      withMore('steps:', '  - weight: 50', '  - weight: 50'),
      'f:9:5 steps.1.weight: expected more than the 50 before it, found 50',
    ],
    [
      'an autoscaler has room',
      withMore('autoscaling: {minReplicas: 5, maxReplicas: 4, memory: 99Mi}'),
      'f:7:31 autoscaling.maxReplicas: expected at least minReplicas = 5, found 4',
    ],
    [
      'requests fit into limits',
      withMore('resources: {requests: {cpu: 1100m, memory: 1Gi}, limits: {cpu: "1", memory: 1024Mi}}'),
      'f:7:24 resources.requests.cpu: expected at most the limit, 1, found 1100m',
    ],
    [
      'the target of an autoscaler is reachable',
      withMore('autoscaling: {memory: 257Mi}'),
      'f:7:15 autoscaling.memory: expected an autoscaling target for memory of at most the limit of a pod, 256Mi, found 257Mi',
    ],
    [
      'also the target that high traffic brings along',
      withLine(
        5,
        '  v1: {image: "demo:1", resources: {requests: {cpu: 1m, memory: 1Mi}, limits: {cpu: 1m, memory: 1Gi}}}',
        'highTraffic: true',
      ),
      'f:7:1 highTraffic: expected an autoscaling target for cpu of at most the limit of a pod, 1m, found 900m, the default of highTraffic',
    ],
  ])('%s', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(problem) as string]);
  });
});

test.each([
  [
    'an image with the tag latest, when its version is allowed by name',
    withLine(5, '  v1: {image: "demo:latest"}', 'allowUnpinned: [v1]'),
  ],
  ['an image without a tag but with a digest', withLine(5, `  v1: {image: "demo@sha256:${'0'.repeat(64)}"}`)],
  ['a version without traffic', withLine(5, '  {v1: {image: "demo:1"}, v2: {image: "demo:2"}}')],
  ['a grace period just long enough', withMore('timings: {gracePeriodSeconds: 27}')],
  ['high traffic alone', withMore('highTraffic: true')],
  [
    'no shutdown delay, when nothing has to be told and no sleep is asked for',
    withMore('preStop: exec', 'timings: {endpointPropagationSeconds: 0, shutdownDelaySeconds: 0}'),
  ],
])('%s is accepted', (_, text) => {
  expect(problemsOf(text)).toEqual([]);
});

describe('a file with many mistakes', () => {
  test('is told all of them at once, in the order of its lines, shape and rules together', () => {
    const text = [
      'nmae: demo',
      'namespace: Demo',
      'hosts: []',
      'versions:',
      '  v1: {image: demo, replicas: 0}',
      '  v2: {image: demo:2, imgae: x}',
      'weights: {v1: 50, v3: 40}',
      'timings: {shutdownDelaySeconds: 2, gracePeriodSeconds: 5}',
    ].join('\n');
    expect(problemsOf(text).map((problem) => problem.split(': expected')[0])).toEqual([
      'f:1:1 nmae',
      'f:1:1 name',
      'f:2:1 namespace',
      'f:3:1 hosts',
      'f:5:21 versions.v1.replicas',
      'f:6:23 versions.v2.imgae',
      'f:7:1 weights',
      'f:8:11 timings.shutdownDelaySeconds',
      'f:8:36 timings.gracePeriodSeconds',
    ]);
  });

  test('is told a field by the place where it should be', () => {
    expect(problemsOf('name: demo')).toEqual(
      ['namespace', 'hosts', 'versions', 'weights'].map(
        (field) =>
          expect.stringMatching(new RegExp(`^f:1:1 ${field}: expected .*, found nothing; add this field$`)) as string,
      ),
    );
  });
});

describe('a hostile file is refused in a sentence', () => {
  const multiplying = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...[...'bcdefgh'].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join()}]`),
  ];

  test.each([
    ['nothing', '', 'expected a mapping of fields, found nothing'],
    ['a comment', '# nothing', 'expected a mapping of fields, found nothing'],
    ['a list', '- name', 'expected a mapping of fields, found a list'],
    ['a word', 'demo', 'expected a mapping of fields, found a single value'],
    ['a field twice', withMore('name: other'), 'f:7:1 expected valid YAML, found Map keys must be unique'],
    [
      'two documents',
      `${withMore('---')}\n${base.join('\n')}`,
      'f:7:1 expected valid YAML, found Source contains multiple documents',
    ],
    ['a key that is a list', '? [a]\n: b', 'expected valid YAML, found With stringKeys, all keys must be strings'],
    ['a tab', '\tname: x', 'f:1:1 expected valid YAML, found Tabs are not allowed as indentation'],
    ['__proto__ as a field', withMore('__proto__: {}'), 'f:7:1 expected another name than __proto__'],
    ['__proto__ as a version', withLine(5, '  __proto__: {image: x}'), 'f:5:3 expected another name than __proto__'],
    ['aliases that multiply', multiplying.join('\n'), 'found Excessive alias count'],
    ['an alias of nothing', 'name: *nobody', 'found Unresolved alias'],
    ['an alias of itself', 'name: &a [*a]', 'found Converting circular structure to JSON'],
    ['ten thousand lists in each other', 'name: ' + '['.repeat(10_000), 'expected values nested a few levels deep'],
    [
      'ten thousand mappings in each other',
      'name: ' + '{a: '.repeat(10_000),
      'expected values nested a few levels deep',
    ],
    ['ten thousand list items in each other', '- '.repeat(10_000), 'expected values nested a few levels deep'],
    [
      'a megabyte',
      `name: ${'x'.repeat(1_000_000)}`,
      'expected a file of at most 65536 characters, found 1000006 characters',
    ],
    ['not a number', withMore('port: .nan'), 'f:7:1 port: expected a number, found'],
  ])('%s', (_, text, problem) => {
    const problems = problemsOf(text);
    expect(problems[0]).toContain(problem);
    expect(problems.join('\n')).not.toMatch(/\n\s+at /);
  });

  test('and cannot write to the terminal by the name of a field', () => {
    const [problem] = problemsOf(withMore('"a\\n\\e[31mred": 1'));
    expect(problem).toContain('f:7:1 a\\n\\u001b[31mred: expected one of the fields name,');
    expect(problem).not.toMatch(/\p{Cc}/u);
  });
});

test('every field of the schema refuses a value of the wrong shape, under its own name', () => {
  for (const field of Object.keys(releaseFile.shape)) {
    const lines = base.filter(
      (line) => !line.startsWith(`${field}:`) && !(field === 'versions' && line.startsWith(' ')),
    );
    expect(problemsOf([...lines, `${field}: [[x]]`].join('\n'))).toContainEqual(
      expect.stringMatching(new RegExp(`^f:\\d+:\\d+ ${field}(\\.\\d+)?: expected `)) as string,
    );
  }
});
