import { App } from 'cdk8s';
import type { Release } from '../model';
import { releaseCharts } from './release-charts';

/**
 * Writes what `cdk8s synth` writes: that command runs this function too, so what a release leaves behind and what is
 * synthesized later are the same bytes.
 */
export function writeManifests(releases: readonly Release[]): void {
  const app = new App();
  releaseCharts(app, releases);
  app.synth();
}
