/** HorizontalPodAutoscaler of one version, by average use of CPU and memory per pod. */
import * as k8s from 'cdk8s-plus-27/lib/imports/k8s';
import type { Construct } from 'constructs';
import type { Release } from '../model';

export interface AutoscalerProps {
  /** Its own, and by its name that of the Deployment it scales. */
  readonly metadata: k8s.ObjectMeta & { readonly name: string };
  readonly autoscaling: NonNullable<Release['autoscaling']>;
}

export class Autoscaler extends k8s.KubeHorizontalPodAutoscalerV2 {
  constructor(scope: Construct, id: string, { metadata, autoscaling }: AutoscalerProps) {
    super(scope, id, {
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name },
        minReplicas: autoscaling.minReplicas,
        maxReplicas: autoscaling.maxReplicas,
        metrics: [averageUse('cpu', autoscaling.cpu), averageUse('memory', autoscaling.memory)],
        behavior: {
          // One pod a minute, and only after five quiet minutes: every pod that goes has to drain.
          scaleDown: {
            stabilizationWindowSeconds: 300,
            policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
          },
        },
      },
    });
  }
}

function averageUse(name: 'cpu' | 'memory', amount: string): k8s.MetricSpecV2 {
  return {
    type: 'Resource',
    resource: { name, target: { type: 'AverageValue', averageValue: k8s.Quantity.fromString(amount) } },
  };
}
