/** A custom resource for each version: handover carries any kind, without knowing it. */
import { ApiObject } from 'cdk8s';
import type { ReleaseCharts } from 'handover';

export function addMonitor(charts: ReleaseCharts, version: string): void {
  new ApiObject(charts.workload, `monitor-${version}`, {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: charts.metadata(charts.object('Deployment', version).name, version),
    spec: {
      selector: { matchLabels: { app: charts.release.name } },
      endpoints: [{ port: 'http', relabelings: [{ targetLabel: 'version', replacement: version }] }],
    },
  });
}
