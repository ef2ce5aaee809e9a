/** What a person may do by a key while this driver runs: the same as the verb in another shell, when it makes sense. */
import type { Release } from '../../../model';
import type { Cluster } from '../cluster';
import { isPaused } from '../interrupts';
import type { Verb } from '../record';
import type { KeysOf } from '../report';
import { requestFor } from './request';

export function steeringKeys(cluster: Cluster, release: Release): KeysOf {
  const ask = async (verb: Verb) => {
    const { request } = await requestFor(cluster, release, verb);
    await cluster.leaveRequest(release, request);
    return 'asked for; carried out at the next look';
  };
  return (record) => {
    if (!record || record.mode === 'apply' || record.mode === 'abort') return [];
    const { stable, canary } = record;
    const abort = { key: 'a', name: 'abort', consequence: `all traffic returns to ${stable}`, act: () => ask('abort') };
    const consequence = `the pause ends, and the release of ${canary} goes on`;
    const promote = { key: 'p', name: 'promote', consequence, act: () => ask('promote') };
    return isPaused(release, record) ? [abort, promote] : [abort];
  };
}
