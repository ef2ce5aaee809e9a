/** What the API server refuses, in words that say what to do. */
import { Refusal } from '../../model';
import { ApiError, isPassing } from './api';

/** The API server that is spoken to, as the kubeconfig names it. */
interface Target {
  readonly server: URL;
  getCurrentContext(): string;
}

/** Runs a piece of work; what the API server refused in it becomes a Refusal. */
export async function refusing<T>(target: Target, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusalOf(error, target.server.host, target.getCurrentContext());
  }
}

export function refusalOf(error: unknown, server: string, context: string): unknown {
  if (error instanceof Refusal) return error;
  if (error instanceof ApiError) return answerRefusal(error, context);
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const fix = `check that the cluster of the context ${context} is up and can be reached from here`;
  return new Refusal('unreachable', `an answer from the API server ${server}`, message || code, fix);
}

function answerRefusal(error: ApiError, context: string): Refusal {
  const asked = `${error.request.method} ${error.request.path}`;
  if (error.status === 401) {
    const fix = `log in again, or correct the user of the context ${context}`;
    return new Refusal('unauthorized', 'credentials that the API server accepts', error.message, fix);
  }
  if (error.status === 403 && lacksRight(error)) {
    const right = missingRight(error.message);
    const fix = 'grant it: the access chart has exactly the rights that handover needs';
    return new Refusal('forbidden', right ? `the right to ${right}` : `the right to ${asked}`, error.message, fix);
  }
  if (error.status === 404 && error.reason !== 'NotFound') return noSuchApi(error);
  const found = `${error.status} ${error.message}`;
  if (isPassing(error))
    return new Refusal(
      'unreachable',
      `success from ${asked}`,
      found,
      `see why the API server of the context ${context} cannot answer`,
    );
  return new Refusal('api-refused', `success from ${asked}`, found, 'see the message; what was done so far is safe');
}

/** A quota, a policy and a webhook answer 403, too: no right that somebody grants would change that. */
function lacksRight({ message }: ApiError): boolean {
  return /\bcannot \S+ (resource|path) "/.test(message);
}

/** `User "u" cannot list resource "pods" in API group "" in the namespace "n"` → `list pods in the namespace "n"`. */
function missingRight(message: string): string | undefined {
  const match = /cannot (\S+) resource "([^"]+)" in API group "([^"]*)"(.*?)(?::|$)/.exec(message);
  if (!match) return undefined;
  const [, verb, resource, group, where] = match;
  return `${verb} ${resource}${group ? `.${group}` : ''}${where}`;
}

/** An unknown API answers 404 without the reason NotFound, in plain text. */
function noSuchApi(error: ApiError): Refusal {
  const api = /\/apis\/([^/]+\/[^/]+)/.exec(error.request.path)?.[1] ?? error.request.path;
  return noApi(api, api);
}

/** `what` of the API of this group and version the API server does not know. */
export function noApi(what: string, apiVersion: string): Refusal {
  return new Refusal('no-api', `the API ${what}`, 'an API server that does not know it', installing(apiVersion));
}

function installing(apiVersion: string): string {
  if (apiVersion.includes('istio')) return 'install Istio 1.22 or newer with its CRDs';
  // Kubernetes' own groups are apps, batch, and those below k8s.io; all others are somebody's custom resources.
  const isCustom = /\.[^/]*\//.test(apiVersion) && !/k8s\.io\//.test(apiVersion);
  return isCustom ? 'install its CustomResourceDefinition, or leave the object out' : 'use a newer Kubernetes';
}
