/** Writes app/release.schema.json, by which editors complete and check release.yaml (`npm run schema`). */
import { writeFileSync } from 'node:fs';
import { schemaText } from './schema-text';

writeFileSync('app/release.schema.json', schemaText());
