/**
 * Rights to what versions consist of beyond handover's own constructs: a ServiceMonitor, a KEDA ScaledObject. Whatever chart of
 * the app has made it, and even after the rights were: so they are computed when the manifests are written.
 */
import { ApiObject, Lazy } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-27';
import type { IConstruct } from 'constructs';
import { groupOf, whyNotCreated } from '../manifests';
import { labels, type Manifest, type Release } from '../model';

type Rule = k8s.PolicyRule;

/** The rules, and one more for each kind that they leave out. */
export function withVersionRights(rules: readonly Rule[], scope: IConstruct, release: Release): Rule[] {
  return Lazy.any({ produce: () => [...rules, ...missing(rules, kindsOfVersions(scope, release))] }) as Rule[];
}

function missing(rules: readonly Rule[], kinds: ReadonlyMap<string, Kind>): Rule[] {
  return [...kinds.keys()]
    .sort()
    .map((key) => kinds.get(key) as Kind)
    .filter(({ group, resource }) => !rules.some((rule) => isAbout(rule, group, resource)))
    .map(({ group, resource }) => ({
      apiGroups: [group],
      resources: [resource],
      verbs: ['get', 'list', 'create', 'delete'],
    }));
}

function isAbout({ apiGroups = [], resources = [] }: Rule, group: string, resource: string): boolean {
  return apiGroups.includes(group) && resources.includes(resource);
}

interface Kind {
  readonly group: string;
  readonly resource: string;
}

function kindsOfVersions(scope: IConstruct, { name, namespace }: Release): Map<string, Kind> {
  const objects = scope.node.root.node.findAll().filter((node) => ApiObject.isApiObject(node) && isOf(node, name));
  const kinds = objects
    .map((node) => (node as ApiObject).toJson() as Manifest)
    // A right to Secrets is one to those of everybody else, too; of the rest the driver refuses the object itself.
    .filter((manifest) => manifest.kind !== 'Secret' && whyNotCreated(manifest, namespace) === undefined)
    .map(({ apiVersion, kind }) => ({ group: groupOf(apiVersion), resource: resourceOf(kind) }));
  return new Map(kinds.map((kind) => [`${kind.group}/${kind.resource}`, kind]));
}

function isOf({ metadata }: ApiObject, service: string): boolean {
  return metadata.getLabel(labels.service) === service && metadata.getLabel(labels.version) !== undefined;
}

/** What the API calls a kind in its paths and in rights. Nobody says it in a manifest; this is how kinds are usually named. */
export function resourceOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name === 'endpoints') return name;
  if (/(s|x|z|ch|sh)$/.test(name)) return `${name}es`;
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}
