/** What is wrong with the objects of a service as a set: one that is there twice, or of a version that the file does not list. */
import { labels } from '../model';
import { identityOf } from './kinds';
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
