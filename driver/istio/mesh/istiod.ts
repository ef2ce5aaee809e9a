/** What the istiods of this cluster say on their debug port. Each knows only its own proxies and clusters, so all are asked. */
import { messageOf } from '../../../model';
import type { Api } from '../../kubernetes/api';
import { addressOf, isServing, type Pod } from '../../kubernetes/objects';
import { collectionPath } from '../../kubernetes/paths';
import type { AskPod } from './in-flight';
import { nameOf } from './proxy-pods';

const debugPort = 15_014;

export interface IstiodAnswer<T> {
  readonly pod: string;
  readonly said: T | { readonly trouble: string };
}

/** Throws when the pods cannot be listed; none when istiod runs elsewhere. */
export async function askIstiods<T>(
  api: Api,
  ask: AskPod,
  path: string,
  read: (answer: string) => T,
): Promise<IstiodAnswer<T>[]> {
  const pods = await api.list<Pod>(collectionPath('Pod'), { app: 'istiod' });
  return Promise.all(
    pods.filter(isServing).map(async (pod) => ({
      pod: nameOf(pod),
      said: await ask(addressOf(pod), debugPort, (get) => get(path))
        .then(read)
        .catch((error: unknown) => ({ trouble: messageOf(error) })),
    })),
  );
}
