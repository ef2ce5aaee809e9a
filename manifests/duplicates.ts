/** What is wrong with the objects of a service as a set: one that is there twice, or of a version that the file does not list. */
import { labels, type NamedObject } from '../model';
import { identityOf, nameOf } from './kinds';
import { problemAt, type ManifestProblem, type Placed } from './problem';

export function versionOf({ manifest }: Placed): string | undefined {
  return manifest.metadata.labels?.[labels.version];
}

export function duplicateProblems(own: readonly Placed[]): ManifestProblem[] {
  const firsts = new Map<string, Placed>();
  return own.flatMap((each) => {
    const { kind, metadata } = each.manifest;
    const first = firsts.get(identityOf(each.manifest));
    if (!first) firsts.set(identityOf(each.manifest), each);
    const expected = `one ${kind} called ${metadata.name}`;
    return first ? [problemAt(each, expected, `another in ${first.file}:${first.line}`, 'rename one of them')] : [];
  });
}

export function strayProblems(own: readonly Placed[], versions: readonly string[]): ManifestProblem[] {
  const stray = own.filter((each) => versionOf(each) !== undefined && !versions.includes(versionOf(each) ?? ''));
  const expected = `a version of the release file (${versions.join(', ')}) as label ${labels.version}`;
  return stray.map((each) =>
    problemAt(each, expected, String(versionOf(each)), 'list the version, or remove the object'),
  );
}

/** What is deleted together with an adopted version: an object of another one, or of all, would go with it. */
export function takenProblems(
  own: readonly Placed[],
  version: string,
  adopted: readonly NamedObject[],
): ManifestProblem[] {
  const names = adopted.map(({ kind, name }) => `${kind}/${name}`);
  return own
    .filter(({ manifest }) => names.includes(nameOf(manifest)))
    .map((each) => {
      const expected = `no object called ${nameOf(each.manifest)}, as ${version} adopts that one, and it is deleted with it`;
      const of = versionOf(each);
      const fix = of === undefined ? 'take it out of adopt.with' : `take it out of adopt, or rename ${of}`;
      return problemAt(each, expected, `one of ${of ?? 'all versions'}`, fix);
    });
}
