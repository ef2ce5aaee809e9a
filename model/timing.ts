/**
 * The shutdown budget (invariant S10). A pod that is ending first waits in its preStop hook until no proxy sends to it any
 * more, then finishes the requests that it has, then exits. All of that has to fit into the grace period: after it the
 * kubelet kills the pod. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
 */
export interface ShutdownBudget {
  /** The preStop hook: how long a pod goes on serving after its deletion. */
  readonly shutdownDelaySeconds: number;
  readonly longestRequestSeconds: number;
  /** From the last answer to the end of the process. */
  readonly exitMarginSeconds: number;
  /** The longest time from a pod's deletion until the last proxy has stopped sending to it. */
  readonly endpointPropagationSeconds: number;
}

/** What a pod needs from its deletion to its end, in seconds. */
export function shutdownSeconds(budget: ShutdownBudget): number {
  return budget.shutdownDelaySeconds + budget.longestRequestSeconds + budget.exitMarginSeconds;
}

/** The smallest multiple of ten seconds that is longer than the budget. */
export function defaultGracePeriodSeconds(budget: ShutdownBudget, retirementSeconds = 0): number {
  return (Math.floor((shutdownSeconds(budget) + retirementSeconds) / 10) + 1) * 10;
}

/** How long the process may take after SIGTERM before it ends by itself: what follows the preStop delay. */
export function hardStopSeconds(budget: ShutdownBudget, retirementSeconds = 0): number {
  return retirementSeconds + budget.longestRequestSeconds + budget.exitMarginSeconds;
}

/**
 * How long the process goes on after SIGTERM even when it has nothing to do: a client that keeps its connection gets
 * at least one answer that says `Connection: close`. It is part of the time for the longest request, so it costs no budget.
 */
export function minimumDrainSeconds(budget: ShutdownBudget): number {
  return Math.min(2, budget.longestRequestSeconds);
}
