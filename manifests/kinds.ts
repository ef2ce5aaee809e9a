/** What the kind of an object says about it, without asking a cluster. */
import type { Manifest } from '../model';
import { fieldsOf } from './manifest';

export function isKind({ apiVersion, kind }: Manifest, wanted: string, group: string): boolean {
  return kind === wanted && groupOf(apiVersion) === group;
}

/** Of Kubernetes itself. The API server tells the driver about all others. */
const clusterScoped = new Set([
  'APIService',
  'CertificateSigningRequest',
  'ClusterRole',
  'ClusterRoleBinding',
  'CSIDriver',
  'CustomResourceDefinition',
  'FlowSchema',
  'GatewayClass',
  'IngressClass',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'PriorityLevelConfiguration',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeAttachment',
]);

export function isClusterScoped({ kind }: Manifest): boolean {
  return clusterScoped.has(kind);
}

/**
 * Why the driver may not create the object, in words; undefined: it may. It has more rights than whoever writes manifests:
 * who could have it create a Role or a Pod of another namespace would have borrowed its rights. A Secret's contents would be
 * readable to whoever reads the manifests.
 */
export function whyNotCreated(manifest: Manifest, namespace: string): string | undefined {
  const { kind, metadata } = manifest;
  const group = groupOf(manifest.apiVersion);
  if (group === 'rbac.authorization.k8s.io') return `a ${kind}, which grants rights`;
  if (isClusterScoped(manifest)) return `a ${kind}, which belongs to the whole cluster`;
  if (metadata.namespace === undefined) return `a ${kind} without metadata.namespace`;
  if (metadata.namespace !== namespace) return `a ${kind} of the namespace ${metadata.namespace}`;
  const hasContents = [manifest.data, manifest.stringData].some((data) => Object.keys(fieldsOf(data)).length > 0);
  return isKind(manifest, 'Secret', '') && hasContents ? 'a Secret with contents' : undefined;
}

/** '' for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/** Equal for two manifests of one object. Without the version of the API: one object can be read in several. */
export function identityOf({ apiVersion, kind, metadata }: Manifest): string {
  return [groupOf(apiVersion), kind, metadata.namespace ?? '', metadata.name].join('/');
}

/** Kind/name, for people. */
export function nameOf({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata.name}`;
}
