/** From releases to their charts, and to the single objects in them. */
import { App, type Chart } from 'cdk8s';
import { formatManifestProblem } from '../manifests';
import type { Release, Manifest } from '../model';
import { AccessChart } from './access-chart';
import { NamespaceChart } from './namespace-chart';
import { objectsThatDiffer } from './objects-that-differ';
import { RollingUpdateChart } from './rolling-update-chart';
import { TrafficChart } from './traffic-chart';
import { WorkloadChart } from './workload-chart';
import { isForMesh, yamlRoute } from './yaml/route';
import { portOf, yamlWorkload, type YamlWorkload } from './yaml/workload';

/**
 * The charts of any number of services in one App, in the order to apply them. Each service has its own charts and files;
 * their names begin with that of the service when there is more than one. Throws an Error for two services of one name;
 * `app.synth()` throws one when two services write the same object differently.
 */
export function releaseCharts(app: App, releases: readonly Release[]): Chart[] {
  const twice = releases.find(({ name }, index) => releases.findIndex((other) => other.name === name) < index);
  if (twice) throw new Error(`expected services of different names, found ${twice.name} twice; synthesize them apart`);
  const ofServices = releases.map((release) => ({
    service: release.name,
    charts: chartsOf(app, release, releases.length === 1 ? '' : `${release.name}-`),
  }));
  app.node.addValidation({ validate: () => objectsThatDiffer(ofServices) });
  return ofServices.flatMap(({ charts }) => charts);
}

/** Each chart depends on the one before it, so that file names carry the order in which kubectl has to apply them. */
function chartsOf(app: App, release: Release, prefix: string): Chart[] {
  const id = (chart: string) => `${prefix}${chart}`;
  const { access } = release;
  const workload = ownWorkload(release);
  const routed = {
    ...release,
    ...(workload && release.route === undefined && { port: portOf(workload, release) }),
    ...(release.route !== undefined && { mesh: isForMesh(yamlRoute(release, release.route)) }),
  };
  return inOrder(
    new NamespaceChart(app, id('namespace'), { release }),
    ...(release.profile === 'rolling-update'
      ? [new RollingUpdateChart(app, id('workload'), { release })]
      : [
          new WorkloadChart(app, id('workload'), { release, workload }),
          new TrafficChart(app, id('traffic'), { release: routed }),
        ]),
    ...(access ? [new AccessChart(app, id('access'), { release: routed, access })] : []),
  );
}

function ownWorkload(release: Release): YamlWorkload | undefined {
  return release.versions.some(({ workload }) => workload !== undefined) ? yamlWorkload(release) : undefined;
}

/** What endangers requests in the YAML of its workload, and is not refused. One line each, with file and line. */
export function warningsOf(release: Release): string[] {
  return (ownWorkload(release)?.warnings ?? []).map(formatManifestProblem);
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
  return releaseCharts(inMemory(), [release]).flatMap((chart) => chart.toJson() as Manifest[]);
}

/** Without the account, the rights and the Job of a driver: an administrator gives rights, never the driver itself. */
export function serviceManifests(release: Release): Manifest[] {
  return releaseManifests({ ...release, access: undefined });
}

/** An app that is never synthesized, so it writes nothing. */
function inMemory(): App {
  return new App({ outdir: 'unused' });
}
