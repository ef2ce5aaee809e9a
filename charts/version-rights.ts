/**
 * Rights to what versions consist of beyond handover's own constructs: a ServiceMonitor, a KEDA ScaledObject. Whatever chart of
 * the app has made it, and even after the rights were: so they are computed when the manifests are written.
 */
import { ApiObject, Lazy } from 'cdk8s';
import type * as k8s from 'cdk8s-plus-27/lib/imports/k8s';
import type { IConstruct } from 'constructs';
import { groupOf, isShared, whyNotCreated } from '../manifests';
import { labels, type Manifest, type Release } from '../model';

type Rule = k8s.PolicyRule;

const toRead = ['get', 'list'];

/** The rules, and one more for each kind that they leave out. */
export function withVersionRights(
  rules: readonly Rule[],
  scope: IConstruct,
  release: Release,
  to: 'write' | 'read',
): Rule[] {
  const produce = () => {
    const own = kindsOf(scope, (manifest) => isOfVersion(manifest, release));
    const shared = kindsOf(scope, (manifest) => isShared(manifest, release));
    const isRead = to === 'read';
    const all = [...rules, ...missing(rules, own, isRead ? toRead : [...toRead, 'create', 'delete'])];
    if (isRead) return all;
    return [...all, ...missing(all, shared, ['get', 'create'])];
  };
  return Lazy.any({ produce }) as Rule[];
}

function missing(rules: readonly Rule[], kinds: ReadonlyMap<string, Kind>, verbs: string[]): Rule[] {
  return [...kinds.keys()]
    .sort()
    .map((key) => kinds.get(key) as Kind)
    .filter(({ group, resource }) => !rules.some((rule) => isAbout(rule, group, resource)))
    .map(({ group, resource }) => ({ apiGroups: [group], resources: [resource], verbs }));
}

function isAbout({ apiGroups = [], resources = [] }: Rule, group: string, resource: string): boolean {
  return apiGroups.includes(group) && resources.includes(resource);
}

interface Kind {
  readonly group: string;
  readonly resource: string;
}

function kindsOf(scope: IConstruct, isMeant: (manifest: Manifest) => boolean): Map<string, Kind> {
  const labelled = scope.node.root.node.findAll().filter((node) => ApiObject.isApiObject(node) && isLabelled(node));
  const kinds = labelled
    .map((node) => (node as ApiObject).toJson() as Manifest)
    .filter(isMeant)
    .map(({ apiVersion, kind }) => ({ group: groupOf(apiVersion), resource: resourceOf(kind) }));
  return new Map(kinds.map((kind) => [`${kind.group}/${kind.resource}`, kind]));
}

/** Rights themselves are not: to write them out here would ask for them again. */
function isLabelled({ metadata }: ApiObject): boolean {
  return metadata.getLabel(labels.service) !== undefined;
}

/** A right to Secrets is one to those of everybody else, too; of the rest the driver refuses the object itself. */
function isOfVersion(manifest: Manifest, { name, namespace }: Release): boolean {
  const { labels: own = {} } = manifest.metadata;
  if (own[labels.service] !== name || own[labels.version] === undefined) return false;
  return manifest.kind !== 'Secret' && whyNotCreated(manifest, namespace) === undefined;
}

/** What the API calls a kind in its paths and in rights. Nobody says it in a manifest; this is how kinds are usually named. */
export function resourceOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name === 'endpoints') return name;
  if (/(s|x|z|ch|sh)$/.test(name)) return `${name}es`;
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}
