/** A field mask, as Envoy's admin port carries it out: it cannot look into a list, and keeps the types. */
export function masked(value: object, paths: readonly string[]): object {
  const kept = Object.entries(value).flatMap(([key, field]: [string, unknown]): [string, unknown][] => {
    if (key === '@type' || paths.includes(key)) return [[key, field]];
    const inside = paths.filter((path) => path.startsWith(`${key}.`)).map((path) => path.slice(key.length + 1));
    return inside.length > 0 && isObject(field) ? [[key, masked(field, inside)]] : [];
  });
  return Object.fromEntries(kept);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
