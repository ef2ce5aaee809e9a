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
  const validate = validators.get(`${apiVersion} ${kind}`);
  if (!validate) return [`no CRD for ${apiVersion} ${kind}`];
  return validate(object)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const validators: ReadonlyMap<string, ValidateFunction> = readValidators('crds/istio-networking-v1.yaml');

function readValidators(file: string): ReadonlyMap<string, ValidateFunction> {
  // The formats and the extensions (x-kubernetes-…) of Kubernetes are unknown to ajv.
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const crds = parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS() as Crd);
  return new Map(
    crds.flatMap(({ spec: { group, names, versions } }) =>
      versions.map(({ name, schema }) => [
        `${group}/${name} ${names.kind}`,
        ajv.compile(closed({ ...schema.openAPIV3Schema, properties: withMetadata(schema.openAPIV3Schema) })),
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
