/** The pod of one version: the same in both profiles. */
import * as k8s from 'cdk8s-plus-27/lib/imports/k8s';
import {
  annotations,
  containerName,
  contentHash,
  isPinned,
  metricsPath,
  versionedName,
  type Release,
  type Version,
} from '../model';
import { podLabels } from './manifest';
import { httpPortName } from './ports';
import { probes } from './probes';
import { serviceEnvironment } from './service-environment';
import { sidecarAnnotations, sidecarLabels } from './sidecar';

/** Any number but 0 (root) and 1337 (Istio's proxy); the image needs no entry for it. */
const userId = 10001;

export function podTemplate(release: Release, version: Version, selector: Record<string, string>): k8s.PodTemplateSpec {
  return {
    metadata: {
      labels: { ...podLabels(release, version), ...sidecarLabels(release) },
      annotations: {
        'kubectl.kubernetes.io/default-container': containerName,
        // A pod reads its ConfigMap only when it starts: new contents need new pods.
        [annotations.contentHash]: contentHash(version.env),
        ...scraping(release),
        ...sidecarAnnotations(release),
      },
    },
    spec: {
      automountServiceAccountToken: false,
      containers: [container(release, version)],
      enableServiceLinks: false,
      priorityClassName: release.priorityClass,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: userId,
        runAsGroup: userId,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      serviceAccountName: release.name,
      terminationGracePeriodSeconds: release.timings.gracePeriodSeconds,
      topologySpreadConstraints: spread(selector),
    },
  };
}

/** The convention by which most Prometheus set-ups find pods; Istio's sidecar adds its own metrics to the answer. */
function scraping({ port }: Release): Record<string, string> {
  return { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(port), 'prometheus.io/path': metricsPath };
}

/** The preStop hook is missing here: the types do not know the sleep action (see graceful-deployment.ts). */
function container(release: Release, version: Version): k8s.Container {
  return {
    name: containerName,
    image: version.image,
    // A tag that moves has to be looked up at each start; a pinned one cannot have changed.
    imagePullPolicy: isPinned(version.image) ? 'IfNotPresent' : 'Always',
    ports: [{ name: httpPortName, containerPort: release.port }],
    env: Object.entries(serviceEnvironment(release, version)).map(([name, value]) => ({ name, value })),
    envFrom: [{ configMapRef: { name: versionedName(release.name, version.name) } }],
    resources: {
      requests: quantities(version.resources.requests),
      limits: quantities(version.resources.limits),
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    },
    ...probes(release),
  };
}

function quantities(amounts: Readonly<Record<string, string>>): Record<string, k8s.Quantity> {
  return Object.fromEntries(
    Object.entries(amounts).map(([resource, amount]) => [resource, k8s.Quantity.fromString(amount)]),
  );
}

/** Pods of a version spread over zones and nodes. Where that is not possible, they start anyway. */
function spread(selector: Record<string, string>): k8s.TopologySpreadConstraint[] {
  return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selector },
  }));
}
