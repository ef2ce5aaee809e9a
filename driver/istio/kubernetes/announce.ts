/** A Kubernetes Event on the VirtualService of a service, by the API of today; kubectl describe shows it. */
import { hostname } from 'node:os';
import { fieldManager, printable } from '../../../model';
import type { NamespacedName } from '../../core/namespaced-name';
import type { Api } from '../../kubernetes/api';
import { microTime } from '../../kubernetes/micro-time';
import type { VirtualService } from '../../kubernetes/objects';
import { apiVersionOf, objectPath } from '../../kubernetes/paths';
import type { Announcement } from '../announcement';

const apiVersion = 'events.k8s.io/v1';
/** What the API server takes, in bytes. */
const longestNote = 1024;

/** Not tried again: it is not worth waiting for. */
export async function announce(
  api: Api,
  service: NamespacedName,
  announcement: Announcement,
  nowMs: number,
): Promise<void> {
  const { namespace, name } = service;
  const path = objectPath('VirtualService', service);
  const { metadata } = await api.sendOnce<VirtualService>({ method: 'GET', path });
  const body = {
    apiVersion,
    kind: 'Event',
    metadata: { generateName: `${name}-`, namespace },
    eventTime: microTime(nowMs),
    reportingController: fieldManager,
    reportingInstance: hostname().slice(0, 128) || fieldManager,
    regarding: {
      apiVersion: apiVersionOf('VirtualService'),
      kind: 'VirtualService',
      namespace,
      name,
      uid: metadata.uid,
    },
    action: 'Release',
    type: announcement.type,
    reason: announcement.reason,
    note: cutTo(longestNote, printable(announcement.note, 'one line')),
  };
  await api.sendOnce({ method: 'POST', path: `/apis/${apiVersion}/namespaces/${namespace}/events`, body });
}

/** Never in the middle of a character. */
function cutTo(bytes: number, text: string): string {
  const all = Buffer.from(text);
  if (all.length <= bytes) return text;
  const mark = '…';
  const kept = all.subarray(0, bytes - Buffer.byteLength(mark)).toString();
  return `${kept.replace(/\uFFFD+$/, '')}${mark}`;
}
