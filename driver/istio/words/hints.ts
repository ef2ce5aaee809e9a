/** What a person can do about a wait that lasts: the runbook in a sentence. */
import type { NamespacedName } from '../../core/namespaced-name';
import type { Wait } from '../decision';
import type { Obstacle } from '../obstacle';

export function hintOf(wait: Wait, { name, namespace }: NamespacedName): string {
  const abort = `handover abort ${name} -n ${namespace}`;
  const pods = `kubectl -n ${namespace} get pods -l app=${name}`;
  switch (wait.for) {
    case 'pods':
      return wait.asked === undefined
        ? `see why with ${pods},version=${wait.version}; or turn back with ${abort}`
        : `nobody else makes more pods of it: scale it to ${wait.needed}, or turn back with ${abort}`;
    case 'gate':
    case 'propagation':
      return `traffic is safe meanwhile; ${aboutProxies(wait.obstacles)}; or turn back with ${abort}`;
    case 'drain':
      return aboutDrain(wait, abort);
    case 'pause':
      return `pass it with handover promote ${name} -n ${namespace}, or turn back with ${abort}`;
    case 'ending':
      return `pods end within their grace period; see them with ${pods},version=${wait.version}`;
    case 'rollout':
      return `see how far it is with kubectl -n ${namespace} rollout status deployment/${wait.deployment}; or turn back with ${abort}`;
    case 'health':
      return `see why no pod is ready with ${pods}`;
  }
}

/** Of the first: when that is out of the way, the next one gets its turn. */
function aboutProxies([first]: readonly Obstacle[]): string {
  switch (first?.code) {
    case 'no-gateway':
      return 'start a gateway';
    case 'no-sidecar':
      return 'start a client with a sidecar';
    case 'unreadable':
      return 'see whether that pod runs, and whether you may ask it (docs/access.md)';
    case 'assumed-later':
      return 'nothing has to be done: --evidence assumed waits for a clock';
    case 'shadowed':
      return 'take the host out of the other VirtualService';
    case 'few-endpoints':
      return 'see whether the pods of that version are ready, and whether istiod is busy';
    default:
      return 'see with istioctl proxy-status whether that proxy is connected; if it will never have the route and you answer for it, run the same command with --without-proxy, here or in another shell';
  }
}

/** There is no way back any more: the old version is leaving. */
function aboutDrain({ until, version }: Extract<Wait, { for: 'drain' }>, abort: string): string {
  switch (until.code) {
    case 'unrouted':
      return `no request is lost meanwhile; ${aboutProxies(until.obstacles)}`;
    case 'unnamed':
      return `take the subset out of ${until.by.join(', ')}: as long as it is named there, the version stays`;
    case 'own-route':
      return `take ${version} out of that route: as long as it is named there, the version stays`;
    case 'idle':
      return until.atPods === 'unknown' || until.atProxies === 'unknown'
        ? 'see why a pod or a proxy does not answer: what cannot be counted is waited for'
        : `requests are still in hand, and are waited for; see who makes them when they never end. ${abort} still turns back`;
    case 'window':
    case 'connections':
    case 'held':
      return 'nothing has to be done: this takes its time, so that no request is cut off';
  }
}
