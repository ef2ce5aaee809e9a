/** One thing that is wrong with a release file. */
export type Path = readonly (string | number)[];

export interface Finding {
  readonly path: Path;
  readonly expected: string;
  readonly found: string;
  readonly fix: string;
}
