/**
 * Asks every gateway by requests through it, for operators who may not read its configuration. Each pod is asked itself, as a
 * load balancer would choose one; several times over, each on a connection of its own, as each thread of Envoy takes a
 * configuration by itself.
 */
import { orUnsupported, routesOf } from '../../../manifests';
import {
  probedRouteHeader,
  probeHeader,
  probePaths,
  probeValue,
  Refusal,
  serviceHost,
  type Release,
} from '../../../model';
import type { ProbeAnswer, Proxy } from '../observation';
import type { Api } from '../../kubernetes/api';
import { portFinder, type FindPort } from './gateway-port';
import type { Pod, VirtualService } from '../../kubernetes/objects';
import { Window } from '../../kubernetes/window';
import type { ProbeResponse, SendProbe } from './probe-request';
import { askEach, nameOf, type ProxyPod } from './proxy-pods';

const connections = 3;

/** Only who may read the VirtualService knows it, and it is another for each one that is created. */
export function probeKey({ metadata }: VirtualService): string {
  if (metadata.uid === undefined)
    throw new Error(`expected the VirtualService ${metadata.name} to have a uid, found none`);
  return metadata.uid;
}

export async function probeGateways(
  api: Api,
  send: SendProbe,
  release: Release,
  route: VirtualService | undefined,
  pods: readonly ProxyPod[],
): Promise<Proxy[]> {
  const findPort = portFinder(api, release.gateway.httpPort);
  const questions = route && questionsOf(route, release);
  return askEach({ api, window: new Window() }, pods, ({ pod, hosts = [] }) => {
    // Of one that lets in none of them nothing would be seen: it is asked for all, and has to answer.
    const asked = hosts.length > 0 ? hosts : release.hosts;
    return askGateway(send, { pod, hosts: asked, questions, findPort });
  });
}

interface Target {
  readonly pod: Pod;
  readonly hosts: readonly string[];
  /** Undefined without a VirtualService. */
  readonly questions: Questions | undefined;
  readonly findPort: FindPort;
}

interface Questions {
  readonly key: string;
  /** Versions that have a route for probes. */
  readonly versions: readonly string[];
  /** The name of the split route at rest. */
  readonly base: string;
}

/** Of routes that cannot be told any more, the write is asked alone. */
function questionsOf(route: VirtualService, { name, namespace }: Release): Questions {
  const routes = orUnsupported(() => routesOf(route, serviceHost(name, namespace)));
  const { probes, splitRoutes } = routes instanceof Refusal ? { probes: [], splitRoutes: [] } : routes;
  return { key: probeKey(route), versions: probes, base: splitRoutes[0] ?? '' };
}

async function askGateway(send: SendProbe, { pod, hosts, questions, findPort }: Target): Promise<Proxy> {
  const name = nameOf(pod);
  const address = pod.status?.podIP;
  if (address === undefined) throw new Error('it has no address yet');
  if (!questions) return { name, kind: 'gateway', markers: {}, answers: {} };
  const { key, versions, base } = questions;
  const port = await findPort(pod);
  const ask = (host: string, version?: string) =>
    repeated(() =>
      send({
        address,
        port,
        path: probePaths.readiness,
        headers: { host, [probeHeader]: probeValue(key, version) },
      }),
    );
  const markers: Record<string, string> = {};
  for (const host of hosts)
    markers[host] = common(
      (await ask(plain(host))).map((response) => markerOf(response, base)),
      ' and ',
    );
  const answers: Record<string, ProbeAnswer> = {};
  for (const version of versions) {
    const responses = await ask(plain(hosts[0] ?? ''), version);
    // Without the name of a route of ours the request went by another one, and tells nothing of this version.
    if (responses.every(hasMarker)) answers[version] = worst(responses.map(answerOf));
  }
  return { name, kind: 'gateway', hosts, markers, answers };
}

/** One after the other: a gateway with little to do must not notice. */
async function repeated(ask: () => Promise<ProbeResponse>): Promise<ProbeResponse[]> {
  const responses: ProbeResponse[] = [];
  while (responses.length < connections) responses.push(await ask());
  return responses;
}

/** A host of a whole domain is asked by a name in it. */
function plain(host: string): string {
  return host.replace(/^\*\./, 'handover-probe.');
}

function common(found: readonly string[], separator: string): string {
  return [...new Set(found)].join(separator);
}

/** The name of the route of the write that answered, or '' from the service itself; anything else is no answer. */
function markerOf(response: ProbeResponse, base: string): string {
  if (hasMarker(response)) return `${base}@${String(response.headers[probedRouteHeader])}`;
  if (response.status >= 200 && response.status < 300) return '';
  throw new Error(`it answered ${response.status} to a probe, by no route of ours`);
}

function hasMarker({ headers }: ProbeResponse): boolean {
  return headers[probedRouteHeader] !== undefined;
}

/**
 * Envoy's own 503 has no body when there is no cluster, and says "no healthy upstream" when there is one without endpoints.
 * A 503 of the service has the time that the service took, which Envoy adds to whatever came from a pod.
 * Only a pod of the version answers with success on this route: Envoy never does.
 */
function answerOf({ status, headers, hasBody }: ProbeResponse): ProbeAnswer {
  if (status >= 200 && status < 300) return 'answered';
  const isOfPod = headers['x-envoy-upstream-service-time'] !== undefined;
  return status === 503 && !hasBody && !isOfPod ? 'no cluster' : 'failed';
}

function worst(answers: readonly ProbeAnswer[]): ProbeAnswer {
  const [first = 'failed'] = answers;
  return answers.every((answer) => answer === first) ? first : 'failed';
}
