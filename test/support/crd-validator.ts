/** Strict validation by the committed CRDs: like `kubectl apply --validate=strict`, without a cluster. */
import type { Manifest } from '../../model';
import { readFileSync } from 'node:fs';
import Ajv, { type ValidateFunction } from 'ajv';
import { parseAllDocuments } from 'yaml';

type Schema = Record<string, unknown>;

interface Crd {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

/** Problems of an object, each with its place; an object whose kind has no CRD is a problem too. */
export function crdProblems({ apiVersion, kind, ...object }: Manifest): string[] {
  const validate = validatorOf(`${apiVersion} ${kind}`);
  if (!validate) return [`no CRD for ${apiVersion} ${kind}`];
  return validate(object)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

// The formats and the extensions (x-kubernetes-…) of Kubernetes are unknown to ajv.
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });

/** Both take a tenth of a second and more. Many suites ask about one kind, or about none. */
let schemas: ReadonlyMap<string, Schema> | undefined;
const validators = new Map<string, ValidateFunction>();

function validatorOf(versionAndKind: string): ValidateFunction | undefined {
  schemas ??= readSchemas('crds/istio-networking-v1.yaml');
  const schema = schemas.get(versionAndKind);
  if (!schema) return undefined;
  const validate = validators.get(versionAndKind) ?? ajv.compile(closed(schema));
  validators.set(versionAndKind, validate);
  return validate;
}

function readSchemas(file: string): ReadonlyMap<string, Schema> {
  const crds = parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS() as Crd);
  return new Map(
    crds.flatMap(({ spec: { group, names, versions } }) =>
      versions.map(({ name, schema: { openAPIV3Schema: schema } }) => [
        `${group}/${name} ${names.kind}`,
        { ...schema, properties: withMetadata(schema) },
      ]),
    ),
  );
}

/** The API server adds metadata to every CRD's schema. */
function withMetadata({ properties }: Schema): Schema {
  return { ...(properties as Schema), metadata: { type: 'object' } };
}

/** An object with known fields may have no others. Alternatives (oneOf, anyOf, not) only repeat fields of their parent. */
function closed(schema: unknown): Schema {
  const { properties, items, additionalProperties, ...rest } = schema as Record<string, Schema | undefined>;
  return {
    ...rest,
    ...(items && { items: closed(items) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: closed(additionalProperties) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, closed(property)])),
      additionalProperties: false,
    }),
  };
}
