/**
 * What people on call may do to a VirtualService. A right to patch it reaches every field of it, and Kubernetes has no smaller one; so a
 * policy beside the right lets nothing through but a request to abort, in the name of whoever leaves it. From Kubernetes 1.30 on. It has
 * a chart of its own, applied before the rights: whoever deletes those, by their file, leaves no right without its policy.
 */
import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { accountName, annotations, type Release } from '../model';
import { accessMeta, grantName } from './manifest';

const api = 'admissionregistration.k8s.io/v1';

export interface OnCallChartProps {
  readonly release: Release;
  /** Groups, as the API server knows them. */
  readonly groups: readonly string[];
}

export class OnCallChart extends Chart {
  constructor(scope: Construct, id: string, { release, groups }: OnCallChartProps) {
    super(scope, id);
    const name = `${grantName(release)}-on-call`;
    const { labels } = accessMeta(release, name);
    new ApiObject(this, 'policy', {
      apiVersion: api,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name, labels },
      spec: {
        // Where the policy cannot be judged, nobody on call writes.
        failurePolicy: 'Fail',
        matchConstraints: routeOf(release),
        matchConditions: [
          { name: 'on-call', expression: `request.userInfo.groups.exists(group, group in ${JSON.stringify(groups)})` },
          { name: 'no-more-rights', expression: hasNoMore(release) },
        ],
        variables,
        validations: [...unchanged, onlyTheRequest, isAbort].map((expression) => ({
          expression,
          reason: 'Forbidden',
          message: `people on call may only ask for an abort: handover abort ${release.name} -n ${release.namespace}`,
        })),
      },
    });
    new ApiObject(this, 'binding', {
      apiVersion: api,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name, labels },
      spec: { policyName: name, validationActions: ['Deny'] },
    });
  }
}

function routeOf({ name, namespace }: Release) {
  const resources = ['virtualservices'];
  const rule = { apiGroups: ['networking.istio.io'], apiVersions: ['*'], operations: ['UPDATE'], resources };
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    resourceRules: [{ ...rule, resourceNames: [name] }],
  };
}

/** Whoever may replace the object has rights from elsewhere, such as an administrator who is on call, too. The driver only patches. */
function hasNoMore(release: Release): string {
  const { name, namespace } = release;
  const right = `authorizer.group('networking.istio.io').resource('virtualservices').namespace('${namespace}').name('${name}')`;
  const driver = `system:serviceaccount:${namespace}:${accountName(release)}`;
  return `request.userInfo.username != '${driver}' && !${right}.check('update').allowed()`;
}

const variables = ['oldObject', 'object'].map((object) => ({
  name: object === 'object' ? 'after' : 'before',
  expression: `has(${object}.metadata.annotations) ? ${object}.metadata.annotations : {}`,
}));

/** An owner that is not there, and the object would be collected as garbage. */
const unchanged = ['spec', 'metadata.labels', 'metadata.ownerReferences', 'metadata.finalizers'].map(
  (field) =>
    `has(object.${field}) == has(oldObject.${field}) && (!has(object.${field}) || object.${field} == oldObject.${field})`,
);

const isRequest = `key == '${annotations.request}'`;
const onlyTheRequest = [
  `variables.after.all(key, ${isRequest} || (key in variables.before && variables.after[key] == variables.before[key]))`,
  `variables.before.all(key, ${isRequest} || key in variables.after)`,
].join(' && ');

/** As `handover abort` writes it, to the letter: the same text could be read in two ways if a key stood in it twice. */
const asWritten = String.raw`^[{]"id":"[0-9a-f-]+","verb":"abort","release":"[0-9a-z]+","by":"[^"\\\\]+"(,"digest":"[^"\\\\]*")?[}]$`;
const request = `variables.after['${annotations.request}']`;
const isAbort = [
  `'${annotations.request}' in variables.after`,
  `${request}.matches('${asWritten}')`,
  `${request}.contains('"by":"' + request.userInfo.username + '"')`,
].join(' && ');
