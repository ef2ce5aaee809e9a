/**
 * `handover advance | promote | abort | rollback`: leaves the request in the cluster, where the driver that holds the lock
 * finds it. When no driver runs, this one carries it out.
 */
import { randomUUID } from 'node:crypto';
import { Refusal, weightOf, type Release } from '../../../model';
import { objectsAlone, type Cluster } from '../cluster';
import type { Ending } from '../../core/ending';
import type { Io } from '../../io';
import { gateLimitMs, readRelease, readText, type Options, defaults } from '../../options';
import type { Observation } from '../observation';
import type { ReleaseRecord, Verb } from '../record';
import { stagesOf } from '../stages';
import { describeStep } from '../words';
import { driveRelease, connectTo } from './drive-release';
import { endWith } from '../../core/end-with';
import { endInFiles } from '../files/end-in-files';

export async function operateCommand(io: Io, options: Options, verb: Verb): Promise<number> {
  const text = readText(io, options.file);
  const release = readRelease(io, options);
  const cluster = await connectTo(io, options);
  const record = senseOf(release, verb, await cluster.observe(release, objectsAlone));
  const request = { id: randomUUID(), verb };
  await cluster.leaveRequest(release, request);
  const ending = await driveRelease(io, options, release, { kind: 'resume' }, cluster);
  if (ending.outcome === 'completed')
    return endInFiles(io, options, { release, canary: record.canary, text, cluster, ending });
  if (ending.outcome !== 'locked') return endWith(io, ending, options.json);
  io.err(`${ending.because}; it carries out the request\n`);
  return endWith(io, await follow(io, options, release, cluster, request.id), options.json);
}

/** The other driver's record is the only proof that it has seen the request. */
async function follow(io: Io, options: Options, release: Release, cluster: Cluster, id: string): Promise<Ending> {
  const limitMs = gateLimitMs(options);
  const beganMs = io.clock.nowMs();
  let lastSeen = 'nothing yet';
  while (!io.stop.aborted && io.clock.nowMs() - beganMs < limitMs) {
    const { route } = await cluster.observe(release, objectsAlone);
    if (!route?.record)
      return { outcome: 'completed', because: `the release is over; the route is ${route?.marker ?? 'gone'}` };
    if (route.record.handled === id) return { outcome: 'completed', because: 'the other driver has taken the request' };
    lastSeen = describeStep(route.record, release);
    await io.clock.sleep(defaults.pollMs * 5, io.stop);
  }
  if (io.stop.aborted) return { outcome: 'stopped', because: 'the request stays with the other driver' };
  const because = `waited ${limitMs / 1000} s for the other driver; last seen: ${lastSeen}`;
  return { outcome: 'timed-out', code: 'other-driver', because };
}

/** The release that the request is for; throws a Refusal when it makes no sense there. */
function senseOf(release: Release, verb: Verb, { route, workloads }: Observation): ReleaseRecord {
  const record = route?.record;
  if (!record) throw new Refusal('nothing-under-way', 'a release under way', 'none', remedyWithout(verb));
  if (record.mode === 'apply') {
    const fix = 'an apply has no way back: edit the weights and apply again';
    throw new Refusal('apply-under-way', 'a release that moves by steps', 'an apply', fix);
  }
  if (verb === 'advance') refuseAdvance(release, record);
  if (verb !== 'rollback' && verb !== 'abort') return record;
  if (!(record.stable in workloads)) {
    const fix = `release it again: list ${record.stable} in the file, then handover run ${record.stable}`;
    throw new Refusal('stable-gone', `${record.stable} to still have its pods`, 'no Deployment of it', fix);
  }
  if (verb === 'rollback' && weightOf(route.split, record.canary) < 100) {
    const found = `${record.canary} with ${weightOf(route.split, record.canary)} % of the traffic`;
    throw new Refusal('not-promoted', `${record.canary} to be promoted`, found, 'use handover abort');
  }
  return record;
}

function refuseAdvance(release: Release, record: ReleaseRecord): void {
  if (record.mode === 'run' && stagesOf(release)[record.step]?.kind === 'pause') return;
  throw new Refusal('no-pause', 'a release that pauses', describeStep(record, release), 'wait for the pause');
}

function remedyWithout(verb: Verb): string {
  return verb === 'rollback'
    ? 'the old version is gone: list it in the file again, then handover run it'
    : 'start one with handover run VERSION';
}
