/** What istiod last said that a proxy refused: the difference between a slow proxy and one that will never follow. */
import * as z from 'zod';
import type { Api } from '../../kubernetes/api';
import type { AskPod } from './in-flight';
import { askIstiods } from './istiod';

const syncStatus = z.array(
  z.object({
    proxy: z.string().optional(),
    resources: z.record(z.string(), z.looseObject({ lastError: z.string().optional() })).optional(),
  }),
);

/**
 * Undefined when none reports an error, and also when none may be asked: this is advice for a person who waits, and nothing is
 * decided by it.
 */
export async function explainProxy(api: Api, ask: AskPod, proxy: string): Promise<string | undefined> {
  const answers = await askIstiods(api, ask, '/debug/syncz', (answer) => lastErrors(answer, proxy)).catch(() => []);
  return answers.flatMap(({ said }) => ('trouble' in said ? [] : said)).join('; ') || undefined;
}

export function lastErrors(answer: string, proxy: string): string[] {
  return syncStatus
    .parse(JSON.parse(answer))
    .filter((status) => status.proxy === proxy)
    .flatMap((status) => Object.entries(status.resources ?? {}))
    .flatMap(([type, { lastError }]) => (lastError ? [`${type.split('.').at(-1) ?? type}: ${lastError}`] : []));
}
