/**
 * The shape of `release.yaml`, the one file that an operator edits. Its durations are texts such as 15s; what comes out has
 * numbers with their unit in the name. Rules that span several fields are in rules.ts;
 * the JSON schema for editors and docs/release-file.md are generated from here (`npm run schema`).
 */
import * as z from 'zod';
import { access } from './access-fields';
import { gatewayReference, hostName, label, namespaceName, objectName, port, versionName } from './fields';
import { inFlight } from './in-flight';
import { autoscaling, env, path, replicas, resources, resourcesExample, version } from './pod-fields';
import { analysis, step } from './step-fields';
import { timings } from './timing-fields';
import { told } from './told';
import { connectionLimits, gateway, headerRoute, outlierDetection, retries } from './traffic-fields';

const weight = z.int().min(0).max(100).meta(told('The share of this version, in percent. All together are 100.', 90));

const noMesh = 'Not with the profile rolling-update.';
const inYaml = 'Not with workload: its YAML says it.';

export const releaseFile = z.strictObject({
  apiVersion: z
    .literal('handover/v1')
    .default('handover/v1')
    .meta(
      told(
        'Freezes how a file is read and its defaults are rendered: an upgrade of handover changes no running version.',
        'handover/v1',
      ),
    ),
  name: label.meta(told('The service: its Service, and the first part of every Deployment name.', 'shop')),
  namespace: namespaceName.meta(told('The namespace of the service and of all that belongs to it.', 'shop')),
  defaults: path
    .optional()
    .meta(
      told(
        'A file of fields that several release files share, relative to this file. A field of this file replaces the shared one as a whole. Not shared are name, namespace, versions, weights, allowUnpinned and defaults. Left out: this file says everything.',
        '../defaults.yaml',
      ),
    ),
  profile: z
    .enum(['istio', 'rolling-update'])
    .default('istio')
    .meta(
      told(
        'istio: versions run side by side, and proxies split the traffic between them. rolling-update: no mesh; Kubernetes replaces the pods of one Deployment behind an Ingress.',
        'rolling-update',
      ),
    ),
  highTraffic: z
    .boolean()
    .default(false)
    .meta(
      told(
        `Fills in autoscaling, retries, outlierDetection, connectionLimits and resources where they are left out. ${inYaml}`,
        true,
      ),
    ),
  workload: path
    .optional()
    .meta(
      told(
        `YAML with the Deployment, the Service and what belongs to them, relative to this file. Left out: the pod of the bundled service. ${noMesh}`,
        'k8s/shop.yaml',
      ),
    ),
  container: z
    .string()
    .min(1)
    .optional()
    .meta(
      told(
        'The container of the workload whose image is a version. Left out: the only one, or the one that has the ports of the Service.',
        'shop',
      ),
    ),
  hosts: z
    .array(hostName)
    .default([])
    .meta(
      told(
        'Host names of the requests from outside. At least one, unless route says them, or gateways is the mesh alone.',
        ['shop.example.com', '*.shop.example.com'],
      ),
    ),
  port: port
    .optional()
    .meta(
      told(
        'The port of the Service to which the hosts lead. Left out: 8080, or with workload the only port of the Service or the first that is HTTP.',
        8080,
      ),
    ),
  gateway,
  gateways: z
    .array(gatewayReference)
    .min(1)
    .optional()
    .meta(
      told(
        `By which gateways requests come. own: a Gateway that is made for the service. NAMESPACE/NAME: one that exists, with its ports and TLS. mesh: requests from inside the mesh, of clients with a sidecar that call the Service. Left out: own. ${noMesh}`,
        ['own', 'mesh'],
        ['istio-system/public'],
      ),
    ),
  route: path
    .optional()
    .meta(
      told(
        `YAML with a VirtualService, relative to this file, in place of hosts, gateways, retries and headerRoutes. Its destinations without a subset get the weights. Left out: a VirtualService is made of those fields. ${noMesh}`,
        'k8s/virtual-service.yaml',
      ),
    ),
  ingress: z
    .strictObject({
      className: objectName.default('istio').meta(told('The IngressClass of the controller that serves it.', 'nginx')),
    })
    .prefault({})
    .meta(told('The Ingress. Only with the profile rolling-update.', { className: 'nginx' })),
  versions: z.record(versionName, version).meta(
    told(
      'All versions that should be there, by name; with the profile rolling-update only one. A name stands for one build for ever: give a new build a new name. One that YAML reads as a number has to be in quotes.',
      {
        v1: { image: 'registry.example.com/shop:1.4.0' },
        v2: { image: 'registry.example.com/shop:1.5.0' },
      },
    ),
  ),
  weights: z
    .record(z.string(), weight)
    .optional()
    .meta(
      told('The share of each version; the sum is 100. Left out: 100 for the only version that is listed.', {
        v1: 90,
        v2: 10,
      }),
    ),
  allowUnpinned: z
    .array(versionName)
    .default([])
    .meta(told('Versions whose image may have the tag latest, or none.', ['v1'])),
  replicas: replicas
    .optional()
    .meta(
      told(
        `Pods of each version. Left out: 2, or 3 with the profile rolling-update. With autoscaling or highTraffic it is refused: the autoscaler decides. ${inYaml}`,
        4,
      ),
    ),
  env: env
    .default({})
    .meta(told(`Environment variables of the pods of all versions. ${inYaml}`, { LOG_LEVEL: 'info' })),
  resources: resources
    .optional()
    .meta(
      told(
        `CPU and memory of one pod. Left out: 100m to 1 CPU, and 128Mi to 256Mi of memory (1Gi with highTraffic). ${inYaml}`,
        resourcesExample,
      ),
    ),
  timings,
  preStop: z
    .enum(['sleep', 'exec', 'httpGet'])
    .default('sleep')
    .meta(
      told(
        `The kind of the preStop hook, which waits for timings.shutdownDelay. sleep: by the kubelet, from Kubernetes 1.30 on. exec: by node in the container. httpGet: by the service, which answers when the time is over. ${inYaml}`,
        'httpGet',
      ),
    ),
  probes: z
    .enum(['http', 'exec'])
    .default('http')
    .meta(
      told(
        `How the kubelet probes a pod. http: by requests. exec: by a program in the container, for a mesh with mTLS where Istio does not rewrite probes. ${inYaml}`,
        'exec',
      ),
    ),
  inFlight: inFlight
    .optional()
    .meta(
      told(
        `Where a pod's requests in flight are counted. sidecar: by its own Istio proxy. port, path, gauge: by a metric of the program. proxies: only at the proxies that send to it, a weaker grade. Left out: the gauge of the bundled service, or sidecar with workload. ${noMesh}`,
        'sidecar',
        { port: 9090, gauge: 'http_requests_in_flight' },
      ),
    ),
  retries: retries
    .optional()
    .meta(
      told(
        `Which requests proxies send again. Left out: Istio's default of two retries, or what highTraffic fills in. ${noMesh}`,
        { attempts: 0 },
        { attempts: 2, retryOn: ['connect-failure'] },
      ),
    ),
  headerRoutes: z
    .array(headerRoute)
    .default([])
    .meta(
      told(
        `Sends requests with this header to a version, whatever the weights; they follow the weights while it is not listed. ${noMesh}`,
        [{ header: 'x-group', exact: 'testers', version: 'v2' }],
      ),
    ),
  outlierDetection: outlierDetection
    .optional()
    .meta(
      told(
        `Proxies leave out a pod that answers 5xx again and again. Left out: they do not, unless highTraffic fills it in. ${noMesh}`,
        { consecutive5xxErrors: 10 },
      ),
    ),
  connectionLimits: connectionLimits
    .optional()
    .meta(
      told(
        `Limits of each proxy for each version. Beyond maxPendingRequests and maxRequests it answers 503. Left out: Istio's own defaults, unless highTraffic fills it in. ${noMesh}`,
        { maxConnections: 1024, maxPendingRequests: 1024, maxRequests: 4096 },
      ),
    ),
  autoscaling: autoscaling.optional().meta(
    told(`A HorizontalPodAutoscaler for each version. Left out: none, unless highTraffic fills it in. ${inYaml}`, {
      minReplicas: 3,
      maxReplicas: 10,
      cpu: '700m',
      memory: '200Mi',
    }),
  ),
  sidecar: z
    .enum(['default', 'native', 'classic'])
    .default('default')
    .meta(
      told(
        `Which kind of sidecar Istio injects. default: what its version and the nodes allow. Either kind outlives the service. ${noMesh}`,
        'native',
      ),
    ),
  priorityClass: objectName
    .optional()
    .meta(told(`The PriorityClass of the pods. Left out: that of the cluster. ${inYaml}`, 'business-critical')),
  access: access.optional().meta(
    told('Lets a driver run inside the cluster. Left out: no account, rights or Job are written.', {
      image: 'registry.example.com/handover:0.1.0',
    }),
  ),
  steps: z
    .array(step)
    .prefault([])
    .meta(
      told(
        `How \`handover run\` moves traffic to a new version. It always ends at 100; without steps it moves all at once. ${noMesh}`,
        [{ weight: 10 }, { pause: '5m' }, { analyse: 'errors' }, { weight: 50 }],
      ),
    ),
  analyses: z
    .record(label, analysis)
    .prefault({})
    .meta(
      told(`What a step may measure, by name. ${noMesh}`, {
        errors: { requests: { path: '/', perSecond: 20, duration: '30s' } },
      }),
    ),
});

export type ReleaseFile = z.output<typeof releaseFile>;
export type ReleaseFileInput = z.input<typeof releaseFile>;
export type Resources = z.output<typeof resources>;
export type Timings = ReleaseFile['timings'] & {
  readonly gracePeriodSeconds: number;
  readonly drainLimitSeconds: number;
};
export type Step = z.output<typeof step>;
export type Analysis = z.output<typeof analysis>;
