/** From releases to their charts, and to the single objects in them. */
import { ApiObject, App, type Chart } from 'cdk8s';
import { formatManifestProblem } from '../manifests';
import { findVersion, labels, type Manifest, type Release } from '../model';
import { AccessChart } from './access-chart';
import { OnCallChart } from './on-call-chart';
import { objectMeta } from './manifest';
import { NamespaceChart } from './namespace-chart';
import { objectsThatDiffer, type ServiceCharts } from './objects-that-differ';
import { patchAfterRendering } from './patch-after-rendering';
import { RollingUpdateChart } from './rolling-update-chart';
import { TrafficChart } from './traffic-chart';
import { WorkloadChart } from './workload-chart';
import { isForMesh, yamlRoute } from './yaml/route';
import { portOf, yamlWorkload, type YamlWorkload } from './yaml/workload';

/**
 * The charts of one service. More objects go into them, and what is there may be patched: JSON patches of these objects have
 * the names of fields in YAML, and keep fields that the types of cdk8s do not know.
 */
export class ReleaseCharts {
  readonly namespace: NamespaceChart;
  readonly workload: WorkloadChart | RollingUpdateChart;
  /** Undefined in the profile rolling-update. */
  readonly traffic: TrafficChart | undefined;
  /** Undefined unless the release file has `access` with `onCall`. */
  readonly onCall: OnCallChart | undefined;
  /** Undefined unless the release file has `access`. */
  readonly access: AccessChart | undefined;

  /** `prefix` begins the ids of the charts, and so the names of their files, where an app has several services. */
  constructor(
    app: App,
    readonly release: Release,
    prefix = '',
  ) {
    const { access } = release;
    const isRolling = release.profile === 'rolling-update';
    const workload = ownWorkload(release);
    const routed = asRouted(release, workload);
    this.namespace = new NamespaceChart(app, `${prefix}namespace`, { release });
    this.workload = isRolling
      ? new RollingUpdateChart(app, `${prefix}workload`, { release })
      : new WorkloadChart(app, `${prefix}workload`, { release, workload });
    this.traffic = isRolling ? undefined : new TrafficChart(app, `${prefix}traffic`, { release: routed });
    this.onCall = access?.onCall && new OnCallChart(app, `${prefix}on-call`, { release, groups: access.onCall });
    this.access = access && new AccessChart(app, `${prefix}access`, { release: routed, access });
    inOrder(this.all);
    objectsIn(this.all).forEach(patchAfterRendering);
  }

  /** In the order to apply them. */
  get all(): Chart[] {
    const { namespace, workload, traffic, onCall, access } = this;
    return [namespace, workload, traffic, onCall, access].filter((chart) => chart !== undefined);
  }

  /**
   * The object of this kind, such as `Deployment`: of a version, or without one of the whole service. Throws an Error that
   * lists what there is when none or several are found.
   */
  object(kind: string, version?: string): ApiObject {
    const all = objectsIn(this.all).map((object) => ({ object, of: object.metadata.getLabel(labels.version) }));
    const found = all.filter(({ object, of }) => object.kind === kind && of === version);
    if (found[0] && found.length === 1) return found[0].object;
    const listed = all.map(({ object, of }) => [object.kind, object.name, ...(of ? [`of ${of}`] : [])].join(' '));
    const wanted = version === undefined ? kind : `${kind} of version ${version}`;
    throw new Error(`expected one ${wanted}, found ${found.length} among ${listed.join(', ')}`);
  }

  /**
   * Metadata for an object of one's own: with a version it is created with that version and deleted with it, without one it
   * is the whole service's. Throws a RangeError for a version that the file does not list.
   */
  metadata(name: string, version?: string) {
    return objectMeta(this.release, name, version === undefined ? undefined : findVersion(this.release, version));
  }
}

/**
 * The charts of any number of services in one App, in the order to apply them. Each service has its own charts and files;
 * their names begin with that of the service when there is more than one. Throws an Error for two services of one name;
 * `app.synth()` throws one when two services write the same object differently.
 */
export function releaseCharts(app: App, releases: readonly Release[]): Chart[] {
  const services = serviceCharts(releases, () => app);
  app.node.addValidation({ validate: () => objectsThatDiffer(services) });
  return services.flatMap(({ charts }) => charts);
}

/** The charts of each service, in the order to apply them, in the app that `appOf` gives for it. */
export function serviceCharts(releases: readonly Release[], appOf: () => App): ServiceCharts[] {
  const twice = releases.find(({ name }, index) => releases.findIndex((other) => other.name === name) < index);
  if (twice) throw new Error(`expected services of different names, found ${twice.name} twice; synthesize them apart`);
  return releases.map((release) => ({
    service: release.name,
    charts: new ReleaseCharts(appOf(), release, releases.length === 1 ? '' : `${release.name}-`).all,
  }));
}

/** With the port and the proxies that its YAML says. */
function asRouted(release: Release, workload: YamlWorkload | undefined): Release {
  return {
    ...release,
    ...(workload && release.route === undefined && { port: portOf(workload, release) }),
    ...(release.route !== undefined && { mesh: isForMesh(yamlRoute(release, release.route)) }),
  };
}

function ownWorkload(release: Release): YamlWorkload | undefined {
  return release.versions.some(({ workload }) => workload !== undefined) ? yamlWorkload(release) : undefined;
}

/** What endangers requests in the YAML of its workload, and is not refused. One line each, with file and line. */
export function warningsOf(release: Release): string[] {
  return (ownWorkload(release)?.warnings ?? []).map(formatManifestProblem);
}

/** Each chart depends on the one before it, so that file names carry the order in which kubectl has to apply them. */
export function inOrder(charts: readonly Chart[]): void {
  charts.reduce((before, after) => {
    after.addDependency(before);
    return after;
  });
}

function objectsIn(charts: readonly Chart[]): ApiObject[] {
  return charts.flatMap((chart) => chart.node.findAll()).filter((node) => ApiObject.isApiObject(node));
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
