/**
 * The part of a Kubernetes API server that the driver relies on: its kinds, objects with a uid, a resourceVersion and owners
 * of their fields, conditions that are kept, and the verbs get, list, create (also as a dry run), merge, JSON Patch, replace
 * and delete. What it refuses, a real one was seen to refuse, in these words.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonPatch } from '../../manifests';
import { discoveryAt, kindAt } from './fake-discovery';
import { onlyDisowns, patched } from './fake-json-patch';
import { FakeObjects, type StoredObject, type Writer } from './fake-objects';
import { serve } from './local-server';

export type { StoredObject };

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown> | undefined;
}

type Failure = 'reset' | number;

export class FakeApiServer {
  readonly requests: Seen[] = [];
  /** Answered as an API that is not installed. */
  readonly unknownApis: string[] = [];
  /** By the path of a collection: the message with which a quota or a policy forbids to create in it. */
  readonly forbidden = new Map<string, string>();
  private readonly objects = new FakeObjects();
  private readonly failures: Failure[] = [];
  address = '';
  close: () => Promise<void> = () => Promise.resolve();

  static async start(): Promise<FakeApiServer> {
    const fake = new FakeApiServer();
    const server = await serve((request, response) => void fake.handle(request, response));
    fake.address = server.address;
    fake.close = server.close;
    return fake;
  }

  /** The next requests end so: a status, or a connection that breaks after the request was carried out. */
  fail(...failures: Failure[]): void {
    this.failures.push(...failures);
  }

  /** What somebody else wrote, as `manager` and with an Update. JSON has no keys without a value. */
  put(path: string, object: StoredObject, manager = 'kubectl'): StoredObject {
    const sent = JSON.parse(JSON.stringify(object)) as StoredObject;
    return this.objects.store(path, sent, { manager, operation: 'Update' });
  }

  get(path: string): StoredObject | undefined {
    return this.objects.get(path);
  }

  remove(path: string): void {
    this.objects.remove(path);
  }

  get paths(): string[] {
    return this.objects.paths;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://fake');
    const text = await readText(request);
    const body = text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>);
    const seen = { method: request.method ?? '', path: url.pathname, query: url.searchParams, body };
    this.requests.push(seen);
    const failure = this.failures.shift();
    if (typeof failure === 'number') return refuse(response, failure, 'Injected', 'injected');
    if (this.isUnknown(seen)) {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('404 page not found\n');
      return;
    }
    const answer = this.answer(seen, request.headers['content-type'] ?? '');
    if (failure === 'reset') return void request.socket.destroy();
    if (isRefused(answer)) return refuse(response, answer.refused, answer.reason, answer.message ?? answer.reason);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
  }

  private isUnknown({ method, path }: Seen): boolean {
    if (this.unknownApis.some((api) => path.startsWith(api))) return true;
    return method === 'POST' ? kindAt(path) === undefined : /^\/apis\/[^/]+\/[^/]+$/.test(path) && !discoveryAt(path);
  }

  private answer(seen: Seen, contentType: string): object {
    const { method, path, body } = seen;
    const live = this.objects.get(path);
    const discovered = discoveryAt(path);
    if (discovered) return discovered;
    if (method === 'POST') return this.create(seen, body as unknown as StoredObject);
    if (method === 'GET' && !live && kindAt(path))
      return { items: this.objects.list(path, seen.query.get('labelSelector') ?? '') };
    if (!live) return { refused: 404, reason: 'NotFound' };
    if (contentType.includes('json-patch')) return this.patch(seen, live, body as unknown as JsonPatch);
    return method === 'GET' ? live : this.change(seen, live);
  }

  private change(seen: Seen, live: StoredObject): object {
    const { method, path, body } = seen;
    const conditions: Conditions = { ...(body?.metadata as object), ...(body?.preconditions as object) };
    if (!holds(live, conditions)) return { refused: 409, reason: 'Conflict' };
    if (method === 'DELETE') {
      this.objects.remove(path);
      return { status: 'Success' };
    }
    const changed = method === 'PUT' ? (body as unknown as StoredObject) : merged(live, body);
    return this.objects.store(
      path,
      { ...changed, metadata: { ...live.metadata, ...changed.metadata } },
      writerOf(seen),
    );
  }

  private patch(seen: Seen, live: StoredObject, operations: JsonPatch): object {
    const wanted = patched(live, operations);
    if (!wanted) return { refused: 422, reason: 'Invalid', message: failedPatch };
    if (!holds(live, wanted.metadata as Conditions)) return { refused: 409, reason: 'Conflict' };
    return this.objects.store(seen.path, wanted, onlyDisowns(live, wanted) ? undefined : writerOf(seen));
  }

  private create(seen: Seen, object: StoredObject): object {
    const own = `${seen.path}/${object.metadata.name}`;
    const collection = seen.path.split('/').at(-1) ?? '';
    const named = `${collection} "${object.metadata.name}"`;
    const forbidden = this.forbidden.get(seen.path);
    if (forbidden) return { refused: 403, reason: 'Forbidden', message: `${named} is forbidden: ${forbidden}` };
    if (this.objects.get(own)) return { refused: 409, reason: 'AlreadyExists', message: `${named} already exists` };
    return seen.query.get('dryRun') === 'All' ? object : this.objects.store(own, object, writerOf(seen));
  }
}

/** All that a real server says of a test that fails, and of a path that is not there. */
const failedPatch = 'the server rejected our request due to an error in our request';

function writerOf({ query }: Seen): Writer {
  return { manager: query.get('fieldManager') ?? 'unknown', operation: 'Update' };
}

interface Conditions {
  readonly uid?: unknown;
  readonly resourceVersion?: unknown;
}

interface Refused {
  readonly refused: number;
  readonly reason: string;
  readonly message?: string;
}

function isRefused(answer: object): answer is Refused {
  return 'refused' in answer;
}

function holds({ metadata }: StoredObject, wanted: Conditions): boolean {
  return (['uid', 'resourceVersion'] as const).every(
    (key) => wanted[key] === undefined || wanted[key] === metadata[key],
  );
}

/** RFC 7386: null takes a field away. */
function merged(live: StoredObject, patch: Record<string, unknown> | undefined): StoredObject {
  return mergedFields(live, patch ?? {}) as unknown as StoredObject;
}

function mergedFields(live: object, patch: object): Record<string, unknown> {
  const fields: Record<string, unknown> = { ...live };
  for (const [key, value] of Object.entries(patch) as [string, unknown][]) {
    const before = fields[key];
    if (value === null) delete fields[key];
    else fields[key] = isMapping(value) ? mergedFields(isMapping(before) ? before : {}, value) : value;
  }
  return fields;
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(response: ServerResponse, code: number, reason: string, message: string): void {
  response.writeHead(code, { 'Content-Type': 'application/json' }).end(JSON.stringify({ code, reason, message }));
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
