/**
 * How a pipeline starts the driver inside the cluster:
 *   kubectl create configmap handover-NAME --from-file=release.yaml
 *   kubectl create job --from=cronjob/handover-NAME release-1
 * A CronJob that is suspended, as a Job itself would start with every `kubectl apply -f dist/`. The ConfigMap is not written
 * here: a release edits its file, so what is live would differ from what was synthesized when it ends.
 */
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { Release } from '../model';
import { accountName, type Access } from './access-chart';
import { objectMeta } from './manifest';

export interface DriverJobProps {
  readonly release: Release;
  readonly access: Access;
}

const folder = '/release';
const fileName = 'release.yaml';

export class DriverJob extends Construct {
  constructor(scope: Construct, id: string, { release, access }: DriverJobProps) {
    super(scope, id);
    const metadata = objectMeta(release, `handover-${release.name}`);
    new k8s.KubeCronJob(this, 'job', {
      metadata,
      spec: {
        suspend: true,
        // A date that never comes, should somebody end the suspension.
        schedule: '0 0 30 2 *',
        concurrencyPolicy: 'Forbid',
        jobTemplate: { spec: jobSpec(metadata.name, access) },
      },
    });
  }
}

function jobSpec(configMap: string, access: Access): k8s.JobSpec {
  return {
    // An exit code is an outcome, not a reason to try again. A pod that lost its node is: the next one carries on.
    backoffLimit: 0,
    podFailurePolicy: {
      rules: [
        {
          action: 'Ignore',
          onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }],
        },
      ],
    },
    template: {
      metadata: {
        // Not the labels of the service: its Service would send requests here.
        labels: { 'app.kubernetes.io/name': 'handover', 'sidecar.istio.io/inject': 'false' },
      },
      spec: podSpec(configMap, access),
    },
  };
}

function podSpec(configMap: string, { image, evidence }: Access): k8s.PodSpec {
  return {
    serviceAccountName: accountName,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    restartPolicy: 'Never',
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 10001,
      runAsGroup: 10001,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: 'handover',
        image,
        args: [
          'apply',
          '--file',
          `${folder}/${fileName}`,
          '--json',
          ...(evidence === 'probe' ? ['--evidence', evidence] : []),
        ],
        resources: {
          requests: { cpu: k8s.Quantity.fromString('100m'), memory: k8s.Quantity.fromString('128Mi') },
          limits: { memory: k8s.Quantity.fromString('256Mi') },
        },
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
        },
        volumeMounts: [{ name: 'release', mountPath: folder, readOnly: true }],
      },
    ],
    volumes: [{ name: 'release', configMap: { name: configMap } }],
  };
}
