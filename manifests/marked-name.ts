/** During a release a split route is called `<base>@<release id>.<serial>`; at rest it has its base name, or none. */

export interface MarkedName {
  readonly base: string;
  /** `<release id>.<serial>`; '' at rest. */
  readonly marker: string;
}

const marked = /^(?<base>.*)@(?<marker>[^@]+\.\d+)$/s;

/** A name that the VirtualService's own annotation lists is taken as it is, even if it looks like a marked one. */
export function markedNameOf(name: unknown, listed: readonly string[] = []): MarkedName {
  if (typeof name !== 'string') return { base: '', marker: '' };
  const { base = name, marker = '' } = (listed.includes(name) ? undefined : marked.exec(name)?.groups) ?? {};
  return { base, marker };
}

/** Undefined for a route that has no name at rest. Throws a RangeError for a marker that could not be read back. */
export function nameWith({ base, marker }: MarkedName): string | undefined {
  if (marker === '') return base || undefined;
  const name = `${base}@${marker}`;
  if (markedNameOf(name).marker !== marker)
    throw new RangeError(`expected a marker such as k3f9.2, found ${JSON.stringify(marker)}`);
  return name;
}
