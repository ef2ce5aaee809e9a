/** The files of an import: tried in a temporary folder first, then written where they belong, all of them or none. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { formatProblem, messageOf, parseRelease, Refusal, type Release } from '../../model';
import { shapeIn } from '../synthesized-files';
import type { Synth } from '../synth/synth';
import type { ImportedFile } from './import-service';

/**
 * Synthesizes the files by the app of cdk8s.yaml, and reads the result as a driver does. Returns what the app warned of. Throws
 * a Refusal for everything by which the files would not do.
 */
export async function tried(files: readonly ImportedFile[], synth: Synth): Promise<readonly string[]> {
  const release = releaseIn(files);
  const folder = mkdtempSync(join(tmpdir(), 'handover-import-'));
  const asWritten = (text: string) =>
    text.replaceAll(`${relative(process.cwd(), folder)}/`, '').replaceAll(`${folder}/`, '');
  try {
    writeAll(files, folder);
    let printed = '';
    const tell = (text: string) => void (printed = text);
    shapeIn(await synth.synthesize({ releaseFile: join(folder, 'release.yaml'), tell }), release);
    return asWritten(printed)
      .split('\n')
      .flatMap((line) => /^warning: (.*)/.exec(line)?.[1] ?? []);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(
      'import',
      `files that synthesize: ${error.expected}`,
      asWritten(error.found),
      asWritten(error.fix),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function releaseIn(files: readonly ImportedFile[]): Release {
  const file = files.find(({ path }) => path === 'release.yaml');
  const parsed = parseRelease(file?.text ?? '');
  if ('release' in parsed) return parsed.release;
  const lines = parsed.problems.map((problem) => `\n${formatProblem('release.yaml', problem)}`);
  throw new Refusal('import', 'a release file that keeps all rules', 'what breaks them', lines.join(''));
}

/** Throws a Refusal before anything is written when one is there, unless `overwrite`. */
export function writeImported(files: readonly ImportedFile[], folder: string, overwrite: boolean): readonly string[] {
  const paths = files.map(({ path }) => join(folder, path));
  const there = paths.filter((path) => existsSync(path));
  if (there.length > 0 && !overwrite) {
    const fix = 'name another folder with --output, or pass --overwrite';
    throw new Refusal('files-exist', `no file at ${paths.join(', ')}`, there.join(', '), fix);
  }
  try {
    writeAll(files, folder, overwrite ? 'w' : 'wx');
  } catch (error) {
    // What was there before stays; a half of what is new would be read as the whole.
    if (!overwrite) for (const path of paths.filter((each) => !there.includes(each))) rmSync(path, { force: true });
    throw new Refusal(
      'files-exist',
      `to write ${paths.join(', ')}`,
      messageOf(error),
      'name another folder with --output',
    );
  }
  return paths;
}

function writeAll(files: readonly ImportedFile[], folder: string, flag = 'wx'): void {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { flag });
  }
}
