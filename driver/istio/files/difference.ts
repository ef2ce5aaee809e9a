/**
 * Whether live objects are what the manifests say. A manifest is a part of its live object, as the API server adds
 * defaults and status: a field is a difference when the manifest has it and the live object has not, or has it otherwise.
 */
import { isDeepStrictEqual } from 'node:util';
import { identityOf, isFields, nameOf, type Fields } from '../../../manifests';
import type { Manifest } from '../../../model';
import { sameIntOrString, sameQuantity } from './same-meaning';

/** What is shown in the place of an absent value. */
const nothing = 'nothing';

export interface Difference {
  /** Kind/name */
  readonly object: string;
  /** '' when it is the object as a whole. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/** `live` is every object that carries the release's label, or that a manifest names. */
export function differences(rendered: readonly Manifest[], live: readonly Manifest[]): Difference[] {
  const found = new Map(live.map((object) => [identityOf(object), object]));
  const wanted = new Set(rendered.map(identityOf));
  const changed = rendered.flatMap((manifest) => compareObject(manifest, found.get(identityOf(manifest))));
  const extra = live.filter((object) => !wanted.has(identityOf(object)) && !isDerived(object));
  return [...changed, ...extra.map((object) => whole(object, nothing, 'an object that no manifest has'))];
}

/** Of two spellings of one object: a field that only one of them has is a difference, too. */
export function differencesOf(wanted: Manifest, live: Manifest): string[] {
  const all = [...differences([wanted], [live]), ...fieldsOfNobody(wanted, live)];
  return [...new Set(all.map(describeDifference))];
}

/** What the live object has, and its manifest has not. */
export function fieldsOfNobody(wanted: Manifest, live: Manifest): Difference[] {
  const gone = differences([live], [wanted]).filter(({ found }) => found === nothing);
  return gone.map((each) => ({ ...each, expected: nothing, found: each.expected }));
}

/** One line: `Kind/name path: expected …, found …`. */
export function describeDifference({ object, path, expected, found }: Difference): string {
  return `${object}${path === '' ? '' : ` ${path}`}: expected ${expected}, found ${found}`;
}

/** Made by a controller from another object whose labels it copies, such as ReplicaSets, Pods and Endpoints. */
export function isDerived({ kind, metadata }: Manifest): boolean {
  const { ownerReferences } = metadata as { ownerReferences?: unknown };
  return kind === 'Endpoints' || (Array.isArray(ownerReferences) && ownerReferences.length > 0);
}

function compareObject(manifest: Manifest, live: Manifest | undefined): Difference[] {
  if (!live) return [whole(manifest, 'an object', nothing)];
  const { apiVersion: _, ...fields } = manifest;
  const unlike = compare(fields, live, '').map((difference) => ({ object: nameOf(manifest), ...difference }));
  const { deletionTimestamp } = live.metadata as { deletionTimestamp?: string };
  // It answers, but not for much longer: what is being deleted is not what the manifest asks for.
  if (deletionTimestamp === undefined) return unlike;
  return [{ ...whole(manifest, nothing, `"${deletionTimestamp}"`), path: 'metadata.deletionTimestamp' }, ...unlike];
}

type FieldDifference = Omit<Difference, 'object'>;

function compare(wanted: unknown, live: unknown, path: string): FieldDifference[] {
  if (wanted === undefined || isSame(wanted, live, path)) return [];
  if (Array.isArray(wanted) && Array.isArray(live))
    return compareByName(wanted, live, path) ?? compareLists(wanted, live, path);
  if (isFields(wanted) && isFields(live)) return compareFields(wanted, live, path);
  return [{ path, expected: show(wanted), found: show(live) }];
}

function compareFields(wanted: Fields, live: Fields, path: string): FieldDifference[] {
  const extra = isClosed(path) ? Object.keys(live).filter((key) => wanted[key] === undefined) : [];
  return [
    ...Object.entries(wanted).flatMap(([key, value]) => compare(value, own(live, key), join(path, key))),
    ...extra.map((key) => ({ path: join(path, key), expected: nothing, found: show(live[key]) })),
  ];
}

/**
 * Routes are told by their names, or by what they match: by their places, one that somebody inserted would make each of those
 * behind it look changed. Undefined for other lists, and where two have the same name.
 */
function compareByName(
  wanted: readonly unknown[],
  live: readonly unknown[],
  path: string,
): FieldDifference[] | undefined {
  if (path !== 'spec.http') return undefined;
  const [ours, theirs] = [wanted, live].map((list) => new Map(list.map((route) => [routeKey(route), route])));
  if (ours?.size !== wanted.length || theirs?.size !== live.length) return undefined;
  const at = (key: string) => `${path}[${key}]`;
  const extra = [...theirs.keys()].filter((key) => !ours.has(key));
  return [
    ...[...ours].flatMap(([key, route]) => compare(route ?? null, theirs.get(key), at(key))),
    ...extra.map((key) => ({ path: at(key), expected: nothing, found: show(theirs.get(key)) })),
    ...compareOrder([...ours.keys()], [...theirs.keys()], path),
  ];
}

function routeKey(route: unknown): string {
  const { name, match } = isFields(route) ? route : {};
  return typeof name === 'string' ? name : match === undefined ? 'without match' : JSON.stringify(match);
}

/** The first route that matches takes a request. */
function compareOrder(wanted: readonly string[], live: readonly string[], path: string): FieldDifference[] {
  const [expected, found] = [
    wanted.filter((key) => live.includes(key)).join(', '),
    live.filter((key) => wanted.includes(key)).join(', '),
  ];
  return expected === found ? [] : [{ path, expected: `the order ${expected}`, found: `the order ${found}` }];
}

/** One more element is a difference, too: it may be a destination that takes traffic. */
function compareLists(wanted: readonly unknown[], live: readonly unknown[], path: string): FieldDifference[] {
  const matching = isUnordered(path) ? inOrderOf(wanted, live, path) : live;
  const length = Math.max(wanted.length, matching.length);
  return Array.from({ length }, (_, index) => {
    const at = `${path}[${index}]`;
    if (index < wanted.length) return compare(wanted[index] ?? null, matching[index], at);
    return [{ path: at, expected: nothing, found: show(matching[index]) }];
  }).flat();
}

/** Each live element beside the one that it fulfils; those that fulfil none fill the gaps, and are then reported. */
function inOrderOf(wanted: readonly unknown[], live: readonly unknown[], path: string): unknown[] {
  const left = [...live];
  const matches = wanted.map((element) => {
    const index = left.findIndex((candidate) => compare(element, candidate, `${path}[]`).length === 0);
    return index < 0 ? undefined : left.splice(index, 1)[0];
  });
  return [...matches.map((match) => match ?? left.shift()), ...left];
}

function isSame(wanted: unknown, live: unknown, path: string): boolean {
  if (isDeepStrictEqual(wanted, live)) return true;
  // As kubectl create --dry-run and controller-gen print it.
  if (wanted === null && path.endsWith('creationTimestamp')) return true;
  if (live === undefined || live === null) return isEmpty(wanted, path);
  if (quantityFields.test(path)) return sameQuantity(wanted, live);
  return intOrStringFields.test(path) && sameIntOrString(wanted, live);
}

/** What the API server leaves out when it stores an object, as it means the same as nothing. */
function isEmpty(wanted: unknown, path: string): boolean {
  if (wanted === null || (Array.isArray(wanted) && wanted.length === 0)) return true;
  if (isFields(wanted)) return Object.keys(wanted).length === 0 && mapFields.test(path);
  if (wanted === false) return falseFields.test(path);
  return (wanted === 0 || wanted === '') && zeroFields.test(path);
}

const quantityFields = /\.(requests|limits)\.[^.]+$|\.(averageValue|sizeLimit|divisor)$/;
const intOrStringFields = /\.(targetPort|port|maxSurge|maxUnavailable|minAvailable)$/;
const zeroFields = /^spec\.minReadySeconds$|\.(initialDelaySeconds|subPath|subPathExpr)$|\.env\[\d+\]\.value$/;
/** Of these false is never stored. Of others, such as automountServiceAccountToken, absent means true. */
const falseFields =
  /^spec\.paused$|\.(hostNetwork|hostIPC|hostPID|tty|stdin|stdinOnce)$|\.volumeMounts\[\d+\]\.readOnly$/;
const mapFields = /^data$|\.(labels|annotations|matchLabels)$/;

/** Selectors and configuration: nobody adds defaults to them, and one key more is another meaning. */
const isClosed = (path: string) =>
  /^(data|binaryData|spec\.selector)$|\.matchLabels$|^spec\.subsets\[\d+\]\.labels$/.test(path);

/** The API server may hand out an autoscaler's metrics in another order than it was given. */
const isUnordered = (path: string) => path === 'spec.metrics';

function own(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

function join(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}["${key}"]`;
  return path === '' ? key : `${path}.${key}`;
}

function whole(object: Manifest, expected: string, found: string): Difference {
  return { object: nameOf(object), path: '', expected, found };
}

function show(value: unknown): string {
  return value === undefined ? nothing : JSON.stringify(value);
}
