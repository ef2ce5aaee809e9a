/** Whether gateways end as the runbook wants it: "Before gateways are replaced" in docs/runbook.md. */
import { preStopSeconds } from '../../../manifests';
import { proxyOf, type Container, type Pod } from '../../kubernetes/objects';
import { nameOf } from '../mesh/proxy-pods';
import { right, wrong, type Check } from './check';

const what = 'end of gateways';
const leastPreStopSeconds = 5;
const leastGraceSeconds = 60;
const usualGraceSeconds = 30;
const page = 'docs/runbook.md, "Before gateways are replaced"';

type GatewayPod = Pod & { readonly spec?: { readonly terminationGracePeriodSeconds?: number } };

export function checkGateways(pods: readonly Pod[]): Check[] {
  const faulty = pods.flatMap((pod) => {
    const faults = faultsOf(pod);
    return faults.length > 0 ? [wrong(what, `${nameOf(pod)}: ${faults.join(', ')}`, `see ${page}`)] : [];
  });
  const alone = pods.length === 1 ? [wrong(what, 'one gateway pod', `run two at least: ${page}`)] : [];
  const all = [...faulty, ...alone];
  return all.length > 0 || pods.length === 0 ? all : [right(what, `${pods.length} finish the requests that they have`)];
}

function faultsOf({ spec = {} }: GatewayPod): string[] {
  const proxy = proxyOf({ spec });
  const grace = spec.terminationGracePeriodSeconds ?? usualGraceSeconds;
  return [
    ...preStopFaults(proxy),
    ...(waits(proxy) ? [] : ['EXIT_ON_ZERO_ACTIVE_CONNECTIONS is not true']),
    ...(grace < leastGraceSeconds ? [`terminationGracePeriodSeconds is ${grace}`] : []),
  ];
}

function preStopFaults(proxy: Container | undefined): string[] {
  const hook = proxy?.lifecycle?.preStop;
  if (!hook) return ['it has no preStop'];
  const seconds = preStopSeconds({ ...hook });
  if (seconds === undefined) return ['nobody can tell how long its preStop takes'];
  return seconds < leastPreStopSeconds ? [`its preStop takes ${seconds} s`] : [];
}

function waits(proxy: Container | undefined): boolean {
  return proxy?.env?.some(({ name, value }) => name === 'EXIT_ON_ZERO_ACTIVE_CONNECTIONS' && value === 'true') === true;
}
