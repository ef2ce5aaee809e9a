/**
 * The part of a Kubernetes API server that the driver relies on: objects with a uid and a resourceVersion, conditions that
 * are kept, and the verbs get, list, create, apply, merge, replace and delete. What it refuses, a real one was seen to refuse.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { serve } from './local-server';

export interface StoredObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: Record<string, unknown> & { readonly name: string };
  readonly spec?: Record<string, unknown>;
  readonly status?: Record<string, unknown>;
  readonly data?: unknown;
}

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
  private readonly objects = new Map<string, StoredObject>();
  private readonly appliedNotes = new Map<string, string[]>();
  private readonly failures: Failure[] = [];
  private version = 100;
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

  put(path: string, object: StoredObject, manager = 'kubectl'): StoredObject {
    const previous = this.objects.get(path);
    const metadata = {
      uid: previous?.metadata.uid ?? `uid-${++this.version}`,
      ...object.metadata,
      resourceVersion: String(++this.version),
      managedFields: [{ manager, time: new Date(this.version * 1000).toISOString() }],
    };
    const stored = { ...object, metadata };
    this.objects.set(path, stored);
    return stored;
  }

  get(path: string): StoredObject | undefined {
    return this.objects.get(path);
  }

  remove(path: string): void {
    this.objects.delete(path);
  }

  get paths(): string[] {
    return [...this.objects.keys()].sort();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://fake');
    const text = await readText(request);
    const body = text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>);
    const seen = { method: request.method ?? '', path: url.pathname, query: url.searchParams, body };
    this.requests.push(seen);
    const failure = this.failures.shift();
    if (typeof failure === 'number') return refuse(response, failure, 'Injected', 'injected');
    if (this.unknownApis.some((api) => seen.path.startsWith(api))) {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('404 page not found\n');
      return;
    }
    const answer = this.answer(seen, request.headers['content-type'] ?? '');
    if (failure === 'reset') return void request.socket.destroy();
    if (isRefused(answer)) return refuse(response, answer.refused, answer.reason, answer.reason);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
  }

  private answer(seen: Seen, contentType: string): object {
    const { method, path, body } = seen;
    const live = this.objects.get(path);
    if (method === 'POST') return this.create(path, body as unknown as StoredObject);
    if (method === 'GET' && !live && isCollection(path)) return { items: this.list(seen) };
    if (contentType.includes('apply-patch')) return this.apply(path, live, body as unknown as StoredObject);
    if (!live) return { refused: 404, reason: 'NotFound' };
    return method === 'GET' ? live : this.change(seen, live);
  }

  private change({ method, path, body }: Seen, live: StoredObject): object {
    const conditions: Conditions = { ...(body?.metadata as object), ...(body?.preconditions as object) };
    if (!holds(live, conditions)) return { refused: 409, reason: 'Conflict' };
    if (method === 'DELETE') {
      this.objects.delete(path);
      return { status: 'Success' };
    }
    const changed = method === 'PUT' ? (body as unknown as StoredObject) : merged(live, body);
    return this.put(path, { ...changed, metadata: { ...live.metadata, ...changed.metadata } }, 'handover');
  }

  private create(path: string, object: StoredObject): object {
    const own = `${path}/${object.metadata.name}`;
    if (this.objects.has(own)) return { refused: 409, reason: 'AlreadyExists' };
    return this.put(own, object, 'handover');
  }

  /** A resourceVersion alone does not keep an apply from creating the object anew; a uid does. */
  private apply(path: string, live: StoredObject | undefined, object: StoredObject): object {
    if (!live && object.metadata.uid !== undefined) return { refused: 409, reason: 'Conflict' };
    if (live && !holds(live, object.metadata as Conditions)) return { refused: 409, reason: 'Conflict' };
    const notes = (object.metadata.annotations ?? {}) as Record<string, string>;
    const foreign = Object.entries((live?.metadata.annotations ?? {}) as Record<string, string>).filter(
      ([key]) => !this.appliedNotes.get(path)?.includes(key),
    );
    this.appliedNotes.set(path, Object.keys(notes));
    const annotations = { ...Object.fromEntries(foreign), ...notes };
    return this.put(path, { ...live, ...object, metadata: { ...object.metadata, annotations } }, 'handover');
  }

  private list({ path, query }: Seen): StoredObject[] {
    const wanted = (query.get('labelSelector') ?? '').split(',').filter((part) => part !== '');
    return [...this.objects]
      .filter(([own]) => own.startsWith(`${path}/`) || (path === '/api/v1/pods' && own.includes('/pods/')))
      .map(([, object]) => object)
      .filter(({ metadata }) =>
        wanted.every((part) => {
          const [key = '', value] = part.split('=');
          return (metadata.labels as Record<string, string> | undefined)?.[key] === value;
        }),
      );
  }
}

function isCollection(path: string): boolean {
  return /\/(pods|services|events|configmaps|deployments|poddisruptionbudgets|horizontalpodautoscalers)$/.test(path);
}

interface Conditions {
  readonly uid?: unknown;
  readonly resourceVersion?: unknown;
}

function isRefused(answer: object): answer is { readonly refused: number; readonly reason: string } {
  return 'refused' in answer;
}

function holds({ metadata }: StoredObject, wanted: Conditions): boolean {
  return (['uid', 'resourceVersion'] as const).every(
    (key) => wanted[key] === undefined || wanted[key] === metadata[key],
  );
}

function merged(live: StoredObject, patch: Record<string, unknown> | undefined): StoredObject {
  return { ...live, ...patch, metadata: live.metadata, spec: { ...live.spec, ...(patch?.spec as object) } };
}

function refuse(response: ServerResponse, code: number, reason: string, message: string): void {
  response.writeHead(code, { 'Content-Type': 'application/json' }).end(JSON.stringify({ code, reason, message }));
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
