/** Where any kind of object lives in the API. The API server says so itself, for custom resources too. */
import { Refusal } from '../../model';
import { ApiError, type Api } from './api';
import { noApi } from './refusals';

export interface ObjectId {
  readonly apiVersion: string;
  readonly kind: string;
  /** Without it: all namespaces, or a kind that is in none. */
  readonly namespace?: string;
  /** Without it: the collection. */
  readonly name?: string;
}

interface ApiResource {
  /** Plural, such as `deployments`; a subresource has a slash and its owner's kind, or another one. */
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

export class ResourcePaths {
  private readonly known = new Map<string, Promise<readonly ApiResource[]>>();

  constructor(private readonly api: Api) {}

  /**
   * Such as `/apis/apps/v1/namespaces/shop/deployments/web`. Throws a Refusal: `no-api` when the API server does not know the
   * kind, `cluster-scoped` when a namespace is given and the kind is in none.
   */
  async of(id: ObjectId): Promise<string> {
    const { apiVersion, kind, namespace, name } = id;
    const resource = (await this.resourcesOf(apiVersion)).find((candidate) => candidate.kind === kind);
    if (!resource) throw noApi(`${apiVersion} with the kind ${kind}`, apiVersion);
    if (!resource.namespaced && namespace !== undefined) throw clusterScoped(id);
    if (resource.namespaced && namespace === undefined && name !== undefined)
      throw new Error(`expected a namespace for the ${kind} ${name}, found none`);
    return [
      groupPath(apiVersion),
      ...(namespace === undefined ? [] : ['namespaces', encodeURIComponent(namespace)]),
      resource.name,
      // A name comes from a manifest: a slash in it must not lead to another object.
      ...(name === undefined ? [] : [encodeURIComponent(name)]),
    ].join('/');
  }

  /** Each API is asked for once. A failure is not kept: it may have passed by the next question. */
  private resourcesOf(apiVersion: string): Promise<readonly ApiResource[]> {
    const known = this.known.get(apiVersion);
    if (known) return known;
    const asked = this.discover(apiVersion);
    this.known.set(apiVersion, asked);
    asked.catch(() => this.known.delete(apiVersion));
    return asked;
  }

  private async discover(apiVersion: string): Promise<readonly ApiResource[]> {
    try {
      const { resources } = await this.api.get<{ resources: readonly ApiResource[] }>(groupPath(apiVersion));
      return resources.filter(({ name }) => !name.includes('/'));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) throw noApi(apiVersion, apiVersion);
      throw error;
    }
  }
}

/** The core group alone has no name, and a path of its own. */
function groupPath(apiVersion: string): string {
  const parts = apiVersion.split('/').map(encodeURIComponent);
  return [parts.length === 1 ? '/api' : '/apis', ...parts].join('/');
}

function clusterScoped({ kind, namespace = '', name }: ObjectId): Refusal {
  const what = name === undefined ? kind : `${kind} ${name}`;
  const fix = 'leave it out of what is released: whoever owns the cluster applies it';
  return new Refusal(
    'cluster-scoped',
    `a kind that lives in the namespace ${namespace}`,
    `the ${what}, which is in none`,
    fix,
  );
}
