/** The report as a file. It never stands in the way of a release: what goes wrong with it is told. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { messageOf, Refusal } from '../../../model';
import type { Ending } from '../../core/ending';
import { reportOf, type StoryTeller } from '.';

export function writeReport(err: (text: string) => void, path: string, story: StoryTeller, ending: Ending): void {
  writePage(err, path, () => reportOf(story.told(ending)));
}

export function writePage(err: (text: string) => void, path: string, page: () => string): void {
  try {
    // Whoever looks at the last report meanwhile sees it whole.
    writeFileSync(freshOf(path), page());
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
    writeFileSync(freshOf(path), '');
    rmSync(freshOf(path));
  } catch (error) {
    throw new Refusal('report', `${path} to be writable`, messageOf(error), 'name another file with --report');
  }
}

function freshOf(path: string): string {
  return `${path}.handover-new`;
}
