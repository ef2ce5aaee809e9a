/**
 * How many healthy endpoints a cluster really has. A proxy that has not heard of the end of a pod goes on to call it healthy, and would
 * pass the gate with endpoints that answer nothing.
 *
 * An endpoint counts when a ready pod of the version has its address. Where no endpoint of the proxy has the address of such a pod, these
 * addresses are none of pods, such as those of gateways to another network, or of tunnels to a waypoint: nobody can tell then, and
 * each endpoint counts that the proxy calls healthy.
 */

/** Undefined of an endpoint that is no socket, such as a tunnel. */
export type Address = string | undefined;

/** By subset, for each of its clusters the addresses of the endpoints that the proxy calls healthy. */
export type Addresses = Readonly<Record<string, readonly (readonly Address[])[]>>;

/** By subset. */
export type LivePods = (subset: string) => ReadonlySet<string>;

/** Of the poorest cluster of each subset. */
export function healthyEndpoints(addresses: Addresses, livePods: LivePods): Readonly<Record<string, number>> {
  const all = Object.entries(addresses).map(([subset, clusters]) => ({ subset, clusters, live: livePods(subset) }));
  const isLive = (live: ReadonlySet<string>) => (address: Address) => address !== undefined && live.has(address);
  const areOfPods = all.some(({ clusters, live }) => clusters.flat().some(isLive(live)));
  const counted = all.map(({ subset, clusters, live }) => {
    const isCounted = (address: Address) => !areOfPods || address === undefined || live.has(address);
    return [subset, Math.min(...clusters.map((cluster) => cluster.filter(isCounted).length))] as const;
  });
  return Object.fromEntries(counted);
}
