/** Why pods do not come up, as far as the cluster says. */
export interface Trouble {
  readonly kind: 'image' | 'crash' | 'configuration' | 'probe' | 'quota' | 'unschedulable' | 'paused' | 'deadline';
  readonly text: string;
  /** It does not pass by itself; the others may, such as a pod that waits for another node. */
  readonly isLasting: boolean;
}

/** The one to tell: a trouble that lasts comes before one that may pass. */
export function worstOf(troubles: readonly Trouble[]): Trouble | undefined {
  return troubles.find(({ isLasting }) => isLasting) ?? troubles[0];
}

/** Pods that cannot even be created. Pods that are ending still count against a quota: then it may pass. */
export function quotaTrouble(text: string, hasEndingPods: boolean): Trouble {
  return { kind: 'quota', text, isLasting: !hasEndingPods };
}
