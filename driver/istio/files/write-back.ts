/**
 * The end of a release in Git: release.yaml and dist/ say what was seen to be live. Safe to repeat: a run that was killed
 * between the two writes them again, and the first is then already as it should be.
 */
import { readFileSync } from 'node:fs';
import type { ManifestFile } from '../../../manifests';
import { beside, editRelease, Refusal, type ReleaseEdit } from '../../../model';
import { proveReplaceable, replaceFile } from './replace-file';
import { proveReplaceableFolder, replaceManifests } from './replace-manifests';

export interface WriteBack extends ReleaseEdit {
  /** release.yaml */
  readonly file: string;
  readonly dist: string;
  /** The file as it was read when the release began. */
  readonly text: string;
  /** What synth writes of the edited file, and what it wrote of the file before; undefined when the app was not run. */
  readonly manifests: { readonly now: readonly ManifestFile[]; readonly before: readonly ManifestFile[] } | undefined;
}

/** Throws a Refusal, and has then written nothing, when the file is not the one that was released. */
export function writeBack({ file, dist, text, manifests, ...edit }: WriteBack): void {
  const edited = editedText(text, edit, file);
  const now = readFileSync(file, 'utf8');
  if (now !== text && now !== edited) throw changedSince(file, edit);
  if (now !== edited) replaceFile(file, edited);
  if (manifests) replaceManifests(dist, manifests.now, manifests.before);
}

/** What the file will say. To be called before the first write to the cluster, too: a refusal should come early. */
function editedText(text: string, edit: ReleaseEdit, file: string): string {
  try {
    return editRelease(
      text,
      edit,
      beside(file, (path) => readFileSync(path, 'utf8')),
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.code, `${file}: ${error.expected}`, error.found, error.fix);
  }
}

/** Undefined when no text can say it, as of a file with aliases, and its owner writes it by hand (--no-write-back). */
export function textAtEnd(text: string, edit: ReleaseEdit, { file, writeBack: isWanted }: Place): string | undefined {
  try {
    return editedText(text, edit, file);
  } catch (error) {
    if (error instanceof Refusal && isWanted === false) return undefined;
    throw error;
  }
}

interface Place {
  readonly file: string;
  readonly writeBack?: boolean;
}

/** To be called before the first write to the cluster: that the files cannot be written should not come out at the end. */
export function refuseReadOnly(file: string, dist: string): void {
  try {
    proveReplaceable(file);
    proveReplaceableFolder(dist);
  } catch (error) {
    const fix = 'make them writable, or leave them alone with --no-write-back';
    throw new Refusal('write-back', `${file} and ${dist}/ to be writable`, (error as Error).message, fix);
  }
}

/** Somebody's edit is never overwritten, and what it asks for is not what was released. */
function changedSince(file: string, { keep, split }: ReleaseEdit): Refusal {
  const weights = Object.entries(split).map(([version, weight]) => `${version}: ${weight}`);
  const fix = `keep the versions ${keep.join(', ')} and set weights: { ${weights.join(', ')} } yourself, then npm run synth`;
  return new Refusal('write-back', `${file} as it was when the release began`, 'an edit since then', fix);
}
