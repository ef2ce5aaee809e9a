/**
 * What is live beside what synth wrote, before the first write. A release changes no route but by its split, its pins and its
 * markers, and the version that it creates is the one that was synthesized: everything else is refused with the difference.
 */
import {
  asOfWholeService,
  identityOf,
  leadsToWholeService,
  orUnsupported,
  withoutEdits,
  withoutSubsets,
  withPolicyOf,
  withRoutesOf,
  withSubsetAlone,
  type ServiceShape,
} from '../../manifests';
import { Refusal, type Manifest } from '../../model';
import { describeDifference, differences, differencesOf, fieldsOfNobody } from './files/difference';
import type { Check } from './preflight';
import type { Order } from './stages';

export interface LiveChecks {
  readonly checks: readonly Check[];
  /** Versions that were there before: what a webhook or a person did to them is theirs. */
  readonly warnings: readonly string[];
}

/** `adopts`: routes that name no subset yet may be those of an adopted version. */
export function liveChecks(shape: ServiceShape, order: Order, live: readonly Manifest[], adopts = false): LiveChecks {
  const created = createdVersions(shape, order);
  const others = Object.keys(shape.versions).filter((version) => !created.includes(version));
  return {
    checks: [
      { title: 'the routes are as the manifests say', problem: otherRoutes(shape, order, live, adopts) },
      { title: 'no version changed under its name', problem: otherVersion(changesOf(shape, created, live)) },
    ],
    warnings: [...changesOf(shape, others, live), ...keptFields(shape, order, live)],
  };
}

/** They stay, as a release edits in place: whoever wrote them by hand finds them nowhere in Git. */
function keptFields({ virtualService, destinationRule, host }: ServiceShape, order: Order, live: readonly Manifest[]) {
  const route = find(live, virtualService);
  const rule = find(live, destinationRule);
  if (order.kind === 'apply' || !route || !rule) return [];
  const routes = orUnsupported(() => fieldsOfNobody(withoutEdits(virtualService, host), withoutEdits(route, host)));
  const fields = [
    ...(routes instanceof Refusal ? [] : routes),
    ...fieldsOfNobody(withoutSubsets(destinationRule), withoutSubsets(rule)),
  ];
  if (fields.length === 0) return [];
  const places = fields.map(({ object, path, found }) => `${object} ${path}: ${found}`);
  return [`fields that no manifest has, which stay: ${places.join('; ')}`];
}

/** Versions that the order may have to create; those that are there already are looked at, too. */
export function createdVersions({ versions }: ServiceShape, order: Order): string[] {
  const all = Object.keys(versions);
  return order.kind === 'run' ? all.filter((version) => version === order.canary) : all;
}

/** A change of routes and policy is what an apply is for; anything else in these objects is no release's, and no apply's. */
function otherRoutes(
  shape: ServiceShape,
  order: Order,
  live: readonly Manifest[],
  adopts: boolean,
): Refusal | undefined {
  const { virtualService, destinationRule, host } = shape;
  const isApply = order.kind === 'apply';
  const route = find(live, virtualService);
  const rule = find(live, destinationRule);
  if (adopts && route && leadsToWholeService(route, host)) return otherThanTakenOver(shape, route, rule, isApply);
  if (!route || !rule) return undefined;
  const liveRoutes = orUnsupported(() => withoutEdits(isApply ? withRoutesOf(virtualService, route) : route, host));
  // The look refuses routes that cannot be told, or in mid-release holds and names who edited them.
  if (liveRoutes instanceof Refusal) return undefined;
  const found = [
    ...unlike(withoutEdits(virtualService, host), liveRoutes),
    ...unlike(withoutSubsets(destinationRule), withoutSubsets(liveRule(destinationRule, rule, isApply))),
  ];
  if (found.length === 0) return undefined;
  const fix = isApply
    ? 'apply that change first (kubectl apply -f of the synthesized manifests), or take it out of them'
    : 'make that change first (handover apply shows it with --dry-run), or take it out of the manifests';
  return new Refusal(
    'other-routes',
    'live routes that are equal to the manifests in all but weights',
    found.join('; '),
    fix,
  );
}

/** As it will be: an apply changes the policy, too. */
function liveRule(wanted: Manifest, rule: Manifest, isApply: boolean): Manifest {
  return isApply ? withPolicyOf(wanted, rule) : rule;
}

/** A take-over names a subset, and changes nothing else. */
function otherThanTakenOver(
  { virtualService, destinationRule, host }: ServiceShape,
  route: Manifest,
  rule: Manifest | undefined,
  isApply: boolean,
): Refusal | undefined {
  const found = [
    ...differencesOf(asOfWholeService(virtualService, host), asOfWholeService(route, host)),
    ...(rule ? unlike(withoutSubsets(destinationRule), withoutSubsets(liveRule(destinationRule, rule, isApply))) : []),
  ];
  if (found.length === 0) return undefined;
  const expected = 'live routes that are equal to the manifests in all but subsets and names of routes';
  const fix =
    'make the manifests say what is live (handover import writes them), take over, and change them afterwards';
  return new Refusal('other-routes', expected, found.join('; '), fix);
}

function otherVersion(changes: readonly string[]): Refusal | undefined {
  if (changes.length === 0) return undefined;
  const fix = 'a version never changes under its name: list the new build as a new version';
  return new Refusal('version-changed', 'live versions as the manifests have them', changes.join('; '), fix);
}

/** Of the objects that exist. The number of pods is whoever scales them. */
function changesOf(shape: ServiceShape, versions: readonly string[], live: readonly Manifest[]): string[] {
  const objects = versions.flatMap((version) => shape.versions[version]?.objects ?? []);
  const ofObjects = objects.flatMap((object) => {
    const found = find(live, object);
    return found ? unlike(withoutReplicas(object), found) : [];
  });
  return [...ofObjects, ...versions.flatMap((version) => subsetChanges(shape, version, live))];
}

/** A subset that is there stays: with other labels it would send the version's requests to the pods of another one. */
function subsetChanges({ destinationRule }: ServiceShape, version: string, live: readonly Manifest[]): string[] {
  const rule = find(live, destinationRule);
  const found = rule && withSubsetAlone(rule, version);
  const wanted = withSubsetAlone(destinationRule, version);
  return wanted && found ? unlike(wanted, found) : [];
}

function withoutReplicas(object: Manifest): Manifest {
  if (object.kind !== 'Deployment' && object.kind !== 'HorizontalPodAutoscaler') return object;
  const { replicas: _, minReplicas: _least, ...spec } = object.spec as Record<string, unknown>;
  return { ...object, spec };
}

function find(live: readonly Manifest[], manifest: Manifest): Manifest | undefined {
  return live.find((object) => identityOf(object) === identityOf(manifest));
}

function unlike(wanted: Manifest, live: Manifest): string[] {
  return differences([wanted], [live]).map(describeDifference);
}
