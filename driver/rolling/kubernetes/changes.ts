/**
 * What an apply would change. The API server is asked by a dry run: it knows its defaults, and which fields another manager
 * owns. Answers are kept: an object that has not changed gets the same answer.
 */
import { isDeepStrictEqual } from 'node:util';
import { canonical, fieldsOf, specOf } from '../../../manifests';
import { fieldManager, type Manifest } from '../../../model';
import type { Api, ApiRequest } from '../../kubernetes/api';
import { isTakenOver, type Former } from '../../kubernetes/managed-fields';
import type { LiveObject } from '../../kubernetes/objects';
import { foreignDifferences, isNeverOwned, maskedDifferences, type FieldDifference } from '../field-difference';
import { applyRequest, asSeen } from './apply-request';
import { essenceOf } from './essence';

export interface Change {
  readonly changes: boolean;
  /** The pod template becomes another one. */
  readonly rolls: boolean;
  readonly foreign: readonly FieldDifference[];
  /** Every field that becomes another, with values masked that may be secrets. */
  readonly fields: readonly FieldDifference[];
}

interface Known {
  readonly question: object;
  readonly is: Change;
}

export class Changes {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly api: Api,
    /** The service whose label says that an object is handover's. */
    private readonly service: string,
  ) {}

  /** Throws the API server's conflict when the object is not as `live` any more: a controller's change is not ours. */
  async of(path: string, body: Manifest, live: LiveObject): Promise<Change> {
    const question = [body, essenceOf(live), ownersOf(live)];
    const before = this.known.get(path);
    if (before && isDeepStrictEqual(before.question, question)) return before.is;
    const is = await this.ask(path, body, live);
    this.known.set(path, { question, is });
    return is;
  }

  private async ask(path: string, body: Manifest, live: LiveObject): Promise<Change> {
    const request = isTakenOver(live, formerOf(live, this.service))
      ? applyRequest(path, asSeen(body, live))
      : replaceRequest(path, body, live);
    const query = { ...request.query, fieldManager, dryRun: 'All' };
    const answer = await this.api.send<LiveObject>({ ...request, query });
    const after = { ...answer, apiVersion: live.apiVersion, kind: live.kind };
    const changes = canonical(essenceOf(after)) !== canonical(essenceOf(live));
    if (!changes) return { changes, rolls: false, foreign: [], fields: [] };
    return {
      changes,
      rolls: canonical(specOf(after).template) !== canonical(specOf(live).template),
      foreign: foreignDifferences(live, after, this.service),
      fields: maskedDifferences(live, after),
    };
  }
}

/** What is taken over before an apply. */
export function formerOf(live: LiveObject, service: string): Former {
  return isNeverOwned(live, service) ? 'everybody' : 'installers';
}

/** A controller that writes the status anew asks no new question. */
function ownersOf({ metadata: { managedFields = [] } }: LiveObject): object {
  return managedFields.filter(({ subresource }) => subresource !== 'status');
}

/**
 * What an apply does after the object is taken over. Until then a dry run of the apply would also keep what kubectl apply
 * owns, such as the old preStop hook beside the new one.
 */
function replaceRequest(
  path: string,
  { apiVersion: _, kind: _k, metadata, ...fields }: Manifest,
  live: LiveObject,
): ApiRequest {
  const { labels, annotations, resourceVersion } = live.metadata;
  const kept = {
    labels: { ...fieldsOf(labels), ...fieldsOf(metadata.labels) },
    annotations: { ...fieldsOf(annotations), ...fieldsOf(metadata.annotations) },
  };
  const body = [
    ...Object.entries(fields).map(([field, value]) => ({ op: 'add', path: `/${field}`, value })),
    ...Object.entries(kept)
      .filter(([, value]) => Object.keys(value).length > 0)
      .map(([field, value]) => ({ op: 'add', path: `/metadata/${field}`, value })),
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
  ];
  return { method: 'PATCH', path, body, contentType: 'application/json-patch+json' };
}
