/** docs/release-file.md: what the schema says of each field, for whoever reads without an editor. */
import { stringify } from 'yaml';
import { durationPattern } from '../model/duration';
import { fieldsIn, type Field, type FieldSchema } from './schema-fields';

const introduction = `# The release file

Each field of \`release.yaml\`, made by \`npm run schema\` from the schema that editors read, \`app/release.schema.json\`. An editor with a
YAML language server completes and checks the file by it, and shows these texts, when its first line is

\`\`\`
# yaml-language-server: $schema=./release.schema.json
\`\`\`

NAME stands for any name, and \`[]\` for each entry of a list. Keys at the top that begin with \`x-\` are yours, such as for anchors. What
several fields say together is checked, too: each mistake is reported with its line. [concepts.md](concepts.md#the-release-file) shows a
whole file; [your-service.md](your-service.md) says what may be in YAML of your own instead.
`;

export function schemaPage(schema: FieldSchema): string {
  return [introduction, ...fieldsIn(schema).map(section)].join('\n');
}

function section({ path, schema, isRequired }: Field): string {
  const depth = path.includes('.') ? '###' : '##';
  return `${depth} ${path}\n\n${proseOf(schema.description ?? '')}\n\n${factsOf(path, schema, isRequired).join('\n')}\n`;
}

function factsOf(path: string, schema: FieldSchema, isRequired: boolean): string[] {
  const { default: preset, examples = [] } = schema;
  const key = path.split('.').at(-1) ?? path;
  return [
    `- ${kindOf(schema)}${isRequired ? ', required' : ''}`,
    ...(preset === undefined ? [] : [`- default: ${code(yamlOf(preset))}`]),
    ...examples.map((example) => `- example: ${code(yamlOf({ [key]: example }).replace(/^\{ (.*) \}$/s, '$1'))}`),
  ];
}

function kindOf(schema: FieldSchema): string {
  const { anyOf, enum: values = schema.const === undefined ? undefined : [schema.const] } = schema;
  if (anyOf) return unique(anyOf.map(kindOf)).join(', or ');
  return values ? values.map((value) => code(String(value))).join(' or ') : typeOf(schema);
}

function typeOf({ type = '', pattern, items, properties, ...range }: FieldSchema): string {
  if (pattern === durationPattern.source) return 'a duration';
  const kinds: Readonly<Record<string, string>> = {
    array: `a list of ${items?.type === 'string' ? 'texts' : 'objects'}`,
    boolean: '`true` or `false`',
    integer: `a whole number${rangeOf(range)}`,
    number: 'a number',
    object: properties ? 'an object' : 'a map by name',
    string: 'a text',
  };
  return kinds[type] ?? 'a value';
}

/** A limit that nobody reaches, such as the largest number of a computer, says nothing. */
function rangeOf({ minimum, maximum = Infinity }: FieldSchema): string {
  if (minimum === undefined) return '';
  return maximum > 1_000_000 ? `, ${minimum} or more` : `, ${minimum} to ${maximum}`;
}

/** As prettier has it: space inside of braces, none inside of brackets. */
export function yamlOf(value: unknown): string {
  const text = stringify(value, { collectionStyle: 'flow', singleQuote: true, lineWidth: 0 });
  return text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('[ ', '[')
    .replaceAll(' ]', ']');
}

function code(text: string): string {
  return `\`${text}\``;
}

/** Values that are explained (`own: a Gateway …`) and placeholders are code; so no renderer takes {{version}} for its own. */
function proseOf(text: string): string {
  return text
    .replaceAll(/\{\{\w+\}\}/g, code)
    .replaceAll(/(^|\. )([a-z][\w-]*(?:, [a-z]\w*)*|NAMESPACE\/NAME): /g, '$1`$2`: ');
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
