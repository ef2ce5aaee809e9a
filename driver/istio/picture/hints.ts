/** What a person can do about a wait that lasts: the runbook in a sentence. */
import type { NamespacedName } from '../../core/namespaced-name';
import type { Wait } from '../decision';

export function hintOf(wait: Wait, { name, namespace }: NamespacedName): string {
  const abort = `handover abort ${name} -n ${namespace}`;
  const pods = `kubectl -n ${namespace} get pods -l app=${name}`;
  switch (wait.for) {
    case 'pods':
      return `see why with ${pods},version=${wait.version}; or turn back with ${abort}`;
    case 'gate':
    case 'propagation':
      return `traffic is safe meanwhile; see whether istiod is busy and that pod is connected, or turn back with ${abort}`;
    case 'drain':
      return `requests are still in hand, and are waited for; nothing has to be done`;
    case 'pause':
      return `pass it with handover promote ${name} -n ${namespace}, or turn back with ${abort}`;
    case 'ending':
      return `pods end within their grace period; see them with ${pods},version=${wait.version}`;
    case 'health':
      return `see why no pod is ready with ${pods}`;
  }
}
