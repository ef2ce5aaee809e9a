/**
 * Whether other clusters share this mesh. Their proxies may send to the service, and none of them can be asked from here: a version
 * would be removed under their requests.
 */
import * as z from 'zod';
import type { Api } from '../../kubernetes/api';
import type { AskPod } from './in-flight';
import { askIstiods } from './istiod';

export interface OtherClusters {
  /** Such as `prod-eu, by the Secret istio-system/istio-remote-secret-prod-eu`; each once. */
  readonly found: readonly string[];
  /** Why some or all of it cannot be told. */
  readonly untold?: string;
}

/** The own cluster comes from no Secret. */
const clusters = z.array(z.object({ id: z.string(), secretName: z.string().optional() }));

/** Throws when pods may not be listed: no release works without that. */
export async function otherClusters(api: Api, ask: AskPod): Promise<OtherClusters> {
  const answers = await askIstiods(api, ask, '/debug/clusterz', remoteClusters);
  if (answers.length === 0) return { found: [], untold: 'no pod of istiod runs in this cluster' };
  const silent = answers.flatMap(({ pod, said }) => ('trouble' in said ? [`${pod}: ${said.trouble}`] : []));
  const found = answers.flatMap(({ said }) => ('trouble' in said ? [] : said));
  return { found: [...new Set(found)].sort(), ...(silent.length > 0 && { untold: silent.join('; ') }) };
}

function remoteClusters(answer: string): string[] {
  return clusters
    .parse(JSON.parse(answer))
    .flatMap(({ id, secretName }) => (secretName ? [`${id}, by the Secret ${secretName}`] : []));
}
