/**
 * The shape of `release.yaml`, the one file that an operator edits. Rules that span several fields are in rules.ts;
 * the JSON schema for editors is generated from here (`npm run schema`).
 */
import { z } from 'zod';
import { dnsLabel, longestName } from './names';
import { quantityPattern } from './quantity';

const label = z
  .string()
  .regex(dnsLabel, 'a DNS label: lower-case letters, digits and "-", beginning with a letter')
  .max(longestName);
/** Half a day: the sum of two of them still is a delay that the service accepts. */
const seconds = z.int().min(0).max(43_200);
const port = z.int().min(1).max(65_535);
const quantity = z.string().regex(quantityPattern, 'a Kubernetes quantity such as 100m or 128Mi');
const envName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'an environment variable name');
const env = z.record(envName, z.string());
const hostName = z
  .string()
  .regex(
    /^(\*\.)?([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    'a host name such as www.example.com',
  )
  .max(253);

const resourceAmounts = z.strictObject({ cpu: quantity, memory: quantity });
const resources = z.strictObject({ requests: resourceAmounts, limits: resourceAmounts });

const version = z.strictObject({
  image: z.string().min(1).regex(/^\S+$/, 'an image reference without spaces'),
  replicas: z.int().min(1).max(1000).optional(),
  env: env.optional(),
  resources: resources.optional(),
});

const timings = z
  .strictObject({
    shutdownDelaySeconds: seconds.default(8).describe('preStop: how long a pod serves on after its deletion'),
    longestRequestSeconds: seconds.default(15),
    exitMarginSeconds: seconds.min(1).default(3),
    gracePeriodSeconds: seconds.optional().describe('Computed from the three above when left out'),
    endpointPropagationSeconds: seconds.default(5).describe('Until the last proxy stops sending to a deleted pod'),
    minReadySeconds: seconds.default(0),
    progressDeadlineSeconds: seconds.min(1).default(120),
    startupSeconds: seconds.min(1).default(60).describe('Until the startup probe gives up'),
    keepAliveSeconds: seconds.min(1).default(72).describe('The service closes idle connections after this'),
    idleTimeoutSeconds: seconds.min(1).default(30).describe('Proxies close idle connections to the service after this'),
    connectTimeoutSeconds: seconds.min(1).default(5).describe('Proxies give up connecting to a pod after this'),
    drainWindowSeconds: seconds.default(1).describe('Nothing in flight for this long counts as drained'),
    drainLimitSeconds: seconds
      .min(1)
      .default(300)
      .describe('After a longer drain the release holds, and a person has to decide'),
  })
  .prefault({});

const retries = z.strictObject({
  attempts: z.int().min(0).max(100),
  perTryTimeoutSeconds: seconds.min(1).optional(),
  retryOn: z.array(z.string().regex(/^[a-z0-9-]+$/)).optional(),
});

export const outlierDetection = z.strictObject({
  consecutive5xxErrors: z.int().min(1).default(5),
  intervalSeconds: seconds.min(1).default(10),
  baseEjectionSeconds: seconds.min(1).default(30),
  maxEjectionPercent: z.int().min(0).max(100).default(50),
});

const connectionLimits = z.strictObject({
  maxConnections: z.int().min(1).optional(),
  maxPendingRequests: z.int().min(1).optional(),
  maxRequests: z.int().min(1).optional(),
});

export const autoscaling = z.strictObject({
  minReplicas: z.int().min(1).default(2),
  maxReplicas: z.int().min(1).default(4),
  cpu: quantity.default('900m').describe('Average use per pod at which another pod is added'),
  memory: quantity.default('768Mi'),
});

const requestsAnalysis = z.strictObject({
  requests: z.strictObject({
    path: z.string().regex(/^\//, 'a path that begins with /'),
    perSecond: z.int().min(1).max(1000).default(20),
    seconds: seconds.min(1).default(10),
    maxFailures: z.int().min(0).default(0),
  }),
});
const prometheusAnalysis = z.strictObject({
  prometheus: z.strictObject({
    address: z.url({ protocol: /^https?$/, error: 'an address such as http://prometheus.monitoring:9090' }),
    query: z
      .string()
      .min(1)
      .describe(
        'A query with one number as its result; {{version}} is the version on trial, {{interval}} the interval',
      ),
    min: z.number().optional(),
    max: z.number().optional(),
    intervalSeconds: seconds.min(1).default(5),
    count: z.int().min(1).default(3),
    maxFailures: z.int().min(0).default(0),
  }),
});

const access = z.strictObject({
  gatewayNamespace: label.default('istio-system').describe('Where the pods of the gateway run'),
  image: z.string().min(1).regex(/^\S+$/, 'an image reference without spaces').describe("The driver's own image"),
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
  z.strictObject({ pause: z.union([z.string().regex(/^\d+(s|m|h)$/), z.literal('until advanced')]) }),
  z.strictObject({ analyse: label }),
]);

export const releaseFile = z.strictObject({
  name: label.describe('The service: its Service, and the first part of every Deployment name'),
  namespace: label,
  profile: z.enum(['istio', 'rolling-update']).default('istio'),
  highTraffic: z
    .boolean()
    .default(false)
    .describe(
      'Fills in autoscaling, retries, outlierDetection, connectionLimits and resources where they are left out',
    ),
  hosts: z.array(hostName).min(1),
  port: port.default(8080).describe('The port on which the service listens, in the pod and in its Service'),
  gateway: z
    .strictObject({ selector: z.record(z.string(), z.string()), tlsSecret: label.optional() })
    .prefault({ selector: { istio: 'ingressgateway' } }),
  mesh: z
    .boolean()
    .default(false)
    .describe('Splits requests from inside the mesh, too: clients with a sidecar that call the Service'),
  ingress: z.strictObject({ className: label.default('istio') }).prefault({}),
  versions: z.record(label, version).describe('A name stands for one build for ever: give a new build a new name'),
  weights: z.record(z.string(), z.int().min(0).max(100)).describe('The share of each version; the sum is 100'),
  allowUnpinned: z.array(z.string()).default([]).describe('Versions whose image may have the tag latest, or none'),
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
  retries: retries.optional().describe("Left out: Istio's default of two retries"),
  headerRoutes: z
    .array(z.strictObject({ header: z.string().regex(/^[a-z0-9-]+$/), exact: z.string().min(1), version: label }))
    .default([])
    .describe('Sends requests with this header to a version, whatever the weights'),
  outlierDetection: outlierDetection.optional(),
  connectionLimits: connectionLimits.optional(),
  autoscaling: autoscaling.optional(),
  sidecar: z.enum(['default', 'native', 'classic']).default('default'),
  priorityClass: label.optional(),
  access: access
    .optional()
    .describe('Lets a driver run inside the cluster. Left out: no account, rights or Job are written'),
  steps: z.array(step).default([]).describe('How `handover run` moves traffic to a new version; it always ends at 100'),
  analyses: z.record(label, z.union([requestsAnalysis, prometheusAnalysis])).default({}),
});

export type ReleaseFile = z.output<typeof releaseFile>;
export type ReleaseFileInput = z.input<typeof releaseFile>;
export type Resources = z.output<typeof resources>;
export type Timings = ReleaseFile['timings'] & { readonly gracePeriodSeconds: number };
export type Step = z.output<typeof step>;
export type Analysis = z.output<typeof requestsAnalysis> | z.output<typeof prometheusAnalysis>;
