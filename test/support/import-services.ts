/** Services that other people have, as a cluster has them: with what Kubernetes, Helm and Argo CD write on objects. */
import type { Manifest } from '../../model';

export const namespace = 'store';

/** As the API server answers. */
export function live(object: Manifest): Manifest {
  const applied = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object) };
  const { annotations, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: {
      ...metadata,
      namespace,
      annotations: { ...applied, ...annotations },
      creationTimestamp: '2024-03-05T10:00:00Z',
      generation: 7,
      managedFields: [{ manager: 'kubectl', operation: 'Update' }],
    },
    status: { observedGeneration: 7 },
  };
}

interface Parts {
  readonly labels?: Readonly<Record<string, string>>;
  readonly pod?: object;
  readonly container?: object;
  readonly spec?: object;
  readonly metadata?: object;
}

export function deployment(
  name: string,
  { labels = { app: name }, pod, container, spec, metadata }: Parts = {},
): Manifest {
  const defaults = { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', resources: {} };
  return live({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: { ...labels }, ...metadata },
    spec: {
      replicas: 3,
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      selector: { matchLabels: labels },
      template: {
        metadata: {
          creationTimestamp: null,
          labels,
          annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-01-01' },
        },
        spec: {
          containers: [
            {
              name: 'main',
              image: `registry.example.com/${name}:3.1.4`,
              ports: [{ containerPort: 9000 }],
              readinessProbe: { httpGet: { path: '/healthz', port: 9000 } },
              lifecycle: { preStop: { exec: { command: ['/bin/sleep', '12'] } } },
              ...defaults,
              ...container,
            },
          ],
          dnsPolicy: 'ClusterFirst',
          restartPolicy: 'Always',
          schedulerName: 'default-scheduler',
          securityContext: {},
          terminationGracePeriodSeconds: 60,
          ...pod,
        },
      },
      ...spec,
    },
  });
}

export function service(
  name: string,
  selector: object,
  ports: readonly object[] = [{ name: 'http', port: 80, targetPort: 9000, protocol: 'TCP' }],
): Manifest {
  const object = live({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector, ports } });
  return {
    ...object,
    spec: { ...(object.spec as object), clusterIP: '10.96.3.7', clusterIPs: ['10.96.3.7'], type: 'ClusterIP' },
  };
}

export function virtualService(name: string, spec: object, metadata: object = {}): Manifest {
  return live({ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name, ...metadata }, spec });
}

export function destinationRule(name: string, spec: object): Manifest {
  return live({ apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name }, spec });
}

export function autoscaler(name: string, target: string): Manifest {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: target };
  const spec = { scaleTargetRef, minReplicas: 2, maxReplicas: 9 };
  return live({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name }, spec });
}

export function budget(name: string, matchLabels: object): Manifest {
  const spec = { maxUnavailable: 1, selector: { matchLabels } };
  return live({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name }, spec });
}

/** A pod that runs, with a sidecar or without one. */
export function pod(name: string, labels: object, hasSidecar = true): Manifest {
  const names = ['main', ...(hasSidecar ? ['istio-proxy'] : [])];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: labels as Record<string, string> },
    spec: { containers: names.map((each) => ({ name: each })) },
    status: { phase: 'Running', containerStatuses: names.map((each) => ({ name: each, state: { running: {} } })) },
  };
}

export const publicGateway: Manifest = {
  ...live({
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'public' },
    spec: { selector: { istio: 'edge' }, servers: [] },
  }),
};
