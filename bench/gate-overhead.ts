/** How much later than the truth the gate says yes: all traffic goes to and fro between two versions. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes } from '../model';
import { deploymentOf, v1, v2 } from '../e2e/scenarios/two-versions';
import { Driver } from '../e2e/support/driver';
import { gatewaysSplit } from '../e2e/support/proxies';
import type { Trial } from '../e2e/support/trial';
import { figuresOf, type Figures } from './figures';
import { GatewayWatch } from './gateway-watch';
import { waitAfter } from './waits';

const releases = 20;
const limitMs = 250;

export async function gateOverhead(trial: Trial): Promise<void> {
  const bothAt = (version: string) => trial.release({ versions: { v1, v2 }, weights: { [version]: 100 } });
  await trial.applyRelease(bothAt('v1'));
  await trial.kubectl.rolledOut(deploymentOf('v1'), deploymentOf('v2'));
  await gatewaysSplit(trial.host, { v1: 100 });
  const watch = await GatewayWatch.start(trial.host);
  trial.atEnd(() => watch.end());

  const propagations: number[] = [];
  const overheads: number[] = [];
  for (let release = 1; release <= releases; release++) {
    const version = release % 2 === 1 ? 'v2' : 'v1';
    watch.clear();
    const { writtenAtMs, passedAtMs } = await gateOf(trial, bothAt(version), version);
    const changedAtMs = watch.changedAtMs(version);
    propagations.push(changedAtMs - writtenAtMs);
    overheads.push(passedAtMs - changedAtMs);
  }
  const overhead = figuresOf(overheads);
  report(trial, 'propagation, by answers', figuresOf(propagations));
  report(trial, "the gate's wait beyond it", overhead);
  const { median } = overhead;
  if (!(median <= limitMs)) throw new Error(`expected a median of at most ${limitMs} ms, found ${median} ms`);
}

function report(trial: Trial, what: string, { count, median, worst }: Figures): void {
  trial.note(`${what}: median ${median.toFixed(0)} ms, worst ${worst.toFixed(0)} ms of ${count}`);
}

/** One `handover apply`; when it had written the route, and when it had seen it in every gateway. */
async function gateOf(trial: Trial, text: string, version: string) {
  const file = join(trial.folder, 'release.yaml');
  writeFileSync(file, text);
  const driver = new Driver({ args: ['apply'], file, kubeconfig: process.env['KUBECONFIG'] ?? '' });
  trial.atEnd(() => driver.kill());
  await driver.expectExit(exitCodes.completed);
  return waitAfter(driver, `write the route ${version}-100`);
}
