/** The Service and every listed version. */
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Release } from '../model';
import { SharedService } from './service';
import { Workload } from './workload';
import { Written } from './written';
import type { YamlWorkload } from './yaml/workload';

export interface WorkloadChartProps {
  readonly release: Release;
  /** @default pods of the bundled service */
  readonly workload?: YamlWorkload;
}

export class WorkloadChart extends Chart {
  constructor(scope: Construct, id: string, { release, workload }: WorkloadChartProps) {
    super(scope, id, { namespace: release.namespace });
    if (workload) this.write(workload);
    else this.bundled(release);
  }

  private write({ shared, versions }: YamlWorkload): void {
    for (const manifest of [...shared, ...Object.values(versions).flat()]) new Written(this, manifest);
  }

  private bundled(release: Release): void {
    new SharedService(this, 'service', { release });
    for (const version of release.versions) new Workload(this, version.name, { release, version });
  }
}
