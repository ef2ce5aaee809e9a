/** Objects in YAML or JSON that somebody gives: files of a repository, the output of Helm, or `kubectl get -o yaml`. */
import { LineCounter } from 'yaml';
import { fieldsOf, formatManifestProblem, isFields, readManifests } from '../../manifests';
import { documentsIn, Refusal, type Manifest } from '../../model';
import { documents } from './documents';

/** Throws a Refusal that lists what cannot be read, with its line. */
export function objectsIn(file: string, text: string): readonly Manifest[] {
  const { manifests, problems } = readManifests([{ file, text: withoutLists(text) }]);
  if (problems.length === 0) return manifests.map(({ manifest }) => manifest);
  const lines = problems.map((problem) => `\n${formatManifestProblem(problem)}`);
  throw new Refusal('import', `Kubernetes objects in ${file}`, 'what is none', lines.join(''));
}

/** kubectl wraps several objects into one List. Any other text stays as it is, with its lines and its mistakes. */
function withoutLists(text: string): string {
  const values = valuesIn(text);
  if (!values.some(isList)) return text;
  return documents(values.flatMap((value): readonly unknown[] => (isList(value) ? value.items : [value])));
}

/** None when it cannot be read: whoever reads it next says why. */
function valuesIn(text: string): unknown[] {
  try {
    const parsed = documentsIn(text, { version: '1.1', lineCounter: new LineCounter(), isOneNeeded: false });
    if (!parsed || parsed.some(({ errors }) => errors.length > 0)) return [];
    return parsed.map((document) => document.toJS() as unknown);
  } catch {
    return [];
  }
}

function isList(value: unknown): value is { readonly items: readonly unknown[] } {
  return isFields(value) && /List$/.test(String(value.kind)) && Array.isArray(fieldsOf(value).items);
}
