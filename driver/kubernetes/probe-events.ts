/** What the probes of pods say: only events tell. */
import type { Trouble } from '../core/trouble';
import type { Api } from './api';
import type { List, Pod } from './objects';
import { collectionPath } from './paths';

interface PodEvent {
  readonly message?: string;
  readonly involvedObject?: { readonly name?: string };
}

const query = { fieldSelector: 'involvedObject.kind=Pod,reason=Unhealthy' };

/** By the name of the pod; one request for all. Without the right to read events, the driver only knows less. */
export async function probeTroubles(
  api: Api,
  namespace: string,
  pods: readonly Pod[],
): Promise<ReadonlyMap<string, Trouble>> {
  if (pods.length === 0) return new Map();
  const path = collectionPath('Event', namespace);
  const { items } = await api.send<List<PodEvent>>({ method: 'GET', path, query }).catch(() => ({ items: [] }));
  return new Map(pods.flatMap(({ metadata: { name } }) => latest(items, name)));
}

function latest(events: readonly PodEvent[], name: string): [string, Trouble][] {
  const message = events.findLast(({ involvedObject }) => involvedObject?.name === name)?.message;
  return message ? [[name, { kind: 'probe', text: `${name}: ${message.trim()}`, isLasting: false }]] : [];
}
