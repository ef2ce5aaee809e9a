/** What is told about a release to who looks at its objects by kubectl. */
export interface Announcement {
  readonly type: 'Normal' | 'Warning';
  /** In CamelCase, as Kubernetes has them. */
  readonly reason: string;
  /** For people, of any length. */
  readonly note: string;
}
