/** A rule of a release file that spans several fields. */
import type { Finding } from './finding';
import type { ReleaseFile } from './release-file';

/** The fields of a file that have the right shape; the others are left out, as they are reported by themselves. */
export type Known = Partial<ReleaseFile>;

export type Rule = (file: Known) => Finding[];
