/** The driver as a pipeline runs it: from its image, inside the cluster, by the Job of the access chart and its rights. */
import { readFileSync, writeFileSync } from 'node:fs';
import { exitCodes } from '../../model';
import { DriverJob } from '../support/driver-job';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';

/** 128 + SIGKILL, as the kubelet tells it. */
const killed = 137;

export const driverInCluster: Scenario = {
  name: 'driver-in-cluster',
  claim:
    'a Job carries the release out from its image; one pod evicted, the next killed: another goes on; the file is in its log; none lost',
  limitSeconds: 240,
  async run(trial) {
    const steps = [{ weight: 10 }, { pause: 'until promoted' as const }, { weight: 50 }, { pause: '3s' }];
    const release = new ReleaseTrial(trial, { steps });
    await release.install();
    await release.startLoads(200);
    const job = new DriverJob(trial.kubectl, 'release-v2');
    await job.start(release.file, await trial.synth(readFileSync(release.file, 'utf8')), 'v2');
    await job.untilSaid('"for":"pause"');
    trial.note('the Job pauses at 10 %');
    await job.evict();
    await job.untilSaid('"for":"pause"');
    trial.note('another pod goes on from the pause');
    await job.exec('handover', 'promote', 'demo', '--namespace', trial.namespace);
    await job.untilSaid('"event":"wrote"', 'v1-50.v2-50');
    await job.kill();
    trial.note('killed after it wrote 50 %; another pod is there');
    await job.untilComplete(90);
    await release.expectNothingLost();
    // An eviction leaves nothing of its pod.
    await expectExits(job, killed, exitCodes.completed);
    const text = releaseFileIn(await job.log());
    writeFileSync(release.file, text);
    const manifests = await trial.synth(text);
    await release.expectLiveEqualsFiles(manifests);
  },
};

async function expectExits(job: DriverJob, ...wanted: readonly number[]): Promise<void> {
  const found = await job.exitCodes();
  if ([...found].sort().join() === [...wanted].sort().join()) return;
  throw new Error(`expected pods that ended with ${wanted.join(', ')}, found ${found.join(', ')}:\n${await job.log()}`);
}

/** As `jq -rR 'fromjson? | select(.outcome == "completed").releaseFile'` finds it. */
function releaseFileIn(log: string): string {
  const ending = log.split('\n').findLast((line) => line.startsWith('{"outcome":"completed"'));
  const { releaseFile } = JSON.parse(ending ?? '{}') as { releaseFile?: string };
  if (releaseFile === undefined) throw new Error(`expected the release file in the log, found:\n${log.slice(-2_000)}`);
  return releaseFile;
}
