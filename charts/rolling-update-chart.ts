/** The profile without a mesh: one Deployment that Kubernetes itself updates pod by pod, behind an Ingress. */
import { Chart } from 'cdk8s';
import * as k8s from 'cdk8s-plus-27/lib/imports/k8s';
import type { Construct } from 'constructs';
import type { Release } from '../model';
import { SharedService } from './service';
import { objectMeta } from './manifest';
import { httpPortName } from './ports';
import { Workload } from './workload';

export interface RollingUpdateChartProps {
  readonly release: Release;
}

export class RollingUpdateChart extends Chart {
  constructor(scope: Construct, id: string, { release }: RollingUpdateChartProps) {
    super(scope, id, { namespace: release.namespace });
    this.node.addValidation({ validate: () => problemsOf(release) });
    new SharedService(this, 'service', { release });
    for (const version of release.versions) new Workload(this, version.name, { release, version });
    new k8s.KubeIngress(this, 'ingress', {
      metadata: objectMeta(release, release.name),
      spec: { ingressClassName: release.ingress.className, rules: release.hosts.map((host) => rule(release, host)) },
    });
  }
}

function rule(release: Release, host: string): k8s.IngressRule {
  const backend = { service: { name: release.name, port: { name: httpPortName } } };
  return { host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } };
}

/** Two versions would be two Deployments of one name, and the last one applied would win. */
function problemsOf({ versions }: Release): string[] {
  if (versions.length === 1) return [];
  const found = versions.map(({ name }) => name).join(', ') || 'none';
  return [`expected one version in the profile rolling-update, found ${found}; list the one that should run`];
}
