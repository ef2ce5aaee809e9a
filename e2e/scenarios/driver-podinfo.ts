/** A program that nobody here wrote, from the YAML that its authors publish: the example, on this cluster's images. */
import { PodinfoTrial } from '../support/podinfo';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { expectNothingLost } from '../support/verdict';

/** Five seconds each, so about fifty are in flight when a version leaves. */
const slow = { path: '/delay/5', ratePerSecond: 10, connections: 80 } as const;
const quick = { path: '/version', ratePerSecond: 150, connections: 20 } as const;

export const driverPodinfo: Scenario = {
  name: 'driver-podinfo',
  claim:
    'podinfo from its own YAML: v2 aborted at half, then v1 to v2 to v3 under load, drained by its sidecars; none lost',
  limitSeconds: 420,
  async run(trial) {
    const podinfo = new PodinfoTrial(trial, { retries: { attempts: 0 } });
    await podinfo.install();
    const loads = [
      await trial.startLoad({ load: `podinfo, ${quick.ratePerSecond} qps`, ...quick }),
      await trial.startLoad({ load: 'podinfo, five seconds each, 10 qps', ...slow }),
    ];
    await loads[0]?.untilEnded(300, 60);
    await podinfo.releaseAndAbort('v1', 'v2');
    expectCounted(trial, 'v1', await podinfo.release('v1', 'v2'));
    expectCounted(trial, 'v2', await podinfo.release('v2', 'v3'));
    expectNothingLost(...(await trial.finish(...loads)));
  },
};

/** A drain that never saw a request of fifty would not have looked. */
function expectCounted(trial: Trial, version: string, most: number): void {
  trial.note(`${most} requests were in flight at the pods of ${version}, as their sidecars counted`);
  if (most === 0) throw new Error(`expected sidecars of ${version} to count requests in flight, and they counted none`);
}
