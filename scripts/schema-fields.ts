/** The fields of a JSON schema, in their order, at every depth: what an editor shows when somebody points at one. */

export interface FieldSchema {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: FieldSchema | boolean;
  readonly items?: FieldSchema;
  readonly anyOf?: readonly FieldSchema[];
}

export interface Field {
  /** Such as `timings.startup`; `versions.NAME` for any key, `steps[]` for an entry of a list. */
  readonly path: string;
  readonly schema: FieldSchema;
  readonly isRequired: boolean;
}

/** Entries of a list, and kinds of which one is chosen, count as fields only when they have fields in them. */
export function fieldsIn(schema: FieldSchema, path = ''): Field[] {
  const { properties = {}, required = [], additionalProperties: any, items, anyOf = [] } = schema;
  const named = Object.entries(properties).flatMap(([name, inner]) =>
    fieldAndInner(path === '' ? name : `${path}.${name}`, inner, required.includes(name)),
  );
  const keyed = typeof any === 'object' ? fieldAndInner(`${path}.NAME`, any, false) : [];
  return [
    ...named,
    ...keyed,
    ...(items ? fieldsIn(items, `${path}[]`) : []),
    ...anyOf.flatMap((kind) => fieldsIn(kind, path)),
  ];
}

function fieldAndInner(path: string, schema: FieldSchema, isRequired: boolean): Field[] {
  return [{ path, schema, isRequired }, ...fieldsIn(schema, path)];
}
