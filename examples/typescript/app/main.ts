/** The charts of handover, and what this team adds to each version: settings in a volume, a sidecar, a monitor. */
import { App } from 'cdk8s';
import { readRelease, ReleaseCharts } from 'handover';
import { addLogShipper } from './log-shipper';
import { addMonitor } from './monitor';
import { addSettings } from './settings';

const app = new App();
const charts = new ReleaseCharts(app, readRelease());
for (const { name: version } of charts.release.versions) {
  addSettings(charts, version);
  addLogShipper(charts, version);
  addMonitor(charts, version);
}
app.synth();
