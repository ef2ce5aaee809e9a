/**
 * With which code a command of the driver ends (docs/runbook.md). Pipelines branch on these, and so does the Job that
 * starts the driver inside the cluster.
 */
export const exitCodes = {
  completed: 0,
  /** What was asked for with `run --until drained`: a pipeline goes on. */
  drained: 0,
  failed: 1,
  changes: 2,
  aborted: 3,
  stopped: 4,
  refused: 5,
  locked: 6,
  'timed-out': 7,
  held: 8,
  interrupted: 9,
} as const;
