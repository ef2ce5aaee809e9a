import { App, Chart } from 'cdk8s';
import fc from 'fast-check';
import { releaseManifests, serviceEnvironment, Workload } from '../../charts';
import { resolveRelease, releaseFile, type Manifest, type Release, type ReleaseFileInput } from '../../model';
import { readConfig } from '../../service/config';
import { containerOf, environmentOf, ofKind, theOnly, type Deployment } from '../support/objects';
import { bothVersions, moments, releaseOf } from '../support/release';

function deploymentOf(fields: Partial<ReleaseFileInput> = {}): Deployment {
  return theOnly<Deployment>(releaseManifests(releaseOf(fields)), 'Deployment');
}

describe('the objects of one version', () => {
  test('are those of its construct, wherever that is used', () => {
    const release = moments['two versions, 90 to 10'];
    const all = releaseManifests(release);
    for (const version of release.versions) {
      const chart = new Chart(new App({ outdir: 'unused' }), 'own', { namespace: release.namespace });
      new Workload(chart, version.name, { release, version });
      const own = chart.toJson() as Manifest[];
      expect(own.map(({ kind }) => kind)).toEqual(['ConfigMap', 'Deployment', 'PodDisruptionBudget']);
      expect(JSON.stringify(own)).toBe(
        JSON.stringify(all.filter(({ metadata }) => metadata.labels?.version === version.name)),
      );
    }
  });

  test('are named after service and version', () => {
    const names = ofKind(releaseManifests(moments['two versions, 90 to 10']), 'Deployment').map((d) => d.metadata.name);
    expect(names).toEqual(['demo-v1', 'demo-v2']);
  });
});

describe('the preStop hook', () => {
  const timings = { shutdownDelay: '9s' };

  test('is the sleep action by default, although the types of Kubernetes 1.27 do not know it', () => {
    expect(containerOf(deploymentOf({ timings })).lifecycle).toEqual({ preStop: { sleep: { seconds: 9 } } });
  });

  test('as a program needs no shell', () => {
    expect(containerOf(deploymentOf({ timings, preStop: 'exec' })).lifecycle).toEqual({
      preStop: { exec: { command: ['node', '-e', 'setTimeout(() => {}, 9000)'] } },
    });
  });

  test('as a request asks the service', () => {
    expect(containerOf(deploymentOf({ timings, preStop: 'httpGet' })).lifecycle).toEqual({
      preStop: { httpGet: { path: '/prestop', port: 'http' } },
    });
  });
});

describe('probes', () => {
  test('ask the service by HTTP, each at its own address', () => {
    const { startupProbe, readinessProbe, livenessProbe } = containerOf(deploymentOf());
    expect([startupProbe, readinessProbe, livenessProbe].map(({ httpGet }) => httpGet)).toEqual([
      { path: '/startupz', port: 'http' },
      { path: '/readyz', port: 'http' },
      { path: '/healthz', port: 'http' },
    ]);
  });

  test('run the bundle itself when requests from outside the mesh are refused', () => {
    const { startupProbe, readinessProbe, livenessProbe } = containerOf(deploymentOf({ probes: 'exec' }));
    expect([startupProbe, readinessProbe, livenessProbe].map(({ exec }) => exec?.command)).toEqual(
      ['/startupz', '/readyz', '/healthz'].map((path) => ['node', '/app/service.js', 'probe', path]),
    );
  });

  test('take traffic from a pod long before it is restarted: a restart loses what is in flight', () => {
    const { startupProbe, readinessProbe, livenessProbe } = containerOf(deploymentOf());
    const seconds = (probe: typeof livenessProbe) => probe.periodSeconds * probe.failureThreshold;
    expect(seconds(readinessProbe)).toBe(10);
    expect(seconds(livenessProbe)).toBe(30);
    // One slow answer is no failure.
    expect([startupProbe, readinessProbe, livenessProbe].map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([
      5, 5, 5,
    ]);
  });

  test('give the service the whole start-up time', () => {
    const { startupProbe } = containerOf(deploymentOf({ timings: { startup: '95s' } }));
    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBe(95);
  });
});

describe('the environment', () => {
  test.each([
    ['istio', { longestTaskMs: 15_000, minimumDrainMs: 2_000, retirementMs: 0, hardStopMs: 19_000 }],
    // Clients of a plain Service keep their connections for as long as keepAlive.
    ['rolling-update', { longestTaskMs: 15_000, minimumDrainMs: 2_000, retirementMs: 50_000, hardStopMs: 69_000 }],
  ] as const)('says to the service in milliseconds what the file says in seconds: %s', (profile, stopping) => {
    const timings = { shutdownDelay: '9s', longestRequest: '15s', exitMargin: '4s', keepAlive: '50s' };
    const release = releaseOf({ timings, port: 9000, profile });
    expect(readConfig(serviceEnvironment(release, release.versions[0]!))).toMatchObject({
      config: { port: 9000, version: 'v1', keepAliveMs: 50_000, preStopMs: 9_000, ...stopping },
    });
  });

  test('is one that the service accepts, for all timings that a file may have', () => {
    const some = (max: number, min: number) => fc.integer({ min, max });
    const seconds = (max: number, min: number) => some(max, min).map((count) => `${count}s`);
    const timings = fc.record({
      longestRequest: seconds(43_200, 1),
      exitMargin: seconds(43_200, 1),
      keepAlive: seconds(43_200, 31),
    });
    const profiles = fc.constantFrom('istio', 'rolling-update');
    fc.assert(
      fc.property(timings, some(14_999, 1), profiles, (given, port, profile) => {
        const release = releaseOf({ timings: given, port, profile });
        expect(readConfig({ ...serviceEnvironment(release, release.versions[0]!) })).toHaveProperty('config');
      }),
      { numRuns: 50 },
    );
  });

  test('sets only variables that the service reads', () => {
    const read = new Set<string>();
    readConfig(new Proxy({}, { get: (_, name) => (read.add(String(name)), undefined) }));
    expect([...read]).toEqual(expect.arrayContaining(Object.keys(environmentOf(deploymentOf()))));
  });

  test('of a version adds to and overrides that of the release, in its ConfigMap', () => {
    const manifests = releaseManifests(
      releaseOf({ env: { A: '1', B: '1' }, versions: { v1: { image: 'x:1', env: { B: '2', C: '2' } } } }),
    );
    expect(theOnly(manifests, 'ConfigMap').data).toEqual({ A: '1', B: '2', C: '2' });
  });

  test('replaces the pods when its contents change, and only then', () => {
    const hash = (env: Record<string, string>) =>
      deploymentOf({ env }).spec.template.metadata.annotations['handover/content-hash'];
    expect(hash({ A: '1', B: '2' })).toMatch(/^[0-9a-f]{16}$/);
    expect(hash({ A: '1', B: '2' })).toBe(hash({ B: '2', A: '1' }));
    expect(hash({ A: '1', B: '2' })).not.toBe(hash({ A: '1', B: '3' }));
    expect(hash({ A: '1' })).not.toBe(hash({ B: '1' }));
  });
});

describe('the pod', () => {
  test('runs as nobody in particular, with nothing to write to and nothing to gain', () => {
    const deployment = deploymentOf();
    expect(deployment.spec.template.spec.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 10001,
      runAsGroup: 10001,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(containerOf(deployment).securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    });
  });

  test('has the resources of its version, else of the release, else sensible ones', () => {
    const amounts = (cpu: string) => ({ requests: { cpu, memory: '1Mi' }, limits: { cpu, memory: '1Mi' } });
    const versions = { v1: { image: 'x:1', resources: amounts('2') }, v2: { image: 'x:2' } };
    const found = ofKind<Deployment>(releaseManifests(releaseOf({ versions, resources: amounts('1') })), 'Deployment');
    expect(found.map((deployment) => containerOf(deployment).resources)).toEqual([amounts('2'), amounts('1')]);
    expect(containerOf(deploymentOf()).resources).toEqual({
      requests: { cpu: '100m', memory: '128Mi' },
      limits: { cpu: '1', memory: '256Mi' },
    });
  });

  test('looks up its image again only if the tag may have moved', () => {
    const policy = (image: string) =>
      containerOf(deploymentOf({ versions: { v1: { image } }, allowUnpinned: ['v1'] })).imagePullPolicy;
    expect([policy('x:1'), policy('x:latest'), policy('localhost:5000/x')]).toEqual([
      'IfNotPresent',
      'Always',
      'Always',
    ]);
  });

  test('has the priority class of the release, if any', () => {
    expect(deploymentOf({ priorityClass: 'critical' }).spec.template.spec.priorityClassName).toBe('critical');
    expect(deploymentOf().spec.template.spec).not.toHaveProperty('priorityClassName');
  });

  test('becomes available, and a rollout fails, after the times in the file', () => {
    const { spec } = deploymentOf({ timings: { minReady: '7s', progressDeadline: '90s' } });
    expect([spec.minReadySeconds, spec.progressDeadlineSeconds]).toEqual([7, 90]);
  });
});

describe("Istio's proxy", () => {
  const annotationsOf = (fields: Partial<ReleaseFileInput>) => {
    const { annotations } = deploymentOf(fields).spec.template.metadata;
    const config = annotations['proxy.istio.io/config'];
    return {
      native: annotations['sidecar.istio.io/nativeSidecar'],
      config: config === undefined ? undefined : (JSON.parse(config) as unknown),
    };
  };

  test('outlives the service by default, whichever kind the mesh injects', () => {
    const config = { proxyMetadata: { EXIT_ON_ZERO_ACTIVE_CONNECTIONS: 'true', MINIMUM_DRAIN_DURATION: '8s' } };
    expect(annotationsOf({})).toEqual({ native: undefined, config });
  });

  test('as a native sidecar outlives the service by itself', () => {
    expect(annotationsOf({ sidecar: 'native' })).toEqual({ native: 'true', config: undefined });
  });

  test('as a classic sidecar waits for the shutdown delay, then for its last connection', () => {
    expect(annotationsOf({ sidecar: 'classic', timings: { shutdownDelay: '9s' } })).toEqual({
      native: 'false',
      config: { proxyMetadata: { EXIT_ON_ZERO_ACTIVE_CONNECTIONS: 'true', MINIMUM_DRAIN_DURATION: '9s' } },
    });
  });

  test.each(['default', 'native', 'classic'] as const)(
    'as a %s sidecar listens for the whole grace period',
    (sidecar) => {
      expect(annotationsOf({ sidecar, timings: { gracePeriod: '46s' } }).config).toMatchObject({
        drainDuration: '46s',
      });
      expect(annotationsOf({ sidecar, timings: { gracePeriod: '45s' } }).config ?? {}).not.toHaveProperty(
        'drainDuration',
      );
    },
  );
});

describe('an autoscaler', () => {
  const autoscaling = { minReplicas: 3, maxReplicas: 7, cpu: '500m', memory: '200Mi' };
  const manifests = releaseManifests(releaseOf({ versions: bothVersions, autoscaling }));

  test('scales the Deployment of its version between the limits, and down slowly', () => {
    const [first, second] = ofKind(manifests, 'HorizontalPodAutoscaler');
    expect(first?.apiVersion).toBe('autoscaling/v2');
    expect(second?.metadata.name).toBe('demo-v2');
    expect(first?.spec).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'demo-v1' },
      minReplicas: 3,
      maxReplicas: 7,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '500m' } } },
        { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '200Mi' } } },
      ],
      behavior: {
        scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
      },
    });
  });

  test('owns the number of replicas, which the file sets otherwise', () => {
    for (const { spec } of ofKind<Deployment>(manifests, 'Deployment')) expect(spec).not.toHaveProperty('replicas');
    const versions = { v1: { image: 'x:1', replicas: 5 }, v2: { image: 'x:2' } };
    const fixed = ofKind<Deployment>(releaseManifests(releaseOf({ versions, replicas: 4 })), 'Deployment');
    expect(fixed.map(({ spec }) => spec.replicas)).toEqual([5, 4]);
  });
});

describe('a release that did not come from a file', () => {
  const invalid = (fields: unknown): Release => {
    const file = releaseFile.parse({
      name: 'demo',
      namespace: 'demo-ns',
      hosts: ['demo.example.com'],
      versions: { v1: { image: 'x:1' } },
      weights: { v1: 100 },
      ...(fields as object),
    });
    return resolveRelease(file);
  };

  test.each([
    [
      { timings: { gracePeriod: '26s' } },
      /timings.gracePeriod: expected more than .* = 26s, found 26s; raise it to 30s/,
    ],
    [
      { timings: { shutdownDelay: '4s' } },
      /timings.shutdownDelay: expected at least endpointPropagation = 5s, found 4s/,
    ],
    [{ name: 'a'.repeat(61) }, /expected a name that fits into 63 characters, found a+-v1 with 64/],
    [{ weights: { v9: 100 } }, /expected routes to one of v1, found v9/],
    [
      { profile: 'rolling-update', versions: bothVersions },
      /expected one version in the profile rolling-update, found v1, v2/,
    ],
  ])('is refused when it is synthesized: %j', (fields, message) => {
    expect(() => releaseManifests(invalid(fields))).toThrow(message);
  });
});
