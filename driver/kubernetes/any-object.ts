/** Reads and writes objects of any kind, as manifests and the API server's discovery name them. */
import { isDeepStrictEqual } from 'node:util';
import { fieldManager, Refusal } from '../../model';
import type { Outcome } from '../core/outcome';
import { ApiError, isAbsent, isPassing, type Api } from './api';
import { conditioned } from './conditioned';
import type { JsonPatch } from '../../manifests';
import { valueAt } from './json-patch';
import { ResourcePaths } from './resources';

/** A manifest, or a live object: what names it. */
export interface Named {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** An object that was seen: the one of this uid, and no other of its name. */
export interface Seen extends Named {
  readonly metadata: Named['metadata'] & { readonly uid: string };
}

/** Every method throws a Refusal of ResourcePaths, and the ApiError of an answer that is not named here. */
export class AnyObjects {
  constructor(
    private readonly api: Api,
    private readonly paths = new ResourcePaths(api),
  ) {}

  async find<T extends Named>(object: Named): Promise<T | undefined> {
    return this.api.find<T>(await this.pathOf(object));
  }

  /** A conflict: an object of this name is there already. */
  async create(manifest: Named): Promise<Outcome> {
    try {
      await this.post(manifest);
      return 'written';
    } catch (error) {
      // A namespace that is not there answers NotFound: no second look would change that, so it is no conflict.
      if (error instanceof ApiError && error.status === 409) return 'conflict';
      throw error;
    }
  }

  /**
   * Asks what the API server would say to this object, and stores nothing. Returns what it would refuse: a missing kind or
   * right, an unknown field, a policy, a quota, an object of this name. Undefined: it would create it. It throws only when it
   * cannot tell. Each object is looked at alone: of two that share the last place of a quota, neither is refused, and the
   * pods of a Deployment are not counted. A webhook that cannot answer a dry run makes the API server refuse the object.
   */
  async dryRunCreate(manifest: Named): Promise<string | undefined> {
    try {
      await this.post(manifest, { dryRun: 'All' });
      return undefined;
    } catch (error) {
      if (error instanceof Refusal || (error instanceof ApiError && tellsOfObject(error))) return error.message;
      throw error;
    }
  }

  /**
   * The manifest as the API server would store it today, by a dry run under a name that nothing has: the object itself may be
   * there. Undefined when it refuses that. Its metadata are the manifest's, and what that does
   * not have, such as a status, is left out.
   */
  async asStored<T extends Named>(manifest: T): Promise<T | undefined> {
    const metadata = { ...manifest.metadata, name: spareName };
    try {
      const stored = (await this.post({ ...manifest, metadata }, { dryRun: 'All' })) as T;
      const { apiVersion, kind } = manifest;
      const written = Object.entries(stored).filter(([key]) => Object.hasOwn(manifest, key));
      return { ...(Object.fromEntries(written) as T), apiVersion, kind, metadata: manifest.metadata };
    } catch (error) {
      if (error instanceof Refusal || (error instanceof ApiError && tellsOfObject(error))) return undefined;
      throw error;
    }
  }

  /** 'written' also when it is gone already; 'conflict' when another object has taken its name. Its pods are deleted after it. */
  async remove(object: Seen): Promise<Outcome> {
    const body = { propagationPolicy: 'Background', preconditions: { uid: object.metadata.uid } };
    const path = await this.pathOf(object);
    return conditioned(() => this.api.send({ method: 'DELETE', path, body }).catch(unlessAbsent));
  }

  /** A conflict: a test of the patch fails, or the object is gone. A patch without a test of what was seen is unsafe. */
  async patch(object: Named, patch: JsonPatch): Promise<Outcome> {
    const path = await this.pathOf(object);
    const contentType = 'application/json-patch+json';
    try {
      return await conditioned(() =>
        this.api.send({ method: 'PATCH', path, query: { fieldManager }, body: patch, contentType }),
      );
    } catch (error) {
      if (error instanceof ApiError && error.status === 422 && !(await this.isAsTested(path, patch))) return 'conflict';
      throw error;
    }
  }

  /**
   * A failed test answers 422 Invalid with "the server rejected our request due to an error in our request" and nothing else
   * (Kubernetes 1.34). A path that is not there and an unknown operation answer the same, and to call those a conflict would
   * be to try them for ever: so the object is read, and its tests are made once more.
   */
  private async isAsTested(path: string, patch: JsonPatch): Promise<boolean> {
    const live = await this.api.find(path);
    const tests = patch.filter((operation) => operation.op === 'test');
    return live !== undefined && tests.every((test) => isDeepStrictEqual(valueAt(live, test.path), test.value));
  }

  /** Unknown fields are refused, as kubectl does: the API server alone would drop a misspelt one without a word. */
  private async post(manifest: Named, query: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const { name: _, ...collection } = idOf(manifest);
    const path = await this.paths.of(collection);
    const asked = { fieldManager, fieldValidation: 'Strict', ...query };
    return this.api.send({ method: 'POST', path, query: asked, body: manifest });
  }

  private pathOf(object: Named): Promise<string> {
    return this.paths.of(idOf(object));
  }
}

const spareName = 'handover-dry-run';

function idOf({ apiVersion, kind, metadata: { name, namespace } }: Named) {
  return { apiVersion, kind, namespace, name };
}

/** Who may not log in, and a server that cannot answer now, say nothing about the object. */
function tellsOfObject(error: ApiError): boolean {
  return error.status !== 401 && !isPassing(error);
}

function unlessAbsent(error: unknown): void {
  if (!isAbsent(error)) throw error;
}
