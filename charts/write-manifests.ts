import { App, Chart } from 'cdk8s';
import type { Release } from '../model';
import { objectsThatDiffer } from './objects-that-differ';
import { inOrder, serviceCharts } from './release-charts';

/** Writes all files into the folder that `cdk8s synth` asks for, or a driver that runs the app by itself. */
export function writeManifests(releases: readonly Release[]): void {
  const app = new App();
  const services = serviceCharts(releases, () => new App({ outdir: app.outdir }));
  app.node.addValidation({ validate: () => objectsThatDiffer(services) });
  for (const { charts } of services) inOrder(charts.map((chart) => new RenderedChart(app, chart)));
  app.synth();
}

/**
 * A chart of another app, with its id and so its file. cdk8s validates and sorts a whole app anew for each chart that it renders:
 * in one app each of a thousand services would wait for all others. So each has an app of its own, and this one only writes.
 */
class RenderedChart extends Chart {
  private readonly objects: unknown[];

  constructor(app: App, chart: Chart) {
    super(app, chart.node.id);
    this.objects = chart.toJson();
  }

  override toJson(): unknown[] {
    return this.objects;
  }
}
