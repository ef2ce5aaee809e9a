/** A Deployment whose pods end gracefully. */
import * as k8s from 'cdk8s-plus-27/lib/imports/k8s';
import type { Construct } from 'constructs';
import type { PreStopHook } from './pre-stop';

export interface GracefulDeploymentProps extends k8s.KubeDeploymentProps {
  readonly preStop: PreStopHook;
}

interface Rendered {
  readonly spec: { readonly template: { readonly spec: { readonly containers: Record<string, unknown>[] } } };
}

/**
 * The Kubernetes 1.27 types drop the sleep action silently, also from a JSON patch, and leave `preStop: {}`: such pods stop
 * at once. So the hook is added to the rendered object, after these types.
 */
export class GracefulDeployment extends k8s.KubeDeployment {
  private readonly preStop: PreStopHook;

  constructor(scope: Construct, id: string, { preStop, ...props }: GracefulDeploymentProps) {
    super(scope, id, props);
    this.preStop = preStop;
  }

  override toJson(): unknown {
    const rendered = super.toJson() as Rendered;
    for (const container of rendered.spec.template.spec.containers) container.lifecycle = { preStop: this.preStop };
    return rendered;
  }
}
