/** Pods as the API server lists them, in their real size: most of it is nothing that the driver reads. */
import type { ProxyKind } from '../../model';
import { proxyAddress } from './addresses';

export interface MeshPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined for a pod without a proxy. */
  readonly kind?: ProxyKind;
  /** Its number among the proxies. */
  readonly proxy: number;
  readonly address: string;
}

const proxied = (proxy: number) => ({ proxy, address: proxyAddress(proxy) });

export function gatewayPod(index: number): MeshPod {
  const labels = { app: 'istio-ingressgateway', istio: 'ingressgateway' };
  return {
    namespace: 'istio-system',
    name: `istio-ingressgateway-${index}`,
    labels,
    kind: 'gateway',
    ...proxied(index),
  };
}

export function clientPod(index: number, proxy: number): MeshPod {
  const app = `client-${index % 50}`;
  return {
    namespace: `team-${index % 40}`,
    name: `${app}-7d9c5b6f8d-${index}`,
    labels: { app },
    kind: 'sidecar',
    ...proxied(proxy),
  };
}

export function servicePod(namespace: string, app: string, version: string, address: string): MeshPod {
  const name = `${app}-${version}-5f7b9d8c4-${address.replaceAll('.', '-')}`;
  return { namespace, name, labels: { app, version }, proxy: -1, address };
}

const env = (name: string, value: string) => ({ name, value });
const mount = (name: string, mountPath: string) => ({ name, mountPath, readOnly: true });
const probe = (path: string, port: number) => ({
  httpGet: { path, port, scheme: 'HTTP' },
  initialDelaySeconds: 1,
  timeoutSeconds: 3,
  periodSeconds: 15,
  successThreshold: 1,
  failureThreshold: 4,
});
const mounts = [
  'workload-socket',
  'credential-socket',
  'workload-certs',
  'istiod-ca-cert',
  'istio-data',
  'istio-envoy',
  'istio-token',
  'istio-podinfo',
];

function proxyContainer(role: string): object {
  return {
    name: 'istio-proxy',
    image: 'docker.io/istio/proxyv2:1.30.3',
    args: [
      'proxy',
      role,
      '--domain',
      '$(POD_NAMESPACE).svc.cluster.local',
      '--proxyLogLevel=warning',
      '--proxyComponentLogLevel=misc:error',
      '--log_output_level=default:info',
    ],
    ports: [{ name: 'http-envoy-prom', containerPort: 15_090, protocol: 'TCP' }],
    env: Array.from({ length: 24 }, (_, index) =>
      env(`ISTIO_META_SETTING_${index}`, `the value of setting ${index} as the injector wrote it`),
    ),
    resources: { limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '100m', memory: '128Mi' } },
    volumeMounts: mounts.map((name) => mount(name, `/var/run/secrets/${name}`)),
    readinessProbe: probe('/healthz/ready', 15_021),
    startupProbe: probe('/healthz/ready', 15_021),
    securityContext: {
      capabilities: { drop: ['ALL'] },
      privileged: false,
      runAsUser: 1337,
      runAsGroup: 1337,
      runAsNonRoot: true,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
    },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
  };
}

const appContainer = {
  name: 'app',
  image: 'registry.example.com/team/app:2026.11.1',
  ports: [{ containerPort: 8080, protocol: 'TCP' }],
  env: Array.from({ length: 10 }, (_, index) => env(`SETTING_${index}`, `a value of usual length ${index}`)),
  resources: { requests: { cpu: '100m', memory: '128Mi' } },
  readinessProbe: probe('/ready', 8080),
};

const managedBy = (manager: string, fields: number) => ({
  manager,
  operation: 'Update',
  apiVersion: 'v1',
  time: '2026-11-01T00:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1: {
    'f:spec': Object.fromEntries(Array.from({ length: fields }, (_, index) => [`f:field-of-the-spec-${index}`, {}])),
  },
});

const running = (name: string) => ({
  name,
  ready: true,
  started: true,
  restartCount: 0,
  image: `registry.example.com/${name}:1`,
  imageID: `registry.example.com/${name}@sha256:${'0'.repeat(64)}`,
  containerID: `containerd://${'0'.repeat(64)}`,
  state: { running: { startedAt: '2026-11-01T00:00:00Z' } },
});

export function podObject({ namespace, name, labels, kind, address }: MeshPod): object {
  const containers = [
    ...(kind === 'gateway' ? [] : [appContainer]),
    ...(kind ? [proxyContainer(kind === 'gateway' ? 'router' : 'sidecar')] : []),
  ];
  const conditions = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];
  return {
    metadata: {
      name,
      namespace,
      uid: `uid-${namespace}-${name}`,
      resourceVersion: '1',
      creationTimestamp: '2026-11-01T00:00:00Z',
      labels,
      annotations: {
        'sidecar.istio.io/status': JSON.stringify({
          containers: ['istio-proxy'],
          volumes: mounts,
          revision: 'default',
        }),
      },
      managedFields: [managedBy('kube-controller-manager', 60), managedBy('kubelet', 30)],
    },
    spec: {
      containers,
      volumes: mounts.map((volume) => ({ name: volume, emptyDir: {} })),
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: 'default',
      nodeName: 'node-1',
      schedulerName: 'default-scheduler',
    },
    status: {
      phase: 'Running',
      conditions: conditions.map((type) => ({ type, status: 'True', lastTransitionTime: '2026-11-01T00:00:00Z' })),
      podIP: address,
      startTime: '2026-11-01T00:00:00Z',
      containerStatuses: containers.map((container) => running((container as { name: string }).name)),
      qosClass: 'Burstable',
    },
  };
}
