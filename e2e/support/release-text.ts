/** Edits a release file as an operator would: the text stays, with its comments, but for the fields that are changed. */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import type { ReleaseFileInput } from '../../model';

/** The file that this repository ships. */
export function shippedRelease(): string {
  return readFileSync('app/release.yaml', 'utf8');
}

export function editRelease(text: string, changes: Partial<ReleaseFileInput>): string {
  const document = parseDocument(text);
  for (const [field, value] of Object.entries(changes)) document.setIn([field], document.createNode(value));
  return document.toString();
}
