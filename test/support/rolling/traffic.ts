/**
 * Requests to a Service: one on a new connection in each pass and for each port that clients use. What kube-proxy knows is a
 * moment old, of endpoints more than of the Service. So a Service that changes the name of a port has no endpoints for it.
 */
import { fieldsOf, listOf } from '../../../manifests';
import type { Manifest } from '../../../model';
import { faceOf, portsOf, resolve, selects } from '../../../driver/rolling/service-stage';
import type { DeploymentController } from './deployment-controller';
import type { Stored } from './memory-api';

interface View {
  readonly atMs: number;
  readonly service: Stored | undefined;
  /** By the name of the port, the pods and the port of each. */
  readonly endpoints: ReadonlyMap<string, readonly Endpoint[]>;
}

interface Endpoint {
  readonly pod: Stored;
  readonly number: number;
}

export interface Lost {
  readonly atMs: number;
  readonly port: number;
  readonly because: string;
}

const serviceDelayMs = 100;
const endpointDelayMs = 300;

export class Traffic {
  readonly lost: Lost[] = [];
  sent = 0;
  /** Ports that clients call; `all`: those that the Service has. None: nobody calls yet. */
  ports: readonly number[] | 'all' = [];
  private views: View[] = [];
  /** A service that is installed for the first time loses nothing: nobody could call it before. */
  private hasServed = false;

  constructor(
    private readonly controller: DeploymentController,
    /** EndpointSlices that are not the controller's. */
    private readonly slices: () => readonly Stored[],
  ) {}

  pass(service: Stored | undefined, nowMs: number): void {
    this.views.push({ atMs: nowMs, service, endpoints: this.endpointsOf(service, nowMs) });
    this.views = this.views.filter(({ atMs }) => atMs >= nowMs - 2 * endpointDelayMs);
    const known = this.viewOf(nowMs - serviceDelayMs)?.service as unknown as Manifest | undefined;
    const all = known ? portsOf(known).map(({ port }) => port) : [];
    for (const port of this.ports === 'all' ? all : this.ports) this.request(port, nowMs);
  }

  private endpointsOf(service: Stored | undefined, nowMs: number): Map<string, Endpoint[]> {
    if (!service) return new Map();
    const manifest = service as unknown as Manifest;
    const isPublished = fieldsOf(service.spec).publishNotReadyAddresses === true;
    const pods = this.controller
      .pods()
      .filter((pod) => selects(manifest, faceOf(pod.metadata, pod.spec)))
      .filter((pod) => isPublished || this.controller.isReady(pod, nowMs));
    const own = portsOf(manifest).map((port) => {
      const endpoints = pods.flatMap((pod) => {
        const number = resolve(port, faceOf(pod.metadata, pod.spec));
        return number === undefined ? [] : [{ pod, number }];
      });
      return [port.name, endpoints] as const;
    });
    return new Map([...this.bridged(), ...own.filter(([, endpoints]) => endpoints.length > 0)]);
  }

  /** Endpoints that somebody wrote by hand: under the name of each port, until the controller has its own. */
  private bridged(): [string, Endpoint[]][] {
    const slices = this.slices();
    const pods = new Map(this.controller.pods().map((pod) => [fieldsOf(pod.status).podIP, pod]));
    return slices.flatMap((slice) =>
      listOf(slice.ports).map((port): [string, Endpoint[]] => [
        String(port.name),
        listOf(slice.endpoints).flatMap(({ addresses }) => {
          const pod = pods.get((addresses as string[])[0]);
          return pod ? [{ pod, number: Number(port.port) }] : [];
        }),
      ]),
    );
  }

  private request(port: number, nowMs: number): void {
    this.sent += 1;
    const because = this.whyLost(port, nowMs);
    this.hasServed ||= because === undefined;
    if (because !== undefined && this.hasServed) this.lost.push({ atMs: nowMs, port, because });
  }

  private whyLost(number: number, nowMs: number): string | undefined {
    const service = this.viewOf(nowMs - serviceDelayMs)?.service as unknown as Manifest | undefined;
    const port = service && portsOf(service).find((one) => one.port === number);
    if (!port) return 'the Service has no such port';
    const endpoints = this.viewOf(nowMs - endpointDelayMs)?.endpoints.get(port.name) ?? [];
    const endpoint = endpoints[this.sent % Math.max(1, endpoints.length)];
    if (!endpoint) return `no endpoint for the port ${port.name || 'without a name'}`;
    const { pod } = endpoint;
    if (!this.controller.serves(pod, nowMs)) return `${pod.metadata.name} does not serve`;
    const isOpen = faceOf(pod.metadata, pod.spec).ports.some((open) => open.number === endpoint.number);
    return isOpen ? undefined : `${pod.metadata.name} does not listen on ${endpoint.number}`;
  }

  private viewOf(atMs: number): View | undefined {
    return this.views.findLast((view) => view.atMs <= atMs) ?? this.views[0];
  }
}
