/** Lets the driver run inside the cluster with the smallest rights: an account, its roles, and a Job to start it by. */
import { Chart } from 'cdk8s';
import * as k8s from 'cdk8s-plus-27/lib/imports/k8s';
import type { Construct } from 'constructs';
import { accountName, grantsOf, onCallGrantsOf, type Grant, type Release } from '../model';
import { DriverJob } from './driver-job';
import { accessMeta, grantName } from './manifest';
import { withVersionRights } from './version-rights';

export interface AccessChartProps {
  readonly release: Release;
  readonly access: NonNullable<Release['access']>;
}

export class AccessChart extends Chart {
  constructor(scope: Construct, id: string, { release, access }: AccessChartProps) {
    // No namespace for the chart: it would be stamped on the ClusterRole, and on the Role beside the gateways.
    super(scope, id);
    // The pods that need its token say so themselves.
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: accessMeta(release, accountName(release)),
      automountServiceAccountToken: false,
    });
    const grants = [...grantsOf(release, access), ...onCallGrantsOf(release, access)];
    for (const grant of grants) this.grant(release, grant);
    new DriverJob(this, 'job', { release, access });
  }

  private grant(release: Release, grant: Grant): void {
    const { id, namespace, rules, versions } = grant;
    if (namespace === undefined) return this.grantEverywhere(release, grant);
    const metadata = { ...accessMeta(release, `${grantName(release)}-${id}`), namespace };
    const all = versions ? withVersionRights(rules, this, release, versions) : [...rules];
    new k8s.KubeRole(this, `${id}-role`, { metadata, rules: all });
    new k8s.KubeRoleBinding(this, `${id}-binding`, {
      metadata,
      roleRef: { apiGroup: rbac, kind: 'Role', name: metadata.name },
      subjects: subjectsOf(release, grant),
    });
  }

  private grantEverywhere(release: Release, grant: Grant): void {
    const { id, rules, groups } = grant;
    const { name, labels } = accessMeta(release, groups ? `${grantName(release)}-on-call` : grantName(release));
    new k8s.KubeClusterRole(this, `${id}-role`, { metadata: { name, labels }, rules: [...rules] });
    new k8s.KubeClusterRoleBinding(this, `${id}-binding`, {
      metadata: { name, labels },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
      subjects: subjectsOf(release, grant),
    });
  }
}

const rbac = 'rbac.authorization.k8s.io';

function subjectsOf(release: Release, { groups }: Grant): k8s.Subject[] {
  if (groups) return groups.map((name) => ({ kind: 'Group', name, apiGroup: rbac }));
  return [{ kind: 'ServiceAccount', name: accountName(release), namespace: release.namespace }];
}
