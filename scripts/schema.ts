/**
 * `npm run schema` writes app/release.schema.json, by which editors complete, check and explain release.yaml, and
 * docs/release-file.md, which says the same on a page.
 */
import { writeFileSync } from 'node:fs';
import { pageText, schemaText } from './schema-text';

writeFileSync('app/release.schema.json', schemaText());
writeFileSync('docs/release-file.md', pageText());
