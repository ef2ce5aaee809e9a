/**
 * How a pipeline starts the driver inside the cluster (docs/access.md):
 *   kubectl create configmap handover-NAME --from-file=release.yaml --from-file=dist/ --from-literal=version=v2
 *   kubectl create job --from=cronjob/handover-NAME release-v2
 * (without version in the profile rolling-update, whose file lists only one).
 * It is a suspended CronJob, as a Job would start with every `kubectl apply -f dist/`. The ConfigMap is not written here: a
 * release changes the file, so at its end the live ConfigMap would differ from the synthesized one.
 */
import * as k8s from 'cdk8s-plus-27/lib/imports/k8s';
import { Construct } from 'constructs';
import { accountName, commandVariable, exitCodes, type Access, type Release } from '../model';
import { accessMeta } from './manifest';

export interface DriverJobProps {
  readonly release: Release;
  readonly access: Access;
}

const folder = '/release';
const containerName = 'handover';

/** A driver that was stopped by SIGTERM, as when somebody deletes its pod, or that lost a right, goes on in another pod. */
const retried: readonly number[] = [exitCodes.stopped, exitCodes.interrupted];

/** After these exit codes no other pod is started: the same command would end the same way again, or a person has to decide. */
const outcomes = Object.values(exitCodes).filter((code) => code !== exitCodes.completed && !retried.includes(code));

export class DriverJob extends Construct {
  constructor(scope: Construct, id: string, { release, access }: DriverJobProps) {
    super(scope, id);
    const metadata = accessMeta(release, `handover-${release.name}`);
    new k8s.KubeCronJob(this, 'job', {
      metadata,
      spec: {
        suspend: true,
        // A date that never comes, should somebody end the suspension.
        schedule: '0 0 30 2 *',
        concurrencyPolicy: 'Forbid',
        jobTemplate: { spec: jobSpec(metadata.name, { release, access }) },
      },
    });
  }
}

function jobSpec(configMap: string, props: DriverJobProps): k8s.JobSpec {
  return {
    // When the pod is evicted, deleted or killed, the next one reads from the cluster how far the release has come.
    backoffLimit: 6,
    podFailurePolicy: {
      // In this order: a release that was aborted must not begin anew because its pod was evicted at the same moment.
      rules: [failAt(outcomes), { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
    },
    template: {
      metadata: {
        // Not the labels of the service: its Service would send requests here.
        labels: { 'app.kubernetes.io/name': 'handover', 'sidecar.istio.io/inject': 'false' },
      },
      spec: podSpec(configMap, props),
    },
  };
}

/** The type asks for conditions too, where the API takes either. */
function failAt(values: number[]): k8s.PodFailurePolicyRule {
  return { action: 'FailJob', onExitCodes: { containerName, operator: 'In', values } } as k8s.PodFailurePolicyRule;
}

function podSpec(configMap: string, props: DriverJobProps): k8s.PodSpec {
  return {
    serviceAccountName: accountName(props.release),
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    restartPolicy: 'Never',
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 10001,
      runAsGroup: 10001,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [driver(configMap, props)],
    volumes: [{ name: 'release', configMap: { name: configMap } }],
  };
}

/** What Kubernetes writes on the pods of a Job, since 1.27. */
const jobUid = 'batch.kubernetes.io/controller-uid';

const common = ['--file', `${folder}/release.yaml`, '--json'];

function running(configMap: string, { gatewayAddress, evidence }: Access): Pick<k8s.Container, 'args' | 'env'> {
  return {
    // The file is a ConfigMap and cannot be edited in place: the log says at its end what the file has to be.
    args: [
      ...['run', '$(VERSION)', ...common, '--manifests', folder, '--no-write-back'],
      ...(gatewayAddress === undefined ? [] : ['--gateway-address', gatewayAddress]),
      ...(evidence === 'probe' ? ['--evidence', evidence] : []),
    ],
    // Optional: the driver refuses a ConfigMap without a version at once. If not optional, the pod would wait for ever.
    env: [
      // A pod that replaces another goes on with its command; a Job that is made anew is another one.
      { name: commandVariable, valueFrom: { fieldRef: { fieldPath: `metadata.labels['${jobUid}']` } } },
      { name: 'VERSION', valueFrom: { configMapKeyRef: { name: configMap, key: 'version', optional: true } } },
      {
        name: 'HANDOVER_PROMETHEUS_AUTHORIZATION',
        valueFrom: { secretKeyRef: { name: configMap, key: 'prometheus-authorization', optional: true } },
      },
    ],
  };
}

function driver(configMap: string, { release, access }: DriverJobProps): k8s.Container {
  return {
    name: containerName,
    image: access.image,
    ...(release.profile === 'rolling-update'
      ? { args: ['apply', ...common, '--manifests', folder] }
      : running(configMap, access)),
    resources: {
      requests: { cpu: k8s.Quantity.fromString('100m'), memory: k8s.Quantity.fromString('128Mi') },
      // A thousand sidecars take half of it (docs/benchmarks.md).
      limits: { memory: k8s.Quantity.fromString('512Mi') },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    },
    volumeMounts: [{ name: 'release', mountPath: folder, readOnly: true }],
  };
}
