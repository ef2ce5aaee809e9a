/** The destinations of one split or pinned route: to which subsets it sends, by what weights, and how that is written. */
import { sameSplit, splitOf, sumOf, wholeSplit, type Split } from '../model';
import { canonical, fieldsOf, listOf, withField, type Fields } from './manifest';
import { unsupported } from './unsupported';

/** A subset and its weight as written; null: none is written. */
export type Target = readonly [subset: string, weight: number | null];

export interface Destinations {
  /** One of them as it is. The others differ from it in subset and weight alone. */
  readonly template: Fields;
  readonly targets: readonly Target[];
  readonly split: Split;
}

/** Of a route that sends to the host alone. Throws a Refusal when its split cannot be told. `where` names the route. */
export function destinationsOf(route: Fields, where: string): Destinations {
  const entries = listOf(route.route);
  const targets = entries.map((entry) => targetOf(entry, where));
  const split = shares(targets);
  if (!split) throw notWhole(targets, where);
  const template = entries.find((entry) => 'weight' in entry) ?? fieldsOf(entries[0]);
  if (new Set(entries.map((entry) => canonical(withoutTarget(entry)))).size > 1) throw notAlike(where);
  return { template, targets, split };
}

/** Undefined unless the weights are integers that sum to 100. Istio sends all to a single destination, whatever its weight. */
export function shares(targets: readonly Target[]): Split | undefined {
  const only = targets.length === 1 ? targets[0] : undefined;
  if (only) return splitOf({ [only[0]]: wholeSplit });
  const weights: Record<string, number> = {};
  for (const [subset, weight] of targets) weights[subset] = (weights[subset] ?? 0) + (weight ?? 0);
  const isWhole = targets.every(([, weight]) => weight === null || (Number.isInteger(weight) && weight >= 0));
  return isWhole && sumOf(weights) === wholeSplit ? splitOf(weights) : undefined;
}

/** How synth writes a split: by name, and each with its weight, also the only one. */
export function plainTargets(split: Split): readonly Target[] {
  return Object.entries(split);
}

/** The targets for a split, written as they were before the release (`atRest`) where that can be said. */
export function targetsFor(split: Split, atRest: readonly Target[] | undefined): readonly Target[] {
  const before = atRest && shares(atRest);
  if (atRest && before && sameSplit(before, split)) return atRest;
  const [only, ...others] = plainTargets(split);
  const wasUnweighted = atRest?.length === 1 && atRest[0]?.[1] === null;
  if (only && others.length === 0 && wasUnweighted) return [[only[0], null]];
  return plainTargets(split);
}

/** Everything but subset and weight is the template's, and so is the order of the keys. */
export function writtenLike(template: Fields, targets: readonly Target[]): Fields[] {
  return targets.map(([subset, weight]) => {
    const entry = withField(template, 'destination', { ...fieldsOf(template.destination), subset });
    return withField(entry, 'weight', weight ?? undefined);
  });
}

/** What an edit never changes about a destination. */
export function withoutTarget(entry: Fields): Fields {
  const destination = withField(fieldsOf(entry.destination), 'subset', undefined);
  return withField(withField(entry, 'destination', destination), 'weight', undefined);
}

function targetOf(entry: Fields, where: string): Target {
  const { subset } = fieldsOf(entry.destination);
  if (typeof subset !== 'string' || subset === '') throw noSubset(where);
  return [subset, typeof entry.weight === 'number' ? entry.weight : null];
}

function noSubset(where: string) {
  const fix =
    'set destination.subset to the version that has the traffic, with a subset of that name in the DestinationRule';
  return unsupported(`a subset in each destination of ${where}`, 'one without', fix);
}

function notWhole(targets: readonly Target[], where: string) {
  const found = targets.map(([subset, weight]) => `${subset} ${weight ?? 'without weight'}`).join(', ') || 'none';
  const fix = `write weights that sum to ${wholeSplit}`;
  return unsupported(`destinations of ${where} whose whole weights sum to ${wholeSplit}`, found, fix);
}

function notAlike(where: string) {
  const fix = 'give them the same port and headers, or move those headers to the route';
  return unsupported(`destinations of ${where} that differ in subset and weight alone`, 'other differences', fix);
}
