/**
 * Objects of a service that belong to no version and that its pods may need: a ConfigMap, a volume claim, a monitor. A driver creates
 * those that are missing, and never changes or deletes one. What bears on pods that are live already (routes, policies, scalers),
 * accounts and Secrets it leaves to whoever installs: a driver that created them would change more than the version that it adds.
 */
import { labels, type Manifest } from '../model';
import { groupOf, isKind, whyNotCreated } from './kinds';
import type { ServiceName } from './service-objects';

export function isShared(manifest: Manifest, { name, namespace }: ServiceName): boolean {
  const { labels: own = {} } = manifest.metadata;
  if (own[labels.service] !== name || own[labels.version] !== undefined) return false;
  return !isOfInstaller(manifest) && whyNotCreated(manifest, namespace) === undefined;
}

const groupsOfInstaller: readonly string[] = [
  'networking.istio.io',
  'security.istio.io',
  'extensions.istio.io',
  'networking.k8s.io',
  'gateway.networking.k8s.io',
  'autoscaling',
  'keda.sh',
];

function isOfInstaller(manifest: Manifest): boolean {
  if (groupsOfInstaller.includes(groupOf(manifest.apiVersion))) return true;
  return ['Service', 'ServiceAccount', 'Secret'].some((kind) => isKind(manifest, kind, ''));
}
