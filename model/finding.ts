/** What is wrong and what to do about it: in a release file, at the command line, or in the cluster. */
export interface Complaint {
  readonly expected: string;
  readonly found: string;
  readonly fix: string;
}

/** The one wording of a complaint. */
export function sentenceOf({ expected, found, fix }: Complaint): string {
  return `expected ${expected}, found ${found}; ${fix}`;
}

/** The way to a field of a release file, such as `versions`, `v1`, `image`. */
export type Path = readonly (string | number)[];

/** One thing that is wrong with a release file. */
export interface Finding extends Complaint {
  readonly path: Path;
  /** For a misspelt field: the one that was meant. That it is missing is not said beside this. */
  readonly meant?: Path;
}

/** `versions.v1: expected …, found …; …` */
export function describeFinding({ path, ...complaint }: Finding): string {
  return `${path.length > 0 ? `${path.join('.')}: ` : ''}${sentenceOf(complaint)}`;
}
