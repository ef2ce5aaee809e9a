/** Everything that one version consists of: ConfigMap, Deployment, PodDisruptionBudget, and an autoscaler if it has one. */
import * as k8s from 'cdk8s-plus-27/lib/imports/k8s';
import { Construct } from 'constructs';
import {
  deploymentName,
  describeFinding,
  namesFit,
  selectorLabels,
  shutdownFitsGracePeriod,
  versionedName,
  type Release,
  type Version,
} from '../model';
import { Autoscaler } from './autoscaler';
import { GracefulDeployment } from './graceful-deployment';
import { objectMeta } from './manifest';
import { podTemplate } from './pod-template';
import { preStopHook } from './pre-stop';

export interface WorkloadProps {
  readonly release: Release;
  readonly version: Version;
}

export class Workload extends Construct {
  constructor(scope: Construct, id: string, { release, version }: WorkloadProps) {
    super(scope, id);
    this.node.addValidation({ validate: () => problemsOf(release, version) });
    const name = deploymentName(release, version);
    const metadata = objectMeta(release, name, version);
    const selector = selectorOf(release, version);

    new k8s.KubeConfigMap(this, 'config', {
      metadata: objectMeta(release, versionedName(release.name, version.name), version),
      data: { ...version.env },
    });
    new GracefulDeployment(this, 'deployment', {
      metadata,
      spec: deploymentSpec(release, version, selector),
      preStop: preStopHook(release),
    });
    // One pod at a time: a share or a minimum could forbid every eviction of a small version, and block its node.
    new k8s.KubePodDisruptionBudget(this, 'disruption-budget', {
      metadata,
      spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: selector } },
    });
    if (release.autoscaling) new Autoscaler(this, 'autoscaler', { metadata, autoscaling: release.autoscaling });
  }
}

/**
 * Versions that run side by side must not share pods, so a version is part of the selector. A rolling update replaces the
 * pods of one Deployment by those of another version, and a selector cannot be changed.
 */
function selectorOf(release: Release, version: Version): Record<string, string> {
  const app = { [selectorLabels.app]: release.name };
  return release.profile === 'rolling-update' ? app : { ...app, [selectorLabels.version]: version.name };
}

function deploymentSpec(release: Release, version: Version, selector: Record<string, string>): k8s.DeploymentSpec {
  const { minReadySeconds, progressDeadlineSeconds } = release.timings;
  return {
    // Left out when an autoscaler owns it: an apply in the middle of the day would reset it to the file's number.
    replicas: release.autoscaling ? undefined : version.replicas,
    selector: { matchLabels: selector },
    strategy: {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) },
    },
    minReadySeconds,
    progressDeadlineSeconds,
    revisionHistoryLimit: 3,
    template: podTemplate(release, version, selector),
  };
}

/** For callers that build a release themselves. The parser has checked a file by the same rules, and says in which line. */
function problemsOf({ name, timings }: Release, version: Version): string[] {
  const findings = [
    ...shutdownFitsGracePeriod({ timings }),
    ...namesFit({ name, versions: { [version.name]: version } }),
  ];
  return findings.map(describeFinding);
}
