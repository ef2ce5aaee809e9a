import { App } from 'cdk8s';
import type { Release } from '../model';
import { releaseCharts } from './release-charts';

/** Writes all files into the folder that `cdk8s synth` asks for, or a driver that runs the app by itself. */
export function writeManifests(releases: readonly Release[]): void {
  const app = new App();
  releaseCharts(app, releases);
  app.synth();
}
