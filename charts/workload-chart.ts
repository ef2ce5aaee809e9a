/** The Service and every listed version. */
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Release } from '../model';
import { SharedService } from './service';
import { Workload } from './workload';

export interface WorkloadChartProps {
  readonly release: Release;
}

export class WorkloadChart extends Chart {
  constructor(scope: Construct, id: string, { release }: WorkloadChartProps) {
    super(scope, id, { namespace: release.namespace });
    new SharedService(this, 'service', { release });
    for (const version of release.versions) new Workload(this, version.name, { release, version });
  }
}
