/**
 * A cluster in memory, in virtual time: an API server, the Deployment controller, autoscalers, kube-proxy and clients. The driver
 * reaches it by its own adapter, so what is tried is what runs.
 */
import { canonical, fieldsOf, listOf, specOf } from '../../../manifests';
import { Refusal, type Manifest } from '../../../model';
import type { Clock } from '../../../driver/core/clock';
import { ApiError } from '../../../driver/kubernetes/api';
import { refusalOf } from '../../../driver/kubernetes/refusals';
import { KubernetesRollingCluster } from '../../../driver/rolling/kubernetes';
import { DeploymentController, type Faults } from './deployment-controller';
import { MemoryApi, type Stored } from './memory-api';
import { Traffic } from './traffic';

const passMs = 100;

export class RollingWorld implements Clock {
  readonly api = new MemoryApi();
  readonly controller: DeploymentController;
  readonly traffic: Traffic;
  /** Available pods at the worst moment since it was last set. */
  leastAvailable = Infinity;
  /** How far the time of day is from the time that passes. */
  wallOffsetMs = Date.parse('2026-01-01T00:00:00Z');
  /** Runs at each pass of the controllers, such as what somebody else does. */
  meanwhile: () => void = () => undefined;
  private atMs = 0;

  constructor(
    readonly namespace = 'demo-ns',
    readonly name = 'demo',
  ) {
    this.controller = new DeploymentController(this.api, namespace);
    this.traffic = new Traffic(this.controller, () =>
      this.slices().filter(({ metadata }) => metadata.name !== this.name),
    );
  }

  set faults(faults: Faults) {
    this.controller.faults = faults;
  }

  nowMs(): number {
    return this.atMs + this.wallOffsetMs;
  }

  monotonicMs(): number {
    return this.atMs;
  }

  sleep(ms: number): Promise<void> {
    const untilMs = this.atMs + ms;
    while (this.atMs < untilMs) {
      this.atMs = Math.min(untilMs, this.atMs + passMs);
      this.pass();
    }
    return Promise.resolve();
  }

  private pass(): void {
    this.meanwhile();
    this.scale();
    this.controller.pass(this.atMs);
    this.writeSlice();
    this.traffic.pass(this.read('services'), this.atMs);
    const pods = this.controller.pods().filter((pod) => this.controller.isReady(pod, this.atMs));
    this.leastAvailable = Math.min(this.leastAvailable, pods.length);
  }

  /** A process of the driver; what the API server refuses reads as on a real cluster. */
  connect(): KubernetesRollingCluster {
    return new KubernetesRollingCluster(this.api, this, async (work) => {
      try {
        return await work();
      } catch (error) {
        if (error instanceof ApiError || error instanceof Refusal) throw refusalOf(error, 'memory', 'memory');
        throw error;
      }
    });
  }

  path(kind: string, name = this.name): string {
    if (kind === 'horizontalpodautoscalers') return `/apis/autoscaling/v2/namespaces/${this.namespace}/${kind}/${name}`;
    return this.controller.path(kind, name);
  }

  read(kind: string, name = this.name): Stored | undefined {
    return this.api.read(this.path(kind, name));
  }

  /** What somebody else writes into the spec of an object. */
  edit(kind: string, manager: string, change: (spec: Record<string, unknown>) => object, name = this.name): void {
    this.api.edit(this.path(kind, name), manager, (object) => ({
      ...object,
      spec: change({ ...fieldsOf(object.spec) }),
    }));
  }

  /** kubectl scale, or an autoscaler. */
  scaleTo(replicas: number, manager = 'kubectl'): void {
    const scaled = (object: Stored) => ({ ...object, spec: { ...fieldsOf(object.spec), replicas } });
    this.api.edit(this.path('deployments'), manager, scaled, 'scale');
  }

  /** What was there before anybody used handover, as kubectl made it. */
  install(...manifests: readonly Manifest[]): void {
    const namespaces = { metadata: { name: this.namespace } };
    this.api.put(`/api/v1/namespaces/${this.namespace}`, namespaces, 'kubectl-create');
    const kinds: Readonly<Record<string, string>> = {
      Deployment: 'deployments',
      Service: 'services',
      HorizontalPodAutoscaler: 'horizontalpodautoscalers',
    };
    for (const { apiVersion: _a, kind, ...object } of manifests)
      this.api.put(this.path(kinds[kind] ?? kind, object.metadata.name), object, 'kubectl-client-side-apply');
  }

  private slices(): Stored[] {
    return this.api.all(this.slicePath);
  }

  private get slicePath(): string {
    return `/apis/discovery.k8s.io/v1/namespaces/${this.namespace}/endpointslices`;
  }

  /** The controller's own slice, as far as anybody reads it: under which names there are endpoints. */
  private writeSlice(): void {
    const service = this.read('services');
    if (!service) return;
    const ports = listOf(fieldsOf(service.spec).ports).map(({ name = '' }) => ({ name }));
    const path = `${this.slicePath}/${this.name}`;
    if (canonical(this.api.read(path)?.ports) === canonical(ports)) return;
    const metadata = { name: this.name, labels: { 'kubernetes.io/service-name': this.name } };
    this.api.put(path, { metadata, ports }, 'endpointslice-controller');
  }

  /** The autoscaler keeps to its bounds at once. It leaves a Deployment of 0 pods alone. */
  private scale(): void {
    for (const scaler of this.api.all(`/apis/autoscaling/v2/namespaces/${this.namespace}/horizontalpodautoscalers`)) {
      const { minReplicas = 1, maxReplicas } = specOf(scaler as unknown as Manifest);
      const replicas = Number(fieldsOf(this.read('deployments')?.spec).replicas ?? 0);
      const bounded = Math.min(Math.max(replicas, Number(minReplicas)), Number(maxReplicas));
      if (replicas > 0 && bounded !== replicas) this.scaleTo(bounded, 'kube-controller-manager');
    }
  }
}
