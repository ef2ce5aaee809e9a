/**
 * An API server in memory, without a socket: what the adapter of a rolling update sends is carried out as Kubernetes would,
 * with conditions, dry runs, server-side apply, field managers and defaults.
 */
import { isDeepStrictEqual } from 'node:util';
import { canonical, fieldsOf, listOf, type Fields, type JsonPatch } from '../../../manifests';
import { Api, ApiError, type ApiRequest } from '../../../driver/kubernetes/api';
import { discoveryAt, kindAt } from '../fake-discovery';
import { patched } from '../fake-json-patch';
import {
  applied,
  changedFields,
  fieldsOfObject,
  isSame,
  minus,
  ownersOf,
  plus,
  withEntry,
  type Owned,
} from './field-owners';

export interface Stored extends Fields {
  readonly metadata: Fields & { readonly name: string };
}

type Interrupt = (request: ApiRequest, isBefore: boolean) => void;

export class MemoryApi extends Api {
  /** By collection and path. What is stored is never changed, only replaced: so nothing has to be copied. */
  private readonly collections = new Map<string, Map<string, Stored>>();
  private count = 100;
  /** Called before and after each request is carried out: it may throw, as a connection that breaks, or write. */
  interrupt: Interrupt = () => undefined;

  constructor() {
    super({ server: new URL('http://memory'), applyToHTTPSOptions: () => Promise.resolve() });
  }

  override async send<T>(request: ApiRequest): Promise<T> {
    await Promise.resolve();
    this.interrupt(request, true);
    const answer = this.answer(request) as T;
    this.interrupt(request, false);
    return answer;
  }

  read(path: string): Stored | undefined {
    return this.collections.get(collectionOf(path))?.get(path);
  }

  /** Objects of a collection. */
  all(collection: string): Stored[] {
    return [...(this.collections.get(collection)?.values() ?? [])];
  }

  get paths(): string[] {
    return [...this.collections.values()].flatMap((objects) => [...objects.keys()]);
  }

  remove(path: string): void {
    this.collections.get(collectionOf(path))?.delete(path);
  }

  /** What a controller writes into the status and its own notes: no manager is told of it. */
  note(path: string, change: (object: Stored) => Stored): void {
    const live = this.read(path);
    if (!live) return;
    const { resourceVersion: _, ...metadata } = live.metadata;
    const wanted = change(live);
    this.keep(path, {
      ...wanted,
      metadata: { ...metadata, ...wanted.metadata, resourceVersion: String(++this.count) },
    });
  }

  /** A status that says the same is no write: an object that changes for ever could not be written by anybody else. */
  noteStatus(path: string, status: Fields): void {
    const known = this.read(path)?.status;
    // Controllers tell it again and again, and the texts are compared in a tenth of the time.
    if (JSON.stringify(known) === JSON.stringify(status) || isDeepStrictEqual(known, status)) return;
    this.note(path, (object) => ({ ...object, status }));
  }

  /** A write of somebody else, who comes to own what it changes. */
  edit(path: string, manager: string, change: (object: Stored) => Stored, subresource?: string): void {
    const live = this.read(path);
    if (!live) return;
    const wanted = change(live);
    this.store(
      path,
      { ...wanted, metadata: { ...wanted.metadata, managedFields: afterUpdate(live, wanted, manager, subresource) } },
      live,
    );
  }

  put(path: string, object: Stored, manager: string): void {
    const stored = withDefaults(path, copy(object));
    const fieldsV1 = fieldsOfObject(stored);
    const managedFields = [{ manager, operation: 'Update', fieldsV1 }];
    this.store(path, { ...stored, metadata: { ...stored.metadata, managedFields } }, undefined);
  }

  private answer(request: ApiRequest): unknown {
    const { method, path } = request;
    const discovered = discoveryAt(path);
    if (discovered) return discovered;
    if (method === 'POST') return this.created(request);
    const live = this.read(path);
    if (method === 'GET' && kindAt(path) && !live) return { items: this.listed(request) };
    if (!live) throw refused(request, 404, 'NotFound');
    if (method === 'GET') return live;
    if (method === 'DELETE') return (this.remove(path), {});
    return this.change(request, live);
  }

  private listed({ path, query = {} }: ApiRequest): Stored[] {
    const wanted = (query.labelSelector ?? '').split(',').filter((part) => part !== '');
    return this.all(path).filter(({ metadata }) =>
      wanted.every((part) => {
        const [key = '', value] = part.split('=');
        return fieldsOf(metadata.labels)[key] === value;
      }),
    );
  }

  private created(request: ApiRequest): Stored {
    const body = copy(request.body) as Stored;
    const path = `${request.path}/${body.metadata.name}`;
    if (this.read(path) !== undefined) throw refused(request, 409, 'AlreadyExists');
    const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1];
    if (namespace !== undefined && !this.read(`/api/v1/namespaces/${namespace}`))
      throw refused(request, 404, 'NotFound');
    const stored = withDefaults(path, body);
    const managedFields = [{ manager: managerOf(request), operation: 'Update', fieldsV1: fieldsOfObject(stored) }];
    return this.store(path, { ...stored, metadata: { ...stored.metadata, managedFields } }, undefined);
  }

  private change(request: ApiRequest, live: Stored): Stored {
    const wanted = withDefaults(request.path, this.wantedBy(request, live));
    const condition = fieldsOf(wanted.metadata).resourceVersion;
    if (condition !== undefined && condition !== live.metadata.resourceVersion) throw refused(request, 409, 'Conflict');
    if (wanted.metadata.uid !== undefined && wanted.metadata.uid !== live.metadata.uid)
      throw refused(request, 409, 'Conflict');
    if (request.query?.dryRun === 'All') return wanted;
    return this.store(request.path, wanted, live);
  }

  private wantedBy(request: ApiRequest, live: Stored): Stored {
    const { contentType = '', method } = request;
    const body = copy(request.body) as Stored;
    if (contentType.includes('apply')) return afterApply(request, live, body);
    const wanted = contentType.includes('json-patch')
      ? patched(live, body as unknown as JsonPatch)
      : method === 'PUT'
        ? body
        : ({ ...live, ...body, metadata: { ...live.metadata, ...body.metadata } } as Stored);
    if (!wanted) throw refused(request, 422, 'Invalid');
    const disowns = canonical(wanted.metadata.managedFields) !== canonical(live.metadata.managedFields);
    if (disowns) return wanted;
    const managedFields = afterUpdate(live, wanted, managerOf(request));
    return { ...wanted, metadata: { ...wanted.metadata, managedFields } };
  }

  private store(path: string, wanted: Stored, live: Stored | undefined): Stored {
    const { resourceVersion: _, ...metadata } = wanted.metadata;
    const before: Fields = { generation: 0, uid: `uid-${++this.count}`, ...live?.metadata };
    const isChanged = canonical(wanted.spec) !== canonical(live?.spec);
    const generation = Number(before.generation) + (isChanged ? 1 : 0);
    const { uid } = before;
    const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1];
    const own = { ...metadata, ...(namespace !== undefined && { namespace }), uid, generation };
    const isSame = canonical({ ...wanted, metadata: own }) === canonical({ ...live, metadata: unversioned(before) });
    if (live && isSame) return live;
    return this.keep(path, { ...wanted, metadata: { ...own, resourceVersion: String(++this.count) } });
  }

  private keep(path: string, object: Stored): Stored {
    const collection = this.collections.get(collectionOf(path)) ?? new Map<string, Stored>();
    this.collections.set(collectionOf(path), collection.set(path, object));
    return object;
  }
}

function unversioned({ resourceVersion: _, ...metadata }: Fields): Fields {
  return metadata;
}

function collectionOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function managerOf({ query = {} }: ApiRequest): string {
  return query.fieldManager ?? 'unknown';
}

function afterApply(request: ApiRequest, live: Stored, body: Stored): Stored {
  const entry = { manager: managerOf(request), operation: 'Apply' };
  const entries = ownersOf(live);
  const before = entries.find((one) => isSame(one, entry))?.fieldsV1 ?? {};
  const own = fieldsOfObject(body);
  const others = entries.filter((one) => !isSame(one, entry));
  const kept = others.reduce<Owned>((all, { fieldsV1 }) => plus(all, fieldsV1 ?? {}), own);
  const wanted = applied(live, body, minus(before, kept)) as Stored;
  const taken = changedFields(live, wanted);
  const left = others.flatMap((one) => withEntry([], { ...one, fieldsV1: minusLeaves(one.fieldsV1 ?? {}, taken) }));
  const metadata = {
    ...live.metadata,
    ...wanted.metadata,
    ...conditionsOf(body),
    managedFields: withEntry(left, { ...entry, fieldsV1: own }),
  };
  return { ...wanted, metadata };
}

function conditionsOf({ metadata }: Stored): Fields {
  const { uid, resourceVersion } = metadata;
  return { ...(uid !== undefined && { uid }), ...(resourceVersion !== undefined && { resourceVersion }) };
}

/** Whose value was overwritten does not own it any more. */
function minusLeaves(owned: Owned, taken: Owned): Owned {
  return Object.fromEntries(
    Object.entries(owned).flatMap(([key, below]) => {
      const gone = taken[key];
      if (gone === undefined) return [[key, below]];
      if (Object.keys(gone).length === 0 || Object.keys(below).length === 0) return [];
      const left = minusLeaves(below, gone);
      return Object.keys(left).length > 0 ? [[key, left]] : [];
    }),
  );
}

function afterUpdate(live: Stored, wanted: Stored, manager: string, subresource?: string) {
  const taken = changedFields(live, wanted);
  const entry = { manager, operation: 'Update', ...(subresource !== undefined && { subresource }) };
  const entries = ownersOf(live);
  const own = plus(entries.find((one) => isSame(one, entry))?.fieldsV1 ?? {}, taken);
  const others = entries
    .filter((one) => !isSame(one, entry))
    .flatMap((one) => withEntry([], { ...one, fieldsV1: minusLeaves(one.fieldsV1 ?? {}, taken) }));
  return withEntry(others, { ...entry, fieldsV1: own });
}

/** The defaults that the API server fills in, as far as the driver could take them for a difference. */
function withDefaults(path: string, object: Stored): Stored {
  const spec = fieldsOf(object.spec);
  if (path.includes('/services/')) {
    const ports = listOf(spec.ports).map((port) => ({ protocol: 'TCP', targetPort: port.port, ...port }));
    const defaults = {
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      clusterIP: '10.0.0.1',
    };
    const { publishNotReadyAddresses, ...given } = spec;
    // False is never stored.
    const published = publishNotReadyAddresses === true ? { publishNotReadyAddresses } : {};
    return { ...object, spec: { ...defaults, ...given, ...published, ports } };
  }
  if (!path.includes('/deployments/')) return object;
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } };
  return {
    ...object,
    spec: { replicas: 1, strategy, progressDeadlineSeconds: 600, revisionHistoryLimit: 10, ...spec },
  };
}

function refused({ method, path }: ApiRequest, status: number, reason: string): ApiError {
  return new ApiError(status, reason, `${path.split('/').at(-1) ?? ''}: ${reason}`, { method, path });
}

export function copy<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}
