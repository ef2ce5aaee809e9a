/**
 * What Kubernetes and other tools wrote on an object, and what is not meant for the next one. A mark of ownership on an object
 * that is made anew would be worse than useless: an agent that tells its objects by it deletes what its Git does not have.
 */
import { fieldsOf, isFields, nameOf, withField, type Fields } from '../../manifests';
import type { Manifest } from '../../model';
import { left, type Note } from './note';

const byKubernetes = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'finalizers',
  'generation',
  'managedFields',
  'namespace',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
  'uid',
];

interface Mark {
  readonly pattern: RegExp;
  readonly why: string;
  /** Somebody else's: kept on an object that stays his. */
  readonly isOwnership: boolean;
}

const helm = 'Helm tells its own objects by it';
const argo = 'Argo CD tells its own objects by it, and deletes those that its Git does not have';
const flux = 'Flux tells its own objects by it, and deletes those that its Git does not have';
const marks: readonly Mark[] = [
  {
    pattern: /^kubectl\.kubernetes\.io\/last-applied-configuration$/,
    why: 'kubectl writes its own',
    isOwnership: false,
  },
  {
    pattern: /^kubectl\.kubernetes\.io\/restartedAt$/,
    why: 'it says when somebody restarted the pods',
    isOwnership: false,
  },
  { pattern: /^deployment\.kubernetes\.io\//, why: 'Kubernetes counts revisions by it', isOwnership: false },
  { pattern: /^autoscaling\.alpha\.kubernetes\.io\//, why: 'Kubernetes wrote it', isOwnership: false },
  { pattern: /^meta\.helm\.sh\//, why: helm, isOwnership: true },
  { pattern: /^helm\.sh\/chart$/, why: helm, isOwnership: true },
  { pattern: /^app\.kubernetes\.io\/managed-by$/, why: 'handover makes this object', isOwnership: true },
  { pattern: /^(argocd\.argoproj\.io\/|app\.kubernetes\.io\/instance$)/, why: argo, isOwnership: true },
  { pattern: /\.toolkit\.fluxcd\.io\//, why: flux, isOwnership: true },
];

/** `isKept`: the same object stays, under its name, with its owner. */
export function cleaned(object: Manifest, isKept: boolean): { readonly object: Manifest; readonly notes: Note[] } {
  const { status, ...rest } = object as Manifest & { readonly status?: unknown };
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([key]) => !byKubernetes.includes(key)));
  const annotations = withoutMarks(object, 'annotations', isKept);
  const labels = withoutMarks(object, 'labels', isKept);
  const written = byKubernetes.filter((key) => key !== 'namespace' && key in object.metadata);
  const runtime = [...(status === undefined ? [] : ['status']), ...written.map((key) => `metadata.${key}`)];
  const marked = withField(withField(metadata, 'annotations', annotations.rest), 'labels', labels.rest);
  return {
    object: { ...rest, metadata: { ...marked, name: object.metadata.name } },
    notes: [
      ...(runtime.length > 0 ? [left(`${nameOf(object)} ${runtime.join(', ')}`, 'Kubernetes writes it')] : []),
      ...annotations.notes,
      ...labels.notes,
    ],
  };
}

function withoutMarks(object: Manifest, key: 'annotations' | 'labels', isKept: boolean) {
  const notes: Note[] = [];
  const kept = Object.entries(fieldsOf(object.metadata[key])).filter(([name]) => {
    const mark = markIn(name, isKept);
    if (mark) notes.push(left(`${nameOf(object)} ${key.slice(0, -1)} ${name}`, mark.why));
    return mark === undefined;
  });
  return { rest: kept.length > 0 ? (Object.fromEntries(kept) as Record<string, string>) : undefined, notes };
}

function markIn(name: string, isKept: boolean): Mark | undefined {
  return marks.find(({ pattern, isOwnership }) => pattern.test(name) && !(isKept && isOwnership));
}

/** Of a pod template: its labels are what selectors choose by, so they stay. */
export function withoutRuntimeAnnotations(template: Fields): Fields {
  const metadata = fieldsOf(template.metadata);
  const kept = Object.entries(fieldsOf(metadata.annotations)).filter(([name]) => markIn(name, true) === undefined);
  const annotations = kept.length > 0 ? Object.fromEntries(kept) : undefined;
  const rest = withField(withField(metadata, 'creationTimestamp', undefined), 'annotations', annotations);
  return { ...template, metadata: rest };
}

/** Who else writes this object, for people; undefined: nobody who says so. */
export function ownerOf({ metadata }: Manifest): string | undefined {
  const { annotations = {}, labels = {} } = metadata;
  const helmRelease = annotations['meta.helm.sh/release-name'];
  if (helmRelease !== undefined) return `the Helm release ${helmRelease}`;
  const all = Object.keys({ ...annotations, ...labels });
  if (all.some((name) => name.startsWith('argocd.argoproj.io/'))) return 'Argo CD';
  if (all.some((name) => name.includes('.toolkit.fluxcd.io/'))) return 'Flux';
  return undefined;
}

/** What the API server fills in where nobody wrote anything. */
export function withoutDefaults(fields: Fields, defaults: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key, value]) => !isDefault(value, defaults[key])));
}

function isDefault(value: unknown, usual: unknown): boolean {
  if (isFields(usual)) return isFields(value) && Object.keys(value).length === 0;
  return usual !== undefined && value === usual;
}
