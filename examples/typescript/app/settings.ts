/** A file of settings in each pod. The ConfigMap is the version's own: it is created and deleted with it. */
import { ApiObject, JsonPatch } from 'cdk8s';
import type { ReleaseCharts } from 'handover';

export function addSettings(charts: ReleaseCharts, version: string): void {
  const deployment = charts.object('Deployment', version);
  const { name } = new ApiObject(charts.workload, `settings-${version}`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: charts.metadata(`${deployment.name}-settings`, version),
    data: { 'settings.json': JSON.stringify({ currency: 'EUR' }) },
  });
  deployment.addJsonPatch(
    JsonPatch.add('/spec/template/spec/volumes', [{ name: 'settings', configMap: { name } }]),
    JsonPatch.add('/spec/template/spec/containers/0/volumeMounts', [{ name: 'settings', mountPath: '/settings' }]),
  );
}
