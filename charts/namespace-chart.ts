/** The Namespace, in a chart of its own: cdk8s stamps a chart's namespace on cluster-wide objects too. */
import { Chart } from 'cdk8s';
import * as k8s from 'cdk8s-plus-27/lib/imports/k8s';
import type { Construct } from 'constructs';
import type { Release } from '../model';

export interface NamespaceChartProps {
  readonly release: Release;
}

export class NamespaceChart extends Chart {
  constructor(scope: Construct, id: string, { release }: NamespaceChartProps) {
    super(scope, id);
    // Nothing but its name: applied to a namespace that is there already, it changes nothing.
    new k8s.KubeNamespace(this, 'namespace', { metadata: { name: release.namespace } });
  }
}
