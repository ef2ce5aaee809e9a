/** How far the EndpointSlice is that bridges a change of port names (see bridge.ts). */
export interface ObservedBridge {
  /** The Service waits to get names for its ports that it does not have yet. */
  readonly isWanted: boolean;
  readonly isLive: boolean;
  /** It has just the pods that are ready, and the ports that are wanted. */
  readonly isCurrent: boolean;
  /** The controller's own slices have every port name of the live Service. */
  readonly isCovered: boolean;
  readonly resourceVersion: string | undefined;
}

export type BridgeState = 'standing' | 'outdated' | 'covered' | 'uncovered';

/** Undefined while there is none. */
export function bridgeState(bridge: ObservedBridge): BridgeState | undefined {
  if (!bridge.isLive) return undefined;
  if (bridge.isWanted) return bridge.isCurrent ? 'standing' : 'outdated';
  return bridge.isCovered ? 'covered' : 'uncovered';
}
