import { z } from 'zod';
import { releaseFile } from '../model';

/** As the file is written, not as it is resolved: fields with a default may be left out. Keys with x- are the operator's. */
export function schemaText(): string {
  const schema = z.toJSONSchema(releaseFile, { io: 'input' });
  return `${JSON.stringify({ title: 'handover release file', ...schema, patternProperties: { '^x-': {} } }, null, 2)}\n`;
}
