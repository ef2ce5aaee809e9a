/**
 * What an apply would change. The API server is asked by a dry run: it knows its defaults, and which fields another manager
 * owns. Answers are kept: an object that has not changed gets the same answer.
 */
import { isDeepStrictEqual } from 'node:util';
import { nameOf } from '../../../manifests';
import { fieldManager, type Manifest } from '../../../model';
import type { Api, ApiRequest } from '../../kubernetes/api';
import { applyRequest, asSeen } from './apply-request';
import { isTakenOver } from '../../kubernetes/managed-fields';
import type { LiveObject } from '../../kubernetes/objects';
import { pathOf } from '../../kubernetes/paths';

export interface Change {
  readonly changes: boolean;
  /** The pod template becomes another one. */
  readonly rolls: boolean;
}

export class Changes {
  private readonly known = new Map<
    string,
    { readonly manifest: Manifest; readonly live: object; readonly is: Change }
  >();

  constructor(private readonly api: Api) {}

  /** Throws the API server's conflict when the object is not as `live` any more: a controller's change is not ours. */
  async of(manifest: Manifest, live: LiveObject): Promise<Change> {
    const before = this.known.get(nameOf(manifest));
    const essence = essenceOf(live);
    if (before && isDeepStrictEqual(before.manifest, manifest) && isDeepStrictEqual(before.live, essence))
      return before.is;
    const is = await this.ask(manifest, live);
    this.known.set(nameOf(manifest), { manifest, live: essence, is });
    return is;
  }

  private async ask(manifest: Manifest, live: LiveObject): Promise<Change> {
    const request = isTakenOver(live) ? applyRequest(asSeen(manifest, live)) : replaceRequest(manifest, live);
    const after = await this.api.send<LiveObject>({
      ...request,
      query: { ...request.query, fieldManager, dryRun: 'All' },
    });
    const changes = !isDeepStrictEqual(essenceOf(after), essenceOf(live));
    return { changes, rolls: changes && !isDeepStrictEqual(templateOf(after), templateOf(live)) };
  }
}

/**
 * What an apply does after the object is taken over. Until then a dry run of the apply would also keep what kubectl apply
 * owns, such as the old preStop hook beside the new one.
 */
function replaceRequest({ apiVersion: _, kind: _k, metadata, ...fields }: Manifest, live: LiveObject): ApiRequest {
  const { labels, annotations, resourceVersion } = live.metadata;
  const kept = { labels: { ...labels, ...metadata.labels }, annotations: { ...annotations, ...metadata.annotations } };
  const body = [
    ...Object.entries(fields).map(([field, value]) => ({ op: 'add', path: `/${field}`, value })),
    ...Object.entries(kept)
      .filter(([, value]) => Object.keys(value).length > 0)
      .map(([field, value]) => ({ op: 'add', path: `/metadata/${field}`, value })),
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
  ];
  return { method: 'PATCH', path: pathOf(live), body, contentType: 'application/json-patch+json' };
}

/** What a person or a program wrote into it; the rest is bookkeeping. */
function essenceOf({ status: _, metadata, ...rest }: Manifest): object {
  const { resourceVersion: _v, generation: _g, managedFields: _m, ...kept } = metadata as Record<string, unknown>;
  return { ...rest, metadata: kept };
}

function templateOf({ spec }: Manifest): unknown {
  return (spec as { template?: unknown } | undefined)?.template;
}
