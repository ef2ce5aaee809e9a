/** What an editor shows of a field, and what docs/release-file.md says of it. Both are generated (`npm run schema`). */

/**
 * For `.meta()`, as its last call: a description from further inside, such as that of all names, is replaced. A field that may
 * be left out, without a default, says what happens then.
 */
export function told(description: string, ...examples: [unknown, ...unknown[]]) {
  return { description, examples };
}
