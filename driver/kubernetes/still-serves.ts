/** Whether a pod that could not be asked still matters. */
import { ApiError, type Api } from './api';
import { isServing, type Pod, type PodAddress } from './objects';
import { objectPath } from './paths';

/** Only a pod that no longer serves may be left out; any other one that cannot be asked is named (S9). */
export async function stillServes(
  api: Api,
  { namespace, pod: name }: PodAddress,
  pod: Pod,
  serves: (pod: Pod) => boolean = isServing,
): Promise<boolean> {
  const now = await api.find<Pod>(objectPath('Pod', { namespace, name })).catch((error: unknown) => {
    // No answer at all is an API server that is away, which says nothing of this pod.
    if (error instanceof ApiError) return pod;
    throw error;
  });
  return now !== undefined && now.metadata.uid === pod.metadata.uid && serves(now);
}
