import { App } from 'cdk8s';
import type { Release } from '../model';
import { releaseCharts } from './release-charts';

/**
 * Writes what `cdk8s synth` writes: that command runs this function too, so what a release leaves behind and what is
 * synthesized later are the same bytes.
 * @param outdir left out, the one that `cdk8s synth` asks for
 */
export function writeManifests(releases: readonly Release[], outdir?: string): void {
  const app = new App({ outdir });
  releaseCharts(app, releases);
  app.synth();
}
