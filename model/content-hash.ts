import { createHash } from 'node:crypto';

/** Equal contents have equal hashes, in whatever order the file lists them. */
export function contentHash(contents: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(contents).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}
