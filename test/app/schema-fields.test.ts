/** Whoever points at a field in an editor reads what it does: the schema is the documentation, so it has to be complete and true. */
import Ajv2020 from 'ajv/dist/2020';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { releaseFile } from '../../model';
import { fieldsIn, type FieldSchema } from '../../scripts/schema-fields';
import { schemaText } from '../../scripts/schema-text';

const schema = JSON.parse(schemaText()) as FieldSchema;
const fields = fieldsIn(schema);
const ajv = new Ajv2020({ validateFormats: false, strictTypes: false });
const isSome = (text: string | undefined) => (text ?? '').trim() !== '';

/** What the schema does not take, as `FIELD: VALUE`. */
function refused(valuesOf: (schema: FieldSchema) => readonly unknown[]): string[] {
  return fields.flatMap(({ path, schema: inner }) => {
    const validate = ajv.compile(inner);
    const wrong = valuesOf(inner).filter((value) => !validate(value));
    return wrong.map((value) => `${path}: ${JSON.stringify(value)}`);
  });
}

describe('a field of the schema', () => {
  test('is found at every depth: below fields, names, lists and kinds', () => {
    const found = fields.map(({ path }) => path);
    const deep = ['timings.startup', 'versions.NAME.resources.limits.cpu', 'headerRoutes[].exact', 'steps[].pause'];
    expect(found).toEqual(expect.arrayContaining([...deep, 'inFlight.gauge', 'analyses.NAME.prometheus.query']));
    expect(new Set(found).size).toBe(found.length);
  });

  test('has a description: sentences', () => {
    const without = fields.filter(
      ({ schema: { description } }) => !/^[^\n]+\.(\n\nDefault: .+)?$/.test(description ?? ''),
    );
    expect(without.map(({ path }) => path)).toEqual([]);
  });

  test('has an example', () => {
    const without = fields.filter(({ schema: { examples = [] } }) => examples.length === 0);
    expect(without.map(({ path }) => path)).toEqual([]);
  });

  test('says its default in its description, as editors show nothing else of it', () => {
    const preset = fields.filter(({ schema }) => schema.default !== undefined);
    const said = preset.map(
      ({ schema: { description = '' } }) => parse(description.split('\n\nDefault: ')[1] ?? '~') as unknown,
    );
    expect(preset.length).toBeGreaterThan(0);
    expect(said).toEqual(preset.map(({ schema }) => schema.default));
  });

  test('says what happens when it is left out, unless a default or a must says it', () => {
    const optional = fields.filter(
      ({ path, schema, isRequired }) => !isRequired && schema.default === undefined && !path.endsWith('.NAME'),
    );
    expect(optional.length).toBeGreaterThan(0);
    const silent = optional.filter(({ schema: { description = '' } }) => !description.includes('Left out: '));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test('has examples and a default that the schema takes', () => {
    expect(refused(({ examples = [] }) => examples)).toEqual([]);
    expect(refused((inner) => ('default' in inner ? [inner.default] : []))).toEqual([]);
  });

  test('has examples that the parser takes, too: a schema cannot say that 0 CPU is none', () => {
    const problems: string[] = [];
    let tried = 0;
    const parseExamples = ({ zodSchema }: { zodSchema: z.core.$ZodType }) => {
      const { description, examples } = z.globalRegistry.get(zodSchema) ?? {};
      for (const example of Array.isArray(examples) ? (examples as unknown[]) : []) {
        tried++;
        if (!z.safeParse(zodSchema, example).success) problems.push(`${description}: ${JSON.stringify(example)}`);
      }
    };
    z.toJSONSchema(releaseFile, { io: 'input', override: parseExamples });
    expect(problems).toEqual([]);
    // Those of a field that several objects share are seen once.
    expect(tried).toBeGreaterThan(80);
  });

  test('whose kind is one of several has kinds that are described, as editors show those', () => {
    const kinds = fields.flatMap(({ path, schema: { anyOf, items } }) =>
      [...(anyOf ?? []), ...(items?.anyOf ?? [])].map((kind) => ({ path, kind })),
    );
    expect(kinds.length).toBeGreaterThan(0);
    expect(kinds.filter(({ kind }) => !isSome(kind.description)).map(({ path }) => path)).toEqual([]);
  });
});

describe('docs/release-file.md', () => {
  const sections = readFileSync('docs/release-file.md', 'utf8').split(/^##+ /m).slice(1);

  test('has a section for each field, in the same order', () => {
    expect(sections.map((section) => section.split('\n')[0])).toEqual(fields.map(({ path }) => path));
  });

  test('shows examples that YAML reads as the schema has them', () => {
    const shown = sections.map((section) =>
      [...section.matchAll(/^- example: `(.*)`$/gm)].map(
        ([, yaml = '']) => Object.values(parse(yaml) as object)[0] as unknown,
      ),
    );
    expect(shown).toEqual(fields.map(({ schema: { examples } }) => examples));
  });
});
