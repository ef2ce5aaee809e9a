/** What a person asks of a release under way, from another shell or by a key: one place says whether it makes sense, and what is left. */
import { randomUUID } from 'node:crypto';
import { adoptedIn, Refusal, type Release } from '../../../model';
import { objectsAlone, type Cluster } from '../cluster';
import { isPaused } from '../interrupts';
import { isNewer, newerRecord, type OperatorRequest, type ReleaseRecord, type Verb } from '../record';
import { describeStep } from '../words';

export interface Asked {
  /** As it was when the person asked. */
  readonly record: ReleaseRecord;
  /** To be left in the cluster, where the driver that holds the lock finds it. */
  readonly request: OperatorRequest;
}

/** Throws a Refusal when the request makes no sense there. Nothing is left yet. */
export async function requestFor(cluster: Cluster, release: Release, verb: Verb): Promise<Asked> {
  const { route, workloads } = await cluster.observe(release, objectsAlone);
  const record = steerable(route?.record, verb);
  if (verb === 'promote' && !isPaused(release, record)) {
    const fix = 'wait for the pause, or skip the remaining steps with handover promote --full';
    throw new Refusal('no-pause', 'a release that pauses', describeStep(record, release), fix);
  }
  const { [record.stable]: live } = workloads;
  if (verb === 'abort' && (!live || live.isGone)) {
    const expected = `${record.stable} to still have its pods`;
    throw new Refusal('stable-gone', expected, 'no Deployment of it', wayToStable(release, record));
  }
  return { record, request: { id: randomUUID(), verb, release: record.id, by: cluster.user } };
}

/** Of what is adopted nobody but its owner has manifests. */
function wayToStable(release: Release, { stable }: ReleaseRecord): string {
  const adopted = adoptedIn(release, stable);
  if (!adopted) return `release it again: list ${stable} in the file, then handover run ${stable}`;
  return `make the Deployment ${adopted.deployment} again, then the same command; or go on with handover promote --full`;
}

function steerable(record: ReleaseRecord | undefined, verb: Verb): ReleaseRecord {
  if (!record)
    throw new Refusal('nothing-under-way', 'a release under way', 'none', 'start one with handover run VERSION');
  if (record.mode === 'apply') {
    const fix = 'an apply has no way back: edit the weights and apply again';
    throw new Refusal('apply-under-way', 'a release that moves by steps', 'an apply', fix);
  }
  if (verb !== 'abort' && isNewer(record)) throw newerRecord(record);
  return record;
}
