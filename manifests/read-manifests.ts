/** From files of YAML to manifests, or to what is wrong with them. Files may be hostile: nothing in here throws. */
import { LineCounter, type Document, type Tags } from 'yaml';
import { documentsIn, yamlMessageOf, type Manifest } from '../model';
import { fieldsOf, isFields, type Fields } from './manifest';
import { problemAt, type ManifestProblem, type Placed } from './problem';

export interface ManifestFile {
  /** As problems are to name it. */
  readonly file: string;
  /** YAML, of one document or several. */
  readonly text: string;
}

export interface ReadManifests {
  /** In the order of the files and their documents. */
  readonly manifests: readonly Placed[];
  readonly problems: readonly ManifestProblem[];
}

export function readManifests(files: readonly ManifestFile[]): ReadManifests {
  const read = files.flatMap(readFile);
  const manifests = read.filter((each) => 'manifest' in each);
  const problems = read.filter((each) => 'expected' in each);
  if (read.length > 0) return { manifests, problems };
  const place = { file: files[0]?.file ?? 'manifests', line: 1 };
  return { manifests, problems: [problemAt(place, 'manifests', 'none', 'check what was synthesized, and where to')] };
}

function readFile({ file, text }: ManifestFile): (Placed | ManifestProblem)[] {
  const lines = new LineCounter();
  const at = (offset: number) => ({ file, line: lines.linePos(offset).line || 1 });
  try {
    const documents = documentsIn(text, { ...asKubernetes, lineCounter: lines, isOneNeeded: false });
    if (!documents) return [unreadable(at(0), 'values nested far too deep')];
    return documents.flatMap((document) => readDocument(document, at));
  } catch (error) {
    return [unreadable(at(0), yamlMessageOf(error))];
  }
}

/**
 * Kubernetes reads YAML 1.1, where 0644 is octal and `on` is true. It leaves times of day and dates as text, so the types
 * for those are taken out.
 */
const asKubernetes = {
  version: '1.1',
  stringKeys: true,
  customTags: (tags: Tags) => tags.filter((tag) => typeof tag === 'string' || (tag.format !== 'TIME' && !isTime(tag))),
} as const;

function isTime({ tag }: { readonly tag: string }): boolean {
  return tag === 'tag:yaml.org,2002:timestamp';
}

type At = (offset: number) => Pick<Placed, 'file' | 'line'>;

function readDocument(document: Document.Parsed, at: At): (Placed | ManifestProblem)[] {
  if (document.errors.length > 0)
    return document.errors.map((error) => unreadable(at(error.pos[0]), yamlMessageOf(error)));
  if (document.contents === null) return [];
  const place = at(document.contents.range[0]);
  try {
    const raw: unknown = document.toJS();
    JSON.stringify(raw); // Throws for a value that contains itself by an alias.
    if (raw === null) return [];
    const problem = whatIsWrong(raw);
    return problem ? [problemAt(place, ...problem)] : [{ manifest: raw as Manifest, ...place }];
  } catch (error) {
    return [unreadable(place, yamlMessageOf(error))];
  }
}

type Wrong = [expected: string, found: string, fix: string];

function whatIsWrong(raw: unknown): Wrong | undefined {
  if (!isFields(raw)) return ['a Kubernetes object', Array.isArray(raw) ? 'a list' : 'a single value', asDocuments];
  const missing = ['apiVersion', 'kind'].find((key) => !isText(raw[key]));
  if (missing) return [`${missing} of a Kubernetes object`, 'none', `add ${missing}, or take the document out`];
  if (Array.isArray(raw.items) && String(raw.kind).endsWith('List'))
    return ['one object', `a ${String(raw.kind)}`, asDocuments];
  const { name, labels, annotations } = fieldsOf(raw.metadata);
  if (!isText(name))
    return [`metadata.name of this ${String(raw.kind)}`, 'none', 'add it: objects are told by their names'];
  const key = notText(labels) ?? notText(annotations);
  return key === undefined ? undefined : [`text as ${key}`, 'another value', 'put it into quotes'];
}

const asDocuments = 'write each object as a document of its own, with --- between them';

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** The key of a label or annotation whose value is no text, such as an unquoted 1.10. */
function notText(values: unknown): string | undefined {
  const entries: Fields = fieldsOf(values);
  return Object.keys(entries).find((key) => typeof entries[key] !== 'string');
}

function unreadable(place: Pick<Placed, 'file' | 'line'>, found: string): ManifestProblem {
  return problemAt(place, 'valid YAML', found, 'correct the syntax at this place');
}
