/** What istiod last said that a proxy refused: the difference between a slow proxy and one that will never follow. */
import * as z from 'zod';
import type { Api } from '../../kubernetes/api';
import type { AskPod } from './in-flight';
import { isServing, type Pod } from '../../kubernetes/objects';
import { collectionPath } from '../../kubernetes/paths';

const debugPort = 15_014;

const syncStatus = z.array(
  z.object({
    proxy: z.string().optional(),
    resources: z.record(z.string(), z.looseObject({ lastError: z.string().optional() })).optional(),
  }),
);

/**
 * Each istiod knows only its own proxies, so all are asked. Undefined when none reports an error, and also when none may be
 * asked: this is advice for a person who waits, and nothing is decided by it.
 */
export async function explainProxy(api: Api, ask: AskPod, proxy: string): Promise<string | undefined> {
  const pods = await api.list<Pod>(collectionPath('Pod'), { app: 'istiod' }).catch(() => []);
  const answers = await Promise.all(
    pods.filter(isServing).map(({ metadata }) =>
      ask({ namespace: metadata.namespace ?? '', pod: metadata.name }, debugPort, (get) => get('/debug/syncz'))
        .then((answer) => lastErrors(answer, proxy))
        .catch(() => []),
    ),
  );
  return answers.flat().join('; ') || undefined;
}

export function lastErrors(answer: string, proxy: string): string[] {
  return syncStatus
    .parse(JSON.parse(answer))
    .filter((status) => status.proxy === proxy)
    .flatMap((status) => Object.entries(status.resources ?? {}))
    .flatMap(([type, { lastError }]) => (lastError ? [`${type.split('.').at(-1) ?? type}: ${lastError}`] : []));
}
