import * as z from 'zod';
import { releaseFile } from '../model';
import type { FieldSchema } from './schema-fields';
import { schemaPage, yamlOf } from './schema-page';

/** As the file is written, not as it is resolved: fields with a default may be left out. Keys with x- are the operator's. */
function schema() {
  const schema = z.toJSONSchema(releaseFile, { io: 'input', override: keepExamples });
  return { title: 'handover release file', ...schema, patternProperties: { '^x-': {} } };
}

/** Zod takes examples for what comes out, and drops them where that differs from what is written. Ours are as written. */
function keepExamples({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodType;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}) {
  const { examples } = z.globalRegistry.get(zodSchema) ?? {};
  if (Array.isArray(examples)) jsonSchema.examples = examples;
}

export function schemaText(): string {
  return `${JSON.stringify(schema(), sayDefault, 2)}\n`;
}

/** Editors show descriptions and examples to whoever points at a field, but no defaults. */
function sayDefault(_key: string, value: unknown): unknown {
  const { description, default: preset } = (value ?? {}) as FieldSchema;
  if (typeof description !== 'string' || preset === undefined) return value;
  return { ...(value as FieldSchema), description: `${description}\n\nDefault: ${yamlOf(preset)}` };
}

export function pageText(): string {
  return schemaPage(schema() as FieldSchema);
}
