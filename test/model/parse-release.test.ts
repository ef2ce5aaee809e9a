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
/** Its first option is in column 36. */
const withGateway = (options: string) => withMore(`gateway: {selector: {istio: gate}, ${options}`);
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
      'names of versions are values of a label',
      withLine(5, '  v/1: {image: "demo:1"}'),
      'f:5:3 versions.v/1: expected a version such as v2 or 1.5.0: letters, digits, "-", "_" and ".", beginning and ending with a letter or digit, found',
    ],
    [
      'versions have objects of their own',
      [...base.slice(0, 4), '  v-1: {image: "demo:1"}', '  V.1: {image: "demo:2"}', 'weights: {v-1: 100}'].join('\n'),
      'f:6:3 versions.V.1: expected a name that differs from v-1 in letters or digits, as both are v-1 in names of objects, found V.1; rename one of them',
    ],
    [
      'several versions have weights',
      withLine(6, '  v2: {image: "demo:2"}'),
      "f:1:1 weights: expected weights, as there are several versions: v1, v2, found nothing; add them, such as weights: {'v1': 100}",
    ],
    [
      'a name that YAML reads as a number is in quotes',
      withMore('headerRoutes:', '  - {header: x-user, exact: a, version: 1.10}'),
      "f:8:32 headerRoutes.0.version: expected a name in quotes such as '1.10', as YAML reads it as a number without them, found 1.1",
    ],
    [
      'a release file is of a version that this handover knows',
      withMore('apiVersion: handover/v2'),
      'f:7:1 apiVersion: expected one of handover/v1, found "handover/v2"',
    ],
    [
      'gateways are named as a VirtualService names them',
      withMore('gateways: [a/b/c]'),
      'f:7:12 gateways.0: expected own, mesh, or a Gateway that exists as NAMESPACE/NAME, found "a/b/c"',
    ],
    [
      'options of the Gateway belong to the one that is made',
      withGateway('tlsSecret: s}\ngateways: [istio-system/public]'),
      'f:7:36 gateway.tlsSecret: expected no tlsSecret, as no Gateway is made for the service, found it; remove it: it belongs into the Gateway that gateways names',
    ],
    [
      'a redirect to HTTPS has a certificate',
      withGateway('httpsRedirect: true}'),
      'f:7:36 gateway.httpsRedirect: expected no redirect to HTTPS, as there is no tlsSecret, found one; add tlsSecret, or remove it',
    ],
    [
      'a port for HTTPS has a certificate',
      withGateway('httpsPort: 8443}'),
      'f:7:36 gateway.httpsPort: expected no port for HTTPS, as there is no tlsSecret, found one',
    ],
    [
      'HTTP and HTTPS have ports of their own',
      withGateway('tlsSecret: s, httpPort: 443}'),
      'f:7:50 gateway.httpPort: expected different ports for HTTP and HTTPS, found 443 for both; change one of them',
    ],
    [
      'no probe is answered by a redirect',
      withGateway('tlsSecret: s, httpsRedirect: true}\naccess: {image: "h:1", evidence: probe}'),
      'f:8:24 access.evidence: expected proxy, as plain HTTP is answered by a redirect (gateway.httpsRedirect), found probe',
    ],
    [
      'no analysis is answered by a redirect',
      withGateway(
        'tlsSecret: s, httpsRedirect: true}\nanalyses: {errors: {requests: {path: /, perSecond: 5, duration: 10s}}}',
      ),
      'f:8:21 analyses.errors.requests: expected an analysis by prometheus, as plain HTTP is answered by a redirect',
    ],
    [
      'a published service has a host',
      withMore('gateways: [istio-system/public]').replace(/hosts: .*/, 'hosts: []'),
      'hosts: expected at least one host name, found none; add one',
    ],
    [
      'a route says the hosts by itself',
      withMore('route: k8s/route.yaml'),
      'hosts: expected hosts in the VirtualService of the route alone, found hosts in the release file',
    ],
    [
      'the YAML of a workload says the number of pods by itself',
      withMore('workload: k8s/web.yaml\nreplicas: 3'),
      'f:8:1 replicas: expected replicas in the YAML of the workload alone, found replicas in the release file',
    ],
    [
      'a workload is for all versions or none',
      "name: a\nnamespace: b\nhosts: [c.d]\nweights: {v1: 100}\nversions: {v1: {image: 'a:1', workload: x.yaml}, v2: {image: 'a:2'}}",
      'f:5:50 versions.v2: expected a workload, as another version has one, found none',
    ],
    [
      'a workload is not for a rolling update',
      withMore('workload: k8s/web.yaml\nprofile: rolling-update'),
      'f:7:1 workload: expected no workload, as the profile is rolling-update',
    ],
    [
      'a container is one of a workload',
      withMore('container: web'),
      'f:7:1 container: expected a workload that has it, found none',
    ],
    [
      'somebody counts requests in flight',
      withMore("inFlight: proxies\naccess: {image: 'd:1', evidence: probe}"),
      'f:7:1 inFlight: expected sidecar or a metric, as access.evidence is probe',
    ],
    [
      'a duration has a unit',
      withMore('timings: {longestRequest: 15}'),
      'f:7:11 timings.longestRequest: expected a duration such as 15s or 5m, found 15; change the value',
    ],
    [
      'a duration is a whole number of its unit',
      withMore('timings: {longestRequest: 1.5s}'),
      'f:7:11 timings.longestRequest: expected a duration such as 15s or 5m, found "1.5s"',
    ],
    [
      'a duration has whole seconds where nobody keeps fractions',
      withMore('timings: {longestRequest: 1500ms}'),
      'f:7:11 timings.longestRequest: expected a duration of whole seconds, such as 1s, found "1500ms"',
    ],
    [
      'a duration is at most half a day',
      withMore('timings: {longestRequest: 13h}'),
      'f:7:11 timings.longestRequest: expected at most 12h, found "13h"',
    ],
    ...['shutdownDelay', 'longestRequest', 'exitMargin', 'endpointPropagation', 'drainWindow'].map((field) => [
      `${field} is at least a second, as none makes no sense`,
      withMore(`timings: {${field}: 0s}`),
      `f:7:11 timings.${field}: expected at least 1s, found "0s"`,
    ]),
    [
      'a pause is a duration or ends by a person',
      withMore('steps: [{pause: until advanced}]'),
      'f:7:10 steps.0.pause: expected a duration such as 15s or 5m, or until promoted, found "until advanced"',
    ],
    [
      'a rolling update has one version',
      withLine(5, '  {v1: {image: "demo:1"}, v2: {image: "demo:2"}}', 'profile: rolling-update'),
      'f:4:1 versions: expected one version, as the profile is rolling-update, found v1, v2',
    ],
    [
      'probes and a mesh',
      withLine(6, 'weights: {v1: 100}', 'gateways: [own, mesh]', "access: {image: 'h:1', evidence: probe}"),
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
      withMore('timings:', '  gracePeriod: 26s'),
      'f:8:3 timings.gracePeriod: expected more than shutdownDelay + longestRequest + exitMargin = 26s, found 26s; raise it to 30s',
    ],
    [
      'the shutdown delay outlasts propagation',
      withMore('timings:', '  endpointPropagation: 9s', '  shutdownDelay: 8s'),
      'f:9:3 timings.shutdownDelay: expected at least endpointPropagation = 9s, found 8s; raise it to 9s',
    ],
    [
      'proxies close idle connections first',
      withMore('timings: {idleTimeout: 72s}'),
      'f:7:11 timings.idleTimeout: expected less than keepAlive = 72s, found 72s',
    ],
    [
      'a drain fits its limit',
      withMore('timings: {connectTimeout: 20s, drainLimit: 20s}'),
      'f:7:32 timings.drainLimit: expected more than longestRequest, connectTimeout and drainWindow, of which the longest is 20s, found 20s',
    ],
    [
      'the progress deadline is after the slowest start',
      withMore('timings: {startup: 110s, minReady: 10s}'),
      'f:7:1 timings.progressDeadline: expected more than startup + minReady = 2m, found 2m; raise it to 4m',
    ],
    [
      'also with the profile rolling-update',
      withMore('profile: rolling-update', 'timings: {startup: 300s, progressDeadline: 15s}'),
      'f:8:26 timings.progressDeadline: expected more than startup + minReady = 5m, found 15s; raise it to 10m',
    ],
    [
      'an amount of memory is not in thousandths of a byte',
      withMore('resources: {requests: {cpu: 100m, memory: 128m}, limits: {cpu: "1", memory: 256Mi}}'),
      'f:7:35 resources.requests.memory: expected at least 1Mi, as the unit m means thousandths of a byte, where Mi means mebibytes: 128Mi, found "128m"',
    ],
    [
      'an amount of memory has a unit',
      withMore('autoscaling: {memory: "128"}'),
      'f:7:15 autoscaling.memory: expected at least 1Mi, as no container starts with less, found "128"',
    ],
    [
      'an amount of CPU is not 0',
      withMore('autoscaling: {cpu: "0"}'),
      'f:7:15 autoscaling.cpu: expected at least 1m, as 0 is refused or means no limit, found "0"',
    ],
    [
      'an amount of CPU is not in bytes',
      withMore('autoscaling: {cpu: 900Mi}'),
      'f:7:15 autoscaling.cpu: expected an amount of CPU such as 500m or 1.5, found "900Mi"',
    ],
    [
      'an image is one that can be pulled',
      withLine(5, '  v1: {image: "registry.test/Demo:1"}'),
      'f:5:8 versions.v1.image: expected an image reference such as registry.example.com/shop:1.4.0, found "registry.test/Demo:1"',
    ],
    [
      'an autoscaler alone decides the number of pods',
      withMore('autoscaling: {memory: 99Mi}', 'replicas: 7'),
      'f:8:1 replicas: expected no replicas, as autoscaling decides their number, found 7; remove it, and set autoscaling.minReplicas',
    ],
    [
      'also that of a version, and with high traffic',
      withLine(5, '  v1: {image: "demo:1", replicas: 7}', 'highTraffic: true'),
      'f:5:25 versions.v1.replicas: expected no replicas, as highTraffic, which brings an autoscaler along, decides their number, found 7',
    ],
    [
      'nothing is said about retries that never happen',
      withMore('retries: {attempts: 0, perTryTimeout: 20s}'),
      'f:7:24 retries.perTryTimeout: expected no perTryTimeout, as attempts: 0 forbids every retry, found it',
    ],
    [
      'a header route is not behind one that takes all of its requests',
      withMore('headerRoutes:', '  - {header: a, exact: b, version: v1}', '  - {header: a, exact: b, version: v9}'),
      'f:9:5 headerRoutes.1: expected a header and value that no route before it has, found those of headerRoutes.0',
    ],
    [
      'the CronJob of the driver has a name that Kubernetes takes',
      withLine(1, `name: ${'a'.repeat(44)}`, "access: {image: 'h:1'}"),
      'f:1:1 name: expected a name of at most 43 characters, as access brings the CronJob',
    ],
    [
      'a host is listed once',
      withLine(3, 'hosts: [a.example.com, b.example.com, a.example.com]'),
      'f:3:39 hosts.2: expected each host once, found a.example.com',
    ],
    [
      'a host is not covered by a wildcard',
      withLine(3, 'hosts: ["a.b.example.com", "*.example.com", example.com]'),
      'f:3:9 hosts.0: expected no host that *.example.com covers already, found a.b.example.com; remove it here',
    ],
    [
      'a host has its domain',
      withLine(3, 'hosts: [shop]'),
      'f:3:9 hosts.0: expected a host with its domain, as Istio refuses a Gateway for a short name, found shop',
    ],
    [
      'an Ingress has no host for all hosts',
      withLine(3, 'hosts: ["*"]', 'profile: rolling-update'),
      'f:3:9 hosts.0: expected a host name, as an Ingress takes no *, found *; write it out',
    ],
    ...['10.0.0.1', 'shop.1', `${'a'.repeat(64)}.com`].map((host) => [
      `${host} is no host`,
      withLine(3, `hosts: ["${host}"]`),
      'f:3:9 hosts.0: expected a host name such as www.example.com, and no address, found',
    ]),
    [
      'a retry has a condition that Istio knows',
      withMore('retries: {attempts: 2, retryOn: ["503", 5xx, timeout]}'),
      'f:7:46 retries.retryOn.2: expected a condition that Istio knows, such as connect-failure or 503, found "timeout"',
    ],
    [
      'a number fits into the field that holds it',
      withMore('connectionLimits: {maxConnections: 2147483648}'),
      'f:7:20 connectionLimits.maxConnections: expected at most 2147483647, found 2147483648',
    ],
    [
      'the name of a variable fits into a ConfigMap',
      withMore(`env: {${'A'.repeat(254)}: x}`),
      `env.${'A'.repeat(254)}: expected `,
    ],
    [
      'an amount of memory is a whole number of bytes',
      withMore('autoscaling: {memory: "2097152.5"}'),
      'f:7:15 autoscaling.memory: expected a whole number of bytes, such as 128Mi or 1.5Gi, found "2097152.5"',
    ],
    ['the port is not one of the sidecar', withMore('port: 15001'), 'f:7:1 port: expected none of 15000, 15001,'],
    [
      'a try outlasts the longest request',
      withMore('retries: {attempts: 2, perTryTimeout: 14s}'),
      'f:7:24 retries.perTryTimeout: expected at least longestRequest = 15s, found 14s',
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
  ['a grace period just long enough', withMore('timings: {gracePeriod: 27s}')],
  ['high traffic alone', withMore('highTraffic: true')],
  ['no weights while there is one version', [...base.slice(0, 5)].join('\n')],
  ['apiVersion: handover/v1', withMore('apiVersion: handover/v1')],
  ['a key of the operator that begins with x-', withMore('x-env: &env {A: b}', 'env: *env')],
  [
    'a header route to a version that is not listed',
    withMore('headerRoutes: [{header: x-user, exact: a, version: v9}]'),
  ],
  ['a pause that ends by a person', withMore('steps: [{pause: until promoted}, {pause: 500ms}]')],
  ['gateways: [own]', withMore('gateways: [own]')],
  ...['1.5.0', 'a1b2c3d', '2024-11-05', '7', 'V_1', '1.10'].map((name) => [
    `the version ${name}`,
    [...base.slice(0, 4), `  ${name}: {image: "demo:1"}`, `weights: {${name}: 100}`].join('\n'),
  ]),
  ...['registry.test:5000/a/b-c.d_e/f:V1.2_3-4', `localhost/shop:1@sha256:${'0'.repeat(64)}`].map((image) => [
    `the image ${image}`,
    withLine(5, `  v1: {image: "${image}"}`),
  ]),
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
      'timings: {shutdownDelay: 2s, gracePeriod: 5s}',
    ].join('\n');
    expect(problemsOf(text).map((problem) => problem.split(': expected')[0])).toEqual([
      'f:1:1 nmae',
      'f:2:1 namespace',
      'f:3:1 hosts',
      'f:5:21 versions.v1.replicas',
      'f:6:23 versions.v2.imgae',
      'f:7:1 weights',
      'f:8:11 timings.shutdownDelay',
      'f:8:30 timings.gracePeriod',
    ]);
  });

  test('is told a field by the place where it should be', () => {
    expect(problemsOf('name: demo')).toEqual(
      ['namespace', 'versions']
        .map(
          (field) =>
            expect.stringMatching(new RegExp(`^f:1:1 ${field}: expected .*, found nothing; add this field$`)) as string,
        )
        .concat(expect.stringContaining('f:1:1 hosts: expected at least one host name') as string),
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
    ['a quote that is left open', 'name: "x', 'f:1:9 expected valid YAML, found Missing closing'],
    ['__proto__ as a field', withMore('__proto__: {}'), 'f:7:1 expected another name than __proto__'],
    ['__proto__ as a version', withLine(5, '  __proto__: {image: x}'), 'f:5:3 expected another name than __proto__'],
    ['aliases that multiply', multiplying.join('\n'), 'found Excessive alias count'],
    ['an alias of nothing', 'name: *nobody', '1:7 expected an anchor &nobody above this place, found *nobody'],
    ['an alias of itself', 'name: &a [*a]', '1:11 expected an anchor beside it, found *a inside what &a marks'],
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
    expect(problem).toContain('f:7:1 a\\n\\u001b[31mred: expected one of the fields apiVersion, name,');
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
