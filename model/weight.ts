/**
 * A split: the integer weights of all versions on a route at one moment. Versions without traffic are left out, because
 * Istio leaves destinations of weight 0 out of the Envoy route: weight 0 really means "not referenced".
 */
export type Split = Readonly<Record<string, number>>;

export const wholeSplit = 100;

/** Builds a split. Throws a RangeError unless the weights are integers of 0 to 100 that sum to 100. */
export function splitOf(weights: Readonly<Record<string, number>>): Split {
  const bad = Object.entries(weights).find(([, weight]) => !Number.isInteger(weight) || weight < 0);
  if (bad) throw new RangeError(`expected an integer weight of 0 to ${wholeSplit} for ${bad[0]}, found ${bad[1]}`);
  const sum = sumOf(weights);
  if (sum !== wholeSplit) throw new RangeError(`expected weights that sum to ${wholeSplit}, found ${sum}`);
  return Object.fromEntries(
    Object.entries(weights)
      .filter(([, weight]) => weight > 0)
      .sort(([a], [b]) => a.localeCompare(b, 'en')),
  );
}

export function sumOf(weights: Readonly<Record<string, number>>): number {
  return Object.values(weights).reduce((sum, weight) => sum + weight, 0);
}

/** All traffic to one version. */
export function allTo(version: string): Split {
  return { [version]: wholeSplit };
}

/** A share of the traffic to `canary`, the rest to `stable`. */
export function shareTo(canary: string, weight: number, stable: string): Split {
  return canary === stable ? allTo(stable) : splitOf({ [canary]: weight, [stable]: wholeSplit - weight });
}

export function weightOf(split: Split, version: string): number {
  return split[version] ?? 0;
}

export function sameSplit(a: Split, b: Split): boolean {
  return formatSplit(a) === formatSplit(b);
}

/** One spelling of a split, as Envoy route names and people can read it: `v1-90.v2-10`. */
export function formatSplit(split: Split): string {
  return Object.keys(split)
    .filter((version) => weightOf(split, version) > 0)
    .sort((a, b) => a.localeCompare(b, 'en'))
    .map((version) => `${version}-${weightOf(split, version)}`)
    .join('.');
}

/** Pods that a weight needs: its share of the pods that carry all traffic, rounded up (invariant S4). */
export function podsForWeight(weight: number, podsForAll: number): number {
  return Math.ceil((weight * podsForAll) / wholeSplit);
}
