/**
 * The driver is killed while it waits for what a filter may hold. A person sends the traffic back to v1 and forth again, and leaves the
 * route word for word as it was: what was sent to v1 meanwhile has its whole time all the same.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes } from '../../model';
import { bufferBodies } from '../support/buffering';
import { wrote, type Driver } from '../support/driver';
import type { Manifest } from '../support/manifests';
import { gatewaysSplit } from '../support/proxies';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { demo } from './two-versions';

/** Each is held for most of what the file calls the longest request. */
const uploads = {
  path: demo.path,
  ratePerSecond: 4,
  connections: 130,
  upload: { bytes: 20_000, durationMs: 25_000 },
  timeoutMs: 45_000,
};

export const driverDetour: Scenario = {
  name: 'driver-detour',
  claim:
    'traffic goes back and forth while no driver runs, in the wait for held requests: the next one waits anew; none lost',
  onRequest: true,
  limitSeconds: 300,
  async run(trial) {
    const timings = { shutdownDelay: '8s', longestRequest: '30s', exitMargin: '3s' };
    const release = new ReleaseTrial(trial, { timings, steps: [{ weight: 50 }, { pause: '1s' }] });
    await release.install();
    await bufferBodies(trial);
    const load = await trial.startLoad({ load: 'uploads of 25 s, 4 qps', ...uploads });
    await load.untilEnded(20, 60);
    const first = release.start(['run', 'v2']);
    await first.until('notes when the last proxy left v1', wrote('record since when no proxy routes to v1'));
    // So that the rest of the first wait ends before those that the detour sends are let on.
    await sleep(10_000);
    first.kill();
    await release.breakLock();
    await takeDetour(trial);
    const again = release.start(['run', 'v2']);
    await again.expectExit(exitCodes.completed);
    await load.untilEnded(load.progress.ended + 60, 60);
    const [{ lost = 0, byCause = {} } = {}] = await trial.finish(load);
    if (lost > 0) throw new Error(`expected no upload to be lost, found ${lost}: ${JSON.stringify(byCause)}`);
    expectNewMarker(again);
    await release.expectLiveEqualsFiles();
  },
};

async function takeDetour(trial: Trial): Promise<void> {
  const { spec } = await trial.kubectl.get<Manifest & { spec: { http: { name: string; route: unknown }[] } }>(
    'virtualservice',
    'demo',
  );
  const place = spec.http.findIndex(({ name }) => name.startsWith('split'));
  const before = spec.http[place]?.route;
  const path = `/spec/http/${place}/route`;
  const toV1 = JSON.parse(JSON.stringify(before).replaceAll('"v2"', '"v1"')) as unknown;
  await trial.kubectl.patchAsSomebody('virtualservice', 'demo', [{ op: 'replace', path, value: toV1 }]);
  await gatewaysSplit(trial.host, { v1: 100 });
  await sleep(2_500);
  await trial.kubectl.patchAsSomebody('virtualservice', 'demo', [{ op: 'replace', path, value: before }]);
  await gatewaysSplit(trial.host, { v2: 100 });
  trial.note('somebody sent the traffic to v1, and back to v2');
}

function expectNewMarker({ events }: Driver): void {
  if (events.some((event) => JSON.stringify(event).includes('changed-and-back'))) return;
  throw new Error('expected the driver to know that the route was changed and changed back, and it did not say so');
}
