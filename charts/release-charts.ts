/** From a release to its charts, and to the single objects that the driver applies. */
import { App, Chart } from 'cdk8s';
import type { Release, Version } from '../model';
import { AccessChart } from './access-chart';
import type { Manifest } from './manifest';
import { NamespaceChart } from './namespace-chart';
import { RollingUpdateChart } from './rolling-update-chart';
import { TrafficChart } from './traffic-chart';
import { Workload } from './workload';
import { WorkloadChart } from './workload-chart';

/** Each chart depends on the one before it, so that file names carry the order in which kubectl has to apply them. */
export function addReleaseCharts(app: App, release: Release): Chart[] {
  const namespace = new NamespaceChart(app, 'namespace', { release });
  return inOrder(
    namespace,
    ...(release.profile === 'rolling-update'
      ? [new RollingUpdateChart(app, 'workload', { release })]
      : [new WorkloadChart(app, 'workload', { release }), new TrafficChart(app, 'traffic', { release })]),
    ...(release.access ? [new AccessChart(app, 'access', { release, access: release.access })] : []),
  );
}

function inOrder(...charts: Chart[]): Chart[] {
  charts.reduce((before, after) => {
    after.addDependency(before);
    return after;
  });
  return charts;
}

/** All objects of a release exactly as synth writes them, in the order to apply them. */
export function releaseManifests(release: Release): Manifest[] {
  return addReleaseCharts(inMemory(), release).flatMap((chart) => chart.toJson() as Manifest[]);
}

/** Without the account, the rights and the Job of a driver: an administrator gives rights, never the driver itself. */
export function serviceManifests(release: Release): Manifest[] {
  return releaseManifests({ ...release, access: undefined });
}

/** The objects of one version exactly as synth writes them. */
export function versionManifests(release: Release, version: Version): Manifest[] {
  const chart = new Chart(inMemory(), 'workload', { namespace: release.namespace });
  new Workload(chart, version.name, { release, version });
  return chart.toJson() as Manifest[];
}

/** An app that is never synthesized, so it writes nothing. */
function inMemory(): App {
  return new App({ outdir: 'unused' });
}
