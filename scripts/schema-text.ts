import { z } from 'zod';
import { releaseFile } from '../model';

/** As the file is written, not as it is resolved: fields with a default may be left out. */
export function schemaText(): string {
  const schema = z.toJSONSchema(releaseFile, { io: 'input' });
  return `${JSON.stringify({ title: 'handover release file', ...schema }, null, 2)}\n`;
}
