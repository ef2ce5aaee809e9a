import { warningsOf } from '../../../charts';
import type { Manifest } from '../../../model';
import { deployment, service, synthesized, YamlFolder } from '../../support/yaml-release';
import { bothVersions } from '../../support/release';

const folder = new YamlFolder();
const both = { versions: bothVersions, weights: { v1: 100 } };
const render = (...documents: readonly object[]) =>
  synthesized(folder.release({ ...both, workload: folder.file('app.yaml', ...documents) }));
const refusal = (...documents: readonly object[]) => {
  try {
    render(...documents);
  } catch (error) {
    return (error as Error).message.replaceAll(/\S*\/app\.yaml/g, 'app.yaml');
  }
  return 'nothing was refused';
};
const find = (manifests: readonly Manifest[], kind: string, name: string) =>
  manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name) as Manifest & {
    readonly spec: Record<string, never>;
  };

interface Template {
  readonly metadata: { readonly labels: Record<string, string>; readonly annotations: Record<string, string> };
  readonly spec: {
    readonly terminationGracePeriodSeconds: number;
    readonly containers: readonly {
      readonly name: string;
      readonly image: string;
      readonly lifecycle: { readonly preStop: object };
    }[];
  };
}
const templateIn = (manifests: readonly Manifest[], version: string) =>
  (find(manifests, 'Deployment', `demo-${version}`).spec as unknown as { template: Template }).template;

describe('over the YAML of a workload is laid', () => {
  test('for each version a name, its labels and selector, and its image', () => {
    const manifests = render(deployment(), service());
    const { spec, metadata } = find(manifests, 'Deployment', 'demo-v2');
    expect(metadata).toEqual({
      name: 'demo-v2',
      namespace: 'demo-ns',
      labels: { app: 'demo', 'handover/service': 'demo', 'handover/version': 'v2', version: 'v2' },
    });
    expect(spec.selector).toEqual({ matchLabels: { tier: 'web', app: 'demo', version: 'v2' } });
    expect(templateIn(manifests, 'v2').metadata.labels).toMatchObject({ tier: 'web', app: 'demo', version: 'v2' });
    expect(templateIn(manifests, 'v2').spec.containers[0]?.image).toBe(bothVersions.v2.image);
  });

  test('a shutdown delay and a grace period where there are none, for each container', () => {
    const beside = { name: 'log', image: 'log:1', lifecycle: { preStop: { exec: { command: ['sleep', '9'] } } } };
    const main = { name: 'main', image: 'any', ports: [{ name: 'web', containerPort: 9898 }] };
    const { spec } = templateIn(render(deployment({ pod: { containers: [main, beside] } }), service()), 'v1');
    expect(spec.terminationGracePeriodSeconds).toBe(30);
    expect(spec.containers.map(({ lifecycle }) => lifecycle.preStop)).toEqual([
      { sleep: { seconds: 8 } },
      { exec: { command: ['sleep', '9'] } },
    ]);
    expect(spec.containers[1]?.image).toBe('log:1');
  });

  test('a sidecar that the pods ask for, and its settings, where the YAML says nothing of them', () => {
    const asked = templateIn(render(deployment(), service()), 'v1').metadata;
    expect(asked.labels).toMatchObject({ 'sidecar.istio.io/inject': 'true' });
    expect(asked.annotations['proxy.istio.io/config']).toContain('EXIT_ON_ZERO_ACTIVE_CONNECTIONS');
    const refused = deployment({ labels: { 'sidecar.istio.io/inject': 'false' } });
    expect(templateIn(render(refused, service()), 'v1').metadata.labels).toMatchObject({
      'sidecar.istio.io/inject': 'false',
    });
  });

  test('nothing else: unknown fields, ports and probes are as they were written', () => {
    const written = { container: { startupProbe: { grpc: { port: 1 } }, resizePolicy: [{ resourceName: 'cpu' }] } };
    const manifests = render(
      deployment(written),
      service([{ name: 'grpc', port: 81, targetPort: 9898, appProtocol: 'grpc' }]),
    );
    expect(templateIn(manifests, 'v1').spec.containers[0]).toMatchObject(written.container);
    expect(find(manifests, 'Service', 'demo').spec).toEqual({
      selector: { tier: 'web' },
      ports: [{ name: 'grpc', port: 81, targetPort: 9898, appProtocol: 'grpc' }],
    });
  });
});

describe('an object of the YAML', () => {
  const reading = {
    pod: {
      volumes: [
        { name: 'a', configMap: { name: 'settings' } },
        { name: 'b', projected: { sources: [{ configMap: { name: 'settings' } }, { secret: { name: 'key' } }] } },
      ],
      serviceAccountName: 'web',
    },
    container: { envFrom: [{ configMapRef: { name: 'settings' } }, { configMapRef: { name: 'of-the-cluster' } }] },
  };
  const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: '1' } };
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'demo' };
  const others = [
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'demo' },
      spec: { scaleTargetRef, maxReplicas: 4 },
    },
    {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name: 'by-queue' },
      spec: { scaleTargetRef: { name: 'demo' } },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'demo' },
      spec: { maxUnavailable: 1, selector: { matchLabels: { tier: 'web' } } },
    },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'web' } },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'reads' }, rules: [] },
  ];
  const manifests = render(deployment(reading), service(), settings, ...others);
  const named = manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`);

  test('is each version’s own when it is tied to the pods of one', () => {
    for (const version of ['v1', 'v2'])
      expect(named).toEqual(
        expect.arrayContaining([
          `ConfigMap/settings-${version}`,
          `HorizontalPodAutoscaler/demo-${version}`,
          `ScaledObject/by-queue-${version}`,
          `PodDisruptionBudget/demo-${version}`,
        ]),
      );
    expect(find(manifests, 'HorizontalPodAutoscaler', 'demo-v2').spec.scaleTargetRef).toEqual({
      ...scaleTargetRef,
      name: 'demo-v2',
    });
    expect(find(manifests, 'ScaledObject', 'by-queue-v2').spec.scaleTargetRef).toEqual({ name: 'demo-v2' });
    expect(find(manifests, 'PodDisruptionBudget', 'demo-v1').spec.selector).toEqual({
      matchLabels: { tier: 'web', app: 'demo', version: 'v1' },
    });
  });

  test('keeps its name when versions share it, and one of the whole cluster gets no namespace', () => {
    expect(named.filter((name) => /^(ServiceAccount|ClusterRole|Service)\//.test(name))).toEqual([
      'Service/demo',
      'ServiceAccount/web',
      'ClusterRole/reads',
    ]);
    expect(find(manifests, 'ClusterRole', 'reads').metadata).not.toHaveProperty('namespace');
  });

  test('is found by the pods of its version under its new name, and others by theirs', () => {
    const template = JSON.stringify(templateIn(manifests, 'v2'));
    expect(template.match(/settings-v2/g)).toHaveLength(3);
    expect(template).not.toContain('"settings"');
    expect(template).toContain('"of-the-cluster"');
    expect(template).toContain('"key"');
    expect(template).toContain('"serviceAccountName":"web"');
  });

  test('that differs between the files of two versions is refused when they share it', () => {
    const versions = {
      v1: { ...bothVersions.v1, workload: folder.file('one.yaml', deployment(), service()) },
      v2: {
        ...bothVersions.v2,
        workload: folder.file('two.yaml', deployment(), service([{ name: 'http', port: 81, targetPort: 'web' }])),
      },
    };
    expect(() => synthesized(folder.release({ versions, weights: { v1: 100 } }))).toThrow(
      /two\.yaml:\d+ expected the Service demo of .*one\.yaml:\d+, as all versions share it, found another one/,
    );
  });
});

describe('the content hash', () => {
  const hashOf = (...documents: readonly object[]) =>
    templateIn(render(...documents), 'v1').metadata.annotations['handover/content-hash'];
  const settings = (a: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
    data: { a },
  });
  const reading = { container: { envFrom: [{ configMapRef: { name: 'settings' } }] } };

  test('is another one for any change of the pod template, and of a ConfigMap that it reads', () => {
    const hashes = [
      hashOf(deployment(), service()),
      hashOf(deployment({ container: { args: ['--other'] } }), service()),
      hashOf(deployment({ labels: { other: 'label' } }), service()),
      hashOf(deployment(reading), service(), settings('1')),
      hashOf(deployment(reading), service(), settings('2')),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hashOf(deployment(), service())).toBe(hashes[0]);
  });
});

describe('a workload is refused with file and line', () => {
  const twoContainers = [
    { name: 'a', image: 'a:1' },
    { name: 'b', image: 'b:1' },
  ];
  test.each([
    [
      'without the Service',
      [deployment()],
      /app\.yaml:1 expected the Service demo of the namespace demo-ns, found none/,
    ],
    [
      'when the Service selects no pod of it',
      [deployment(), service(undefined, { tier: 'other' })],
      /expected one Deployment whose pods the Service selects/,
    ],
    [
      'when the Service selects by the version',
      [deployment({ labels: { version: 'v1' } }), service(undefined, { tier: 'web', version: 'v1' })],
      /expected a Service that selects the pods of all versions/,
    ],
    [
      'when no container is behind the Service',
      [deployment({ pod: { containers: twoContainers } }), service()],
      /expected one container that has the ports of the Service, found a, b; name it: container: NAME/,
    ],
    [
      'in another namespace',
      [{ ...deployment(), metadata: { name: 'demo', namespace: 'other' } }, service()],
      /expected Deployment demo in the namespace of the release, demo-ns, found other/,
    ],
    [
      'when its grace period is too short for the longest request (S10)',
      [deployment({ pod: { terminationGracePeriodSeconds: 20 } }), service()],
      /expected terminationGracePeriodSeconds above preStop \+ longestRequest \+ exitMargin = 26, found 20/,
    ],
    [
      'when its preStop hook is shorter than endpoints take (S10)',
      [deployment({ container: { lifecycle: { preStop: { sleep: { seconds: 2 } } } } }), service()],
      /expected a preStop hook of container main of at least timings\.endpointPropagation = 5 s, found 2 s/,
    ],
  ])('%s', (_, documents, message) => {
    expect(refusal(...documents)).toMatch(message);
  });

  test('when the file cannot be read, by the name that the release file has for it', () => {
    expect(() => synthesized(folder.release({ ...both, workload: 'absent.yaml' }))).toThrow(
      /expected YAML at .*absent\.yaml/,
    );
  });
});

test('the container is the one that the file names', () => {
  const containers = [
    { name: 'proxy', image: 'proxy:1', ports: [{ name: 'web', containerPort: 9898 }] },
    { name: 'app', image: 'any' },
  ];
  const workload = folder.file('app.yaml', deployment({ pod: { containers } }), service());
  const images = (fields: object) =>
    templateIn(synthesized(folder.release({ ...both, workload, ...fields })), 'v1').spec.containers.map(
      ({ image }) => image,
    );
  expect(images({})).toEqual([bothVersions.v1.image, 'any']);
  expect(images({ container: 'app' })).toEqual(['proxy:1', bothVersions.v1.image]);
  expect(() => images({ container: 'absent' })).toThrow('expected the container absent, found proxy, app');
});

describe('what endangers requests is said, and not refused:', () => {
  const warnings = (...documents: readonly object[]) =>
    warningsOf(folder.release({ ...both, workload: folder.file('app.yaml', ...documents) })).map((line) =>
      line.replace(/^\S*\/app\.yaml/, 'app.yaml'),
    );

  test('nothing of a workload that is well', () => {
    expect(warnings(deployment(), service())).toEqual([]);
  });

  test.each([
    [
      'no readiness probe',
      deployment({ container: { readinessProbe: undefined } }),
      'app.yaml:1 expected a readinessProbe of container main, found none',
    ],
    [
      'pods that may be missing',
      deployment({
        deployment: {
          selector: {},
          template: deployment().spec.template,
          strategy: { rollingUpdate: { maxUnavailable: 1 } },
        },
      }),
      'expected maxUnavailable: 0, found 1',
    ],
    [
      'a hook that needs a program',
      deployment({
        container: { lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', 'sleep 10 && nginx -s quit'] } } } },
      }),
      'expected the program /bin/sh in the image of container main',
    ],
    [
      'a hook whose time cannot be told',
      deployment({ container: { lifecycle: { preStop: { httpGet: { path: '/drain' } } } } }),
      'expected a preStop hook of container main whose time can be told',
    ],
  ])('%s', (_, written, line) => {
    const found = warnings(written, service());
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(line);
  });

  test('a port whose protocol Istio has to guess', () => {
    expect(warnings(deployment(), service([{ name: 'web', port: 80, targetPort: 'web' }]))).toEqual([
      expect.stringContaining(
        'expected appProtocol, or a name such as http-… or grpc-…, on port 80 of the Service, found "web"',
      ),
    ]);
  });
});

describe('routes lead', () => {
  const ports = [
    { name: 'admin', port: 90, targetPort: 1 },
    { name: 'grpc-api', port: 9999, targetPort: 2 },
    { name: 'http', port: 80, targetPort: 'web' },
  ];
  const portOf = (fields: object, written = ports) => {
    const workload = folder.file('app.yaml', deployment(), service(written));
    const { spec } = find(synthesized(folder.release({ ...both, workload, ...fields })), 'VirtualService', 'demo');
    return (spec as unknown as { http: { route: { destination: { port: { number: number } } }[] }[] }).http[0]?.route[0]
      ?.destination.port.number;
  };

  test('to the first port of the Service that Istio reads as HTTP, to the only one, or to the one that the file says', () => {
    expect(portOf({})).toBe(9999);
    expect(portOf({ port: 80 })).toBe(80);
    expect(portOf({}, [{ name: 'web', port: 81, targetPort: 'web' }])).toBe(81);
    expect(() => portOf({ port: 82 })).toThrow(
      'expected the port 82 of the Service demo, found admin 90, grpc-api 9999, http 80',
    );
  });
});
