/** Exit codes of the program. Pipelines branch on them, and so does the driver's Job (see docs/runbook.md). */
export const exitCodes = {
  completed: 0,
  failed: 1,
  changes: 2,
  aborted: 3,
  stopped: 4,
  refused: 5,
  locked: 6,
  'timed-out': 7,
  held: 8,
} as const;
