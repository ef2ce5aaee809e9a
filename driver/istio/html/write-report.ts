/** The report as a file. It never stands in the way of a release: what goes wrong with it is told. */
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { messageOf, Refusal } from '../../../model';
import type { Ending } from '../../core/ending';
import { reportOf, type StoryTeller } from '.';

export function writeReport(err: (text: string) => void, path: string, story: StoryTeller, ending: Ending): void {
  writePage(err, path, () => reportOf(story.told(ending)));
}

export function writePage(err: (text: string) => void, path: string, pageOf: () => string): void {
  try {
    // Whoever looks at the last report meanwhile sees it whole.
    writeFileSync(freshOf(path), pageOf());
    renameSync(freshOf(path), path);
    err(`the report is in ${path}\n`);
  } catch (error) {
    err(`warning: the report could not be written: ${messageOf(error)}\n`);
  }
}

/** To be called before the first write to the cluster. Throws a Refusal. */
export function refuseUnwritableReport(path: string | undefined): void {
  if (path === undefined) return;
  try {
    if (path === '' || statSync(path, { throwIfNoEntry: false })?.isDirectory())
      throw new Error('a folder, or no name');
    writeFileSync(freshOf(path), '');
    rmSync(freshOf(path));
  } catch (error) {
    throw new Refusal(
      'report',
      `${path || '--report'} to be writable`,
      messageOf(error),
      'name another file with --report',
    );
  }
}

function freshOf(path: string): string {
  return `${path}.handover-new`;
}
