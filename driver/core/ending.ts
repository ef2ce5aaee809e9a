/** How a release ended, of either kind. Only what was observed: each ending comes with what was seen. */
export interface Ending {
  readonly outcome: 'completed' | 'drained' | 'aborted' | 'stopped' | 'held' | 'locked' | 'timed-out' | 'interrupted';
  /** The reason for programs, where one sentence stands for many cases. */
  readonly code?: string;
  readonly because: string;
  /** Of `drained`: versions that are drained, and that somebody else has to remove. */
  readonly left?: readonly string[];
  /** Of a `run` that is completed or drained: what release.yaml has to say from now on. */
  readonly releaseFile?: string;
}
