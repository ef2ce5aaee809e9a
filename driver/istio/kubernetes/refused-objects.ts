/**
 * Why a version cannot be created, all of it at once and before the first write: what the API server would refuse of what is
 * missing (quotas, policies, rights, kinds), and objects that have its names without being its own.
 */
import { nameOf } from '../../../manifests';
import { labels, Refusal, type Manifest } from '../../../model';
import { objectsOf } from './carried';
import type { Writer } from './writer';

export async function refusedObjects({ objects, carried }: Writer, version: string): Promise<string[]> {
  const refused = objectsOf(carried, version).map(async (manifest) => {
    const found = await whyRefused(objects, manifest);
    return found === undefined ? [] : [`${nameOf(manifest)}: ${found}`];
  });
  return (await Promise.all(refused)).flat();
}

async function whyRefused(objects: Writer['objects'], manifest: Manifest): Promise<string | undefined> {
  try {
    const live = await objects.find<Manifest>(manifest);
    return live ? whyForeign(live, manifest) : await objects.dryRunCreate(manifest);
  } catch (error) {
    // A kind that the API server does not know is found out by looking for one of it.
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** Nothing is overwritten, and a look takes it for no part of the version: the driver would add it for ever. */
function whyForeign(live: Manifest, manifest: Manifest): string | undefined {
  // What belongs to no version is not looked for as a part of one. Whoever made it, the pods have what they name.
  if (manifest.metadata.labels?.[labels.version] === undefined) return undefined;
  const keys = Object.values(labels);
  if (keys.every((key) => live.metadata.labels?.[key] === manifest.metadata.labels?.[key])) return undefined;
  const wanted = keys.map((key) => `${key}: ${manifest.metadata.labels?.[key]}`);
  return `expected no object of this name, or one with the labels ${wanted.join(' and ')}, found one without them; rename yours, or delete that one`;
}
