/** Whether the account has each right that a release needs: the same list of which the access chart makes roles. */
import pLimit from 'p-limit';
import { eventRight, grantsOf, type Access, type Grant, type Release, type Rule } from '../../../model';
import type { Api } from '../../kubernetes/api';
import { right, unknown, wrong, type Check } from './check';

interface Right {
  readonly namespace?: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly verb: string;
  readonly name?: string;
}

interface Review {
  readonly status?: { readonly allowed?: boolean; readonly evaluationError?: string };
}

const concurrency = 8;
const usualAccess: Access = { gatewayNamespace: 'istio-system', image: '', evidence: 'proxy' };
const apiVersion = 'authorization.k8s.io/v1';
const what = 'rights';

export async function checkRights(api: Api, release: Release): Promise<Check[]> {
  const rights = rightsOf(release);
  const answers = await pLimit(concurrency).map(rights, async (one) => ({ one, review: await review(api, one) }));
  const refused = answers.filter(({ review }) => review.status?.allowed !== true);
  const missing = refused.filter(({ one }) => !isEventRight(one));
  const fix = 'grant it: the access chart has exactly the rights that handover needs (docs/access.md)';
  const optional = refused.map(({ one }) => one).filter(isEventRight);
  const untold = answers.filter(({ review }) => review.status?.evaluationError !== undefined);
  return [
    ...missing.map(({ one }) => wrong(what, `none to ${describe(one)}`, fix)),
    ...untold.map(({ one, review }) => unknown(what, `${describe(one)}: ${review.status?.evaluationError}`, fix)),
    ...(missing.length + untold.length > 0
      ? []
      : [right(what, `all ${rights.length - optional.length} that a release needs`)]),
    ...optional.map((one) => right(what, `none to ${describe(one)}; a release works without it, and writes no Events`)),
  ];
}

function isEventRight({ group, resource, verb }: Right): boolean {
  return group === eventRight.group && resource === eventRight.resource && verb === eventRight.verb;
}

/** Some are among others: those of the mesh are given everywhere. */
function rightsOf(release: Release): Right[] {
  const all = grantsOf(release, release.access ?? usualAccess).flatMap(rightsIn);
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

function rightsIn({ namespace, rules }: Grant): Right[] {
  return rules.flatMap((rule) =>
    singleRights(rule).map((one) => ({ ...(namespace !== undefined && { namespace }), ...one })),
  );
}

function singleRights({ apiGroups, resources, verbs, resourceNames }: Rule): Right[] {
  const names = resourceNames ?? [undefined];
  return apiGroups.flatMap((group) =>
    resources.flatMap((whole) =>
      verbs.flatMap((verb) =>
        names.map((name) => {
          const [resource = '', subresource] = whole.split('/');
          return { group, resource, verb, ...(subresource && { subresource }), ...(name !== undefined && { name }) };
        }),
      ),
    ),
  );
}

function review(api: Api, resourceAttributes: Right): Promise<Review> {
  const body = { apiVersion, kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
  return api.send<Review>({ method: 'POST', path: `/apis/${apiVersion}/selfsubjectaccessreviews`, body });
}

function describe({ namespace, group, resource, subresource, verb, name }: Right): string {
  const kind = `${resource}${subresource ? `/${subresource}` : ''}${group ? `.${group}` : ''}`;
  return `${verb} ${kind}${name === undefined ? '' : ` ${name}`} ${namespace ? `in the namespace ${namespace}` : 'in all namespaces'}`;
}
