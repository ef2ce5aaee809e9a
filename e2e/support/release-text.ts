/** Edits a release file as an operator would: the text stays, with its comments, but for the fields that are changed. */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import type { ReleaseFileInput } from '../../model';

/** The file that this repository ships. */
export function shippedRelease(): string {
  return readFileSync('app/release.yaml', 'utf8');
}

/** What the shipped file says of proxies, and the profile rolling-update refuses. */
export const rollingUpdate = {
  profile: 'rolling-update',
  gateway: undefined,
  retries: undefined,
  steps: undefined,
} as const satisfies Partial<ReleaseFileInput>;

/** A field that is undefined is removed. */
export function editRelease(text: string, changes: Partial<ReleaseFileInput>): string {
  const document = parseDocument(text);
  for (const [field, value] of Object.entries(changes)) {
    if (value === undefined) document.delete(field);
    else document.setIn([field], document.createNode(value));
  }
  return document.toString();
}
