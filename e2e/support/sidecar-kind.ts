/** Which kind of sidecar the pods of the service have. */
import type { Trial } from './trial';
import { waitUntil } from './wait-until';

export type SidecarKind = 'native' | 'classic';

interface Pod {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly spec: {
    readonly containers: readonly { name: string }[];
    readonly initContainers?: readonly { name: string }[];
  };
}

/** Waits until there are so many pods and all are of one kind, so that those of before are gone, too. */
export async function sidecarsOf(trial: Trial, pods: number): Promise<SidecarKind> {
  let kind: SidecarKind | undefined;
  await waitUntil(
    `${pods} pods have a sidecar of one kind`,
    async () => {
      const { items } = await trial.kubectl.get<{ items: Pod[] }>('pods', '--selector', 'app=demo');
      const found = items.map(kindOf);
      const [first] = found;
      if (first === 'native' || first === 'classic') kind = first;
      return (found.length === pods && found.every((one) => one === kind)) || found.join(', ');
    },
    { limitSeconds: 90 },
  );
  if (kind === undefined) throw new Error('expected a sidecar in the pods, found none');
  return kind;
}

function kindOf({ metadata, spec }: Pod): SidecarKind | 'ending' | 'none' {
  if (metadata.deletionTimestamp !== undefined) return 'ending';
  if (spec.initContainers?.some(({ name }) => name === 'istio-proxy')) return 'native';
  return spec.containers.some(({ name }) => name === 'istio-proxy') ? 'classic' : 'none';
}
