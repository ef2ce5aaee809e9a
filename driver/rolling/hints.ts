/** What a person can do about a wait that lasts: the runbook in a sentence. */
import type { NamespacedName } from '../core/namespaced-name';
import type { Wait } from './decision';

export function hintOf(wait: Wait, { name, namespace }: NamespacedName): string {
  const pods = `kubectl -n ${namespace} get pods -l app=${name}`;
  switch (wait.for) {
    case 'controller':
    case 'return':
      return `Kubernetes has to go on first; see why with kubectl -n ${namespace} describe deployment ${name}`;
    case 'pods':
      return `the old pods serve meanwhile; see why with ${pods}, correct it and apply again, or turn back with handover rollback`;
    case 'old-pods':
      return `pods end within their grace period; see them with ${pods}`;
    case 'endpoints':
      return 'nothing has to be done: this takes its time, so that no new connection finds nobody';
  }
}
