/** The record in the cluster: a ConfigMap beside the service. It is no object of the service, and no manifest has it. */
import { stateName } from '../../../model';
import type { NamespacedName } from '../../core/namespaced-name';
import type { Outcome } from '../../core/outcome';
import type { Api } from '../../kubernetes/api';
import { conditioned } from '../../kubernetes/conditioned';
import type { ConfigMap } from '../../kubernetes/objects';
import { collectionPath, objectPath } from '../../kubernetes/paths';
import type { ObservedRecord } from '../observation';
import { emptyRecord, parseRecord, type UpdateRecord } from '../record';

const key = 'rolling-update';

export async function readRecord(api: Api, service: NamespacedName): Promise<ObservedRecord> {
  const name = stateName(service);
  const live = await api.find<ConfigMap>(objectPath('ConfigMap', { ...service, name }));
  const text = live?.data?.[key];
  const is = text === undefined ? emptyRecord : parseRecord(text, `ConfigMap/${name} of ${service.namespace}`);
  return { resourceVersion: live?.metadata.resourceVersion, is };
}

export function writeRecord(
  api: Api,
  service: NamespacedName,
  record: UpdateRecord,
  { resourceVersion }: ObservedRecord,
): Promise<Outcome> {
  const name = stateName(service);
  const { namespace } = service;
  const data = { [key]: JSON.stringify(record) };
  const metadata = { name, namespace };
  if (resourceVersion === undefined)
    return conditioned(() => api.create(collectionPath('ConfigMap', namespace), { metadata, data }));
  const path = objectPath('ConfigMap', { namespace, name });
  return conditioned(() => api.merge(path, { metadata: { ...metadata, resourceVersion }, data }));
}
