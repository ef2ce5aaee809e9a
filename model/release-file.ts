/**
 * The shape of `release.yaml`, the one file that an operator edits. Its durations are texts such as 15s; what comes out has
 * numbers with their unit in the name. Rules that span several fields are in rules.ts;
 * the JSON schema for editors is generated from here (`npm run schema`).
 */
import { z } from 'zod';
import { inFlight } from './in-flight';
import {
  count,
  cpu,
  envName,
  gatewayReference,
  headerName,
  hostName,
  image,
  inSeconds,
  label,
  memory,
  namespaceName,
  objectName,
  pause,
  port,
  retryCondition,
  seconds,
  selector,
  versionName,
} from './fields';

const env = z.record(envName, z.string());

const resourceAmounts = z.strictObject({ cpu, memory });
const resources = z.strictObject({ requests: resourceAmounts, limits: resourceAmounts });

const path = z.string().min(1).max(1000);

const version = z.strictObject({
  image,
  workload: path.optional().describe('YAML of this version, in place of the one for all'),
  replicas: z.int().min(1).max(1000).optional(),
  env: env.optional(),
  resources: resources.optional(),
});

const timings = z
  .strictObject({
    shutdownDelay: seconds({ least: 1 })
      .prefault('8s')
      .describe('preStop: how long a pod serves on after its deletion'),
    longestRequest: seconds({ least: 1 })
      .prefault('15s')
      .describe('Pods have it to finish, and a version that leaves stays so long after its last route'),
    exitMargin: seconds({ least: 1 }).prefault('3s'),
    gracePeriod: seconds().optional().describe('Computed from the three above when left out'),
    endpointPropagation: seconds({ least: 1 })
      .prefault('5s')
      .describe('Until the last proxy stops sending to a deleted pod'),
    minReady: seconds().prefault('0s'),
    progressDeadline: seconds({ least: 1 }).prefault('2m'),
    startup: seconds({ least: 1 }).prefault('1m').describe('Until the startup probe gives up'),
    keepAlive: seconds({ least: 1 }).prefault('72s').describe('The service closes idle connections after this'),
    idleTimeout: seconds({ least: 1 })
      .prefault('30s')
      .describe('Proxies close idle connections to the service after this'),
    connectTimeout: seconds({ least: 1 }).prefault('5s').describe('Proxies give up connecting to a pod after this'),
    drainWindow: seconds({ least: 1 }).prefault('1s').describe('Nothing in flight for this long counts as drained'),
    drainLimit: seconds({ least: 1 })
      .optional()
      .describe('After a longer drain the driver ends and removes nothing; left out, 5m more than the longest request'),
  })
  .transform(
    inSeconds(
      'shutdownDelay',
      'longestRequest',
      'exitMargin',
      'gracePeriod',
      'endpointPropagation',
      'minReady',
      'progressDeadline',
      'startup',
      'keepAlive',
      'idleTimeout',
      'connectTimeout',
      'drainWindow',
      'drainLimit',
    ),
  )
  .prefault({});

const retries = z
  .strictObject({
    attempts: z.int().min(0).max(100),
    perTryTimeout: seconds({ least: 1 }).optional(),
    retryOn: z.array(retryCondition).optional(),
  })
  .transform(inSeconds('perTryTimeout'));

export const outlierDetection = z
  .strictObject({
    consecutive5xxErrors: count().default(5),
    interval: seconds({ least: 1 }).prefault('10s'),
    baseEjection: seconds({ least: 1 }).prefault('30s'),
    maxEjectionPercent: z.int().min(0).max(100).default(50),
  })
  .transform(inSeconds('interval', 'baseEjection'));

const connectionLimits = z.strictObject({
  maxConnections: count().optional(),
  maxPendingRequests: count().optional(),
  maxRequests: count().optional(),
});

export const autoscaling = z.strictObject({
  minReplicas: count().default(2),
  maxReplicas: count().default(4),
  cpu: cpu.default('900m').describe('Average use per pod at which another pod is added'),
  memory: memory.default('768Mi'),
});

const requestsAnalysis = z.strictObject({
  requests: z
    .strictObject({
      path: z.string().regex(/^\//, 'a path that begins with /'),
      perSecond: z.int().min(1).max(1000).default(20),
      duration: seconds({ least: 1 }).prefault('10s'),
      maxFailures: z.int().min(0).default(0),
    })
    .transform(({ duration, ...settings }) => ({ ...settings, seconds: duration })),
});
const prometheusAnalysis = z.strictObject({
  prometheus: z
    .strictObject({
      address: z.url({ protocol: /^https?$/, error: 'an address such as http://prometheus.monitoring:9090' }),
      query: z
        .string()
        .min(1)
        .describe(
          'A query with one number as its result; {{version}} is the version on trial, {{interval}} the interval',
        ),
      min: z.number().optional(),
      max: z.number().optional(),
      interval: seconds({ least: 1 }).prefault('5s'),
      count: z.int().min(1).default(3),
      maxFailures: z.int().min(0).default(0),
    })
    .transform(inSeconds('interval')),
});

const access = z.strictObject({
  gatewayNamespace: namespaceName.default('istio-system').describe('Where the pods of the gateway run'),
  image: image.describe("The driver's own image"),
  gatewayAddress: z
    .string()
    .regex(/^(\[[0-9a-fA-F:]+\]|[^\s:/@]+):\d{1,5}$/, 'host:port, such as istio-ingressgateway.istio-system:80')
    .optional()
    .describe("The gateway's plain HTTP port as seen from the driver's pod, for analyses that send requests"),
  evidence: z
    .enum(['proxy', 'probe'])
    .default('proxy')
    .describe('probe: the driver gets no right to read the gateways, and has to reach them with requests of its own'),
});

const step = z.union([
  z.strictObject({ weight: z.int().min(1).max(100) }),
  z.strictObject({ pause }).transform(({ pause }) => ({ pauseMs: pause })),
  z.strictObject({ analyse: label }),
]);

export const releaseFile = z.strictObject({
  apiVersion: z
    .literal('handover/v1')
    .default('handover/v1')
    .describe(
      'Freezes how a file is read and its defaults are rendered: an upgrade of handover changes no running version',
    ),
  name: label.describe('The service: its Service, and the first part of every Deployment name'),
  namespace: namespaceName,
  profile: z.enum(['istio', 'rolling-update']).default('istio'),
  highTraffic: z
    .boolean()
    .default(false)
    .describe(
      'Fills in autoscaling, retries, outlierDetection, connectionLimits and resources where they are left out',
    ),
  workload: path
    .optional()
    .describe(
      'YAML with the Deployment, the Service and what belongs to them, relative to this file. Left out: the pod of the bundled service',
    ),
  container: z
    .string()
    .min(1)
    .optional()
    .describe('The container whose image is a version; left out: the one behind the Service'),
  hosts: z.array(hostName).default([]),
  port: port
    .optional()
    .describe(
      "The Service's port to which the hosts lead. Left out: 8080, or with workload the Service's first HTTP port",
    ),
  gateway: z
    .strictObject({ selector, tlsSecret: objectName.optional() })
    .prefault({ selector: { istio: 'ingressgateway' } }),
  gateways: z
    .array(gatewayReference)
    .min(1)
    .optional()
    .describe(
      'own: a Gateway that is made for the service. NAMESPACE/NAME: one that exists, with its ports and TLS. mesh: requests from inside the mesh, of clients with a sidecar that call the Service. Left out: own',
    ),
  route: path
    .optional()
    .describe(
      'YAML with a VirtualService, relative to this file, in place of hosts, gateways, retries and headerRoutes. Its destinations without a subset get the weights',
    ),
  ingress: z.strictObject({ className: objectName.default('istio') }).prefault({}),
  versions: z
    .record(versionName, version)
    .describe('A name stands for one build for ever: give a new build a new name'),
  weights: z
    .record(z.string(), z.int().min(0).max(100))
    .optional()
    .describe('The share of each version; the sum is 100. May be left out while one version is listed'),
  allowUnpinned: z.array(versionName).default([]).describe('Versions whose image may have the tag latest, or none'),
  replicas: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe('Left out: 2 per version, or 3 with the profile rolling-update'),
  env: env.default({}),
  resources: resources
    .optional()
    .describe('Of one pod. Left out: 100m to 1 CPU, and 128Mi to 256Mi of memory (1Gi with highTraffic)'),
  timings,
  preStop: z.enum(['sleep', 'exec', 'httpGet']).default('sleep').describe('sleep needs Kubernetes 1.30'),
  probes: z
    .enum(['http', 'exec'])
    .default('http')
    .describe('exec: for a mesh with mTLS where Istio does not rewrite probes'),
  inFlight: inFlight
    .optional()
    .describe(
      "Where a pod's requests in flight are counted. sidecar: by its own Istio proxy. port, path, gauge: by a metric of the program. proxies: only at the proxies that send to it, a weaker grade. Left out: the bundled service's gauge",
    ),
  retries: retries.optional().describe("Left out: Istio's default of two retries"),
  headerRoutes: z
    .array(z.strictObject({ header: headerName, exact: z.string().min(1), version: versionName }))
    .default([])
    .describe(
      'Sends requests with this header to a version, whatever the weights; they follow the weights while it is not listed',
    ),
  outlierDetection: outlierDetection.optional(),
  connectionLimits: connectionLimits.optional(),
  autoscaling: autoscaling.optional(),
  sidecar: z
    .enum(['default', 'native', 'classic'])
    .default('default')
    .describe(
      'Which kind Istio injects. default: what its version and the nodes allow; either kind outlives the service',
    ),
  priorityClass: objectName.optional(),
  access: access
    .optional()
    .describe('Lets a driver run inside the cluster. Left out: no account, rights or Job are written'),
  steps: z
    .array(step)
    .prefault([])
    .describe('How `handover run` moves traffic to a new version; it always ends at 100'),
  analyses: z.record(label, z.union([requestsAnalysis, prometheusAnalysis])).prefault({}),
});

export type ReleaseFile = z.output<typeof releaseFile>;
export type ReleaseFileInput = z.input<typeof releaseFile>;
export type Resources = z.output<typeof resources>;
export type Timings = ReleaseFile['timings'] & {
  readonly gracePeriodSeconds: number;
  readonly drainLimitSeconds: number;
};
export type Step = z.output<typeof step>;
export type Analysis = z.output<typeof requestsAnalysis> | z.output<typeof prometheusAnalysis>;
