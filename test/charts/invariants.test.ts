/** What has to hold in the manifests of every release, read from what is rendered and not from what was meant. */
import { releaseManifests } from '../../charts';
import { serviceHost, type Release } from '../../model';
import {
  containerOf,
  environmentOf,
  ofKind,
  selects,
  theOnly,
  type Deployment,
  type DestinationRule,
  type DisruptionBudget,
  type Service,
  type VirtualService,
} from '../support/objects';
import { bothVersions, moments, releaseOf } from '../support/release';

const releases: Record<string, Release> = {
  ...moments,
  'a version for chosen users': releaseOf({
    versions: bothVersions,
    headerRoutes: [{ header: 'x-user', exact: 'tester', version: 'v2' }],
  }),
  'high traffic': releaseOf({ highTraffic: true, versions: bothVersions }),
  'long requests': releaseOf({ timings: { longestRequest: '600s', shutdownDelay: '20s' } }),
  'preStop by a program': releaseOf({ preStop: 'exec' }),
  'preStop by the service': releaseOf({ preStop: 'httpGet' }),
  'a rolling update': releaseOf({ profile: 'rolling-update' }),
};
const meshReleases = Object.entries(releases).filter(([, { profile }]) => profile === 'istio');

describe.each(Object.entries(releases))('%s', (_, release) => {
  const manifests = releaseManifests(release);
  const deployments = ofKind<Deployment>(manifests, 'Deployment');
  const pods = deployments.map(({ spec }) => spec.template.metadata.labels);

  test('a Deployment exists for every listed version', () => {
    expect(pods.map(({ version }) => version)).toEqual(release.versions.map(({ name }) => name));
  });

  test('a selector matches the pods of its own Deployment and of no other', () => {
    deployments.forEach((deployment, own) => {
      const matched = pods.flatMap((labels, i) => (selects(deployment.spec.selector.matchLabels, labels) ? [i] : []));
      expect(matched).toEqual([own]);
    });
  });

  test('a PodDisruptionBudget covers the pods of one Deployment and lets one of them go', () => {
    const budgets = ofKind<DisruptionBudget>(manifests, 'PodDisruptionBudget');
    const covered = budgets.map(({ spec }) =>
      pods.flatMap((labels, i) => (selects(spec.selector.matchLabels, labels) ? [i] : [])),
    );
    expect(covered).toEqual(pods.map((_labels, i) => [i]));
    expect(budgets.every(({ spec }) => spec.maxUnavailable === 1)).toBe(true);
  });

  test('pods of one version spread by the labels that select them', () => {
    for (const { spec } of deployments) {
      const constraints = spec.template.spec.topologySpreadConstraints;
      expect(constraints).toHaveLength(2);
      for (const { labelSelector } of constraints) expect(labelSelector.matchLabels).toEqual(spec.selector.matchLabels);
    }
  });

  test('the Service selects the pods of every version, by a named port that the container has', () => {
    const { spec } = theOnly<Service>(manifests, 'Service');
    expect(spec.selector).toEqual({ app: release.name });
    expect(pods.every((labels) => selects(spec.selector, labels))).toBe(true);
    expect(spec.ports).toEqual([{ name: 'http', port: release.port, targetPort: 'http', protocol: 'TCP' }]);
    for (const deployment of deployments)
      expect(containerOf(deployment).ports).toEqual([{ name: 'http', containerPort: release.port }]);
  });

  test('S10: shutdown delay, longest request and exit fit into the grace period', () => {
    for (const deployment of deployments) {
      const delaySeconds = preStopSeconds(deployment);
      const hardStopSeconds = Number(environmentOf(deployment).HARD_STOP_MS) / 1000;
      const longestSeconds = Number(environmentOf(deployment).LONGEST_TASK_MS) / 1000;
      expect(delaySeconds).toBeGreaterThanOrEqual(release.timings.endpointPropagationSeconds);
      expect(hardStopSeconds).toBeGreaterThan(longestSeconds);
      expect(delaySeconds + hardStopSeconds).toBeLessThan(deployment.spec.template.spec.terminationGracePeriodSeconds);
    }
  });

  test('no pod goes before another one is ready', () => {
    for (const { spec } of deployments)
      expect(spec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
  });

  test('every object has a name and, the Namespace aside, the namespace of the release', () => {
    for (const { kind, metadata } of manifests) {
      expect(metadata.name).toBeTruthy();
      expect(metadata.namespace).toBe(kind === 'Namespace' ? undefined : release.namespace);
    }
  });

  test('no two objects of a kind share a name', () => {
    const identities = manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(new Set(identities).size).toBe(identities.length);
  });

  test('the pods use a ConfigMap and an account that exist', () => {
    const configMaps = ofKind(manifests, 'ConfigMap').map(({ metadata }) => metadata.name);
    const account = theOnly(manifests, 'ServiceAccount');
    expect(account.automountServiceAccountToken).toBe(false);
    deployments.forEach((deployment, i) => {
      expect(containerOf(deployment).envFrom).toEqual([{ configMapRef: { name: configMaps[i] } }]);
      expect(deployment.spec.template.spec.serviceAccountName).toBe(account.metadata.name);
      expect(deployment.spec.template.spec.automountServiceAccountToken).toBe(false);
    });
  });
});

describe.each(meshReleases)('%s, in the mesh', (_, release) => {
  const manifests = releaseManifests(release);
  const deployments = ofKind<Deployment>(manifests, 'Deployment');
  const rule = theOnly<DestinationRule>(manifests, 'DestinationRule');
  const { spec: routing } = theOnly<VirtualService>(manifests, 'VirtualService');

  test('every route names subsets that the DestinationRule has', () => {
    const subsets = rule.spec.subsets.map(({ name }) => name);
    for (const { destination } of routing.http.flatMap(({ route }) => route)) {
      expect(subsets).toContain(destination.subset);
      expect(destination.host).toBe(rule.spec.host);
    }
    expect(rule.spec.host).toBe(serviceHost(release.name, release.namespace));
  });

  test('every subset selects the pods of the Deployment of its own version, and of no other', () => {
    const pods = deployments.map(({ spec }) => spec.template.metadata.labels);
    const selected = rule.spec.subsets.map(({ labels }) => pods.filter((pod) => selects(labels, pod)));
    expect(selected.map((matched) => matched.map(({ version }) => version))).toEqual(
      rule.spec.subsets.map(({ name }) => [name]),
    );
  });

  test('the weights of every route sum to 100, and none is 0', () => {
    for (const { route } of routing.http) {
      expect(route.reduce((sum, { weight }) => sum + weight, 0)).toBe(100);
      expect(route.every(({ weight }) => weight > 0)).toBe(true);
    }
  });

  test('every route has a name of its own, and only the last has no condition', () => {
    const names = routing.http.map(({ name }) => name);
    expect(names.every(Boolean)).toBe(true);
    expect(new Set(names).size).toBe(names.length);
    expect(routing.http.map(({ match }) => match === undefined)).toEqual(names.map((_, i) => i === names.length - 1));
  });

  test('the routes are attached to the Gateway, for hosts that it serves', () => {
    const gateway = theOnly(manifests, 'Gateway') as unknown as { spec: { servers: { hosts: string[] }[] } };
    expect(routing.gateways).toEqual([theOnly(manifests, 'Gateway').metadata.name]);
    for (const { hosts } of gateway.spec.servers) expect(hosts).toEqual(routing.hosts);
  });

  test('proxies close idle connections before the service does', () => {
    const idleSeconds = Number(/^(\d+)s$/.exec(rule.spec.trafficPolicy.connectionPool.http.idleTimeout)?.[1]);
    for (const deployment of deployments)
      expect(idleSeconds * 1000).toBeLessThan(Number(environmentOf(deployment).KEEP_ALIVE_MS));
  });
});

/** How long the hook holds the pod, whatever form it has; NaN when there is none. */
function preStopSeconds(deployment: Deployment): number {
  const { sleep, exec, httpGet } = containerOf(deployment).lifecycle?.preStop ?? {};
  if (sleep) return Number(sleep.seconds);
  if (exec) return Number(/setTimeout\(\(\) => \{\}, (\d+)\)$/.exec((exec.command as string[])[2] ?? '')?.[1]) / 1000;
  return httpGet?.path === '/prestop' ? Number(environmentOf(deployment).PRESTOP_MS) / 1000 : NaN;
}
