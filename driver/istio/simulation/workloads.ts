/** The Deployments, one per version, and the controllers that keep their pods. */
import { findVersion, type Release, type Timings } from '../../../model';
import type { Workload } from '../observation';
import { Pod, type Blame, type PodEvents } from './pod';
import type { Random } from './random';
import type { Scenario } from './scenario';
import type { Simulation } from './simulation';

export interface Deployment {
  readonly version: string;
  readonly image: string;
  readonly contentHash: string;
  readonly timings: Timings;
  readonly pods: Pod[];
  desired: number;
  autoscaler: { minimum: number; maximum: number } | undefined;
  /** What its status says, which lags behind its pods. */
  status: { available: number; isCurrent: boolean };
  isStatusDue: boolean;
}

/** The hash that synth would write of what makes up a version; the real one is the charts' business. */
export type ContentHash = (release: Release, version: string) => string;

export class Workloads {
  readonly deployments = new Map<string, Deployment>();
  /** Pods of deleted Deployments too, until they are gone. */
  private pods: Pod[] = [];
  private readonly random: Random;
  private podCount = 0;
  private readonly podEvents: PodEvents;

  constructor(
    private readonly simulation: Simulation,
    private readonly scenario: Scenario,
    private readonly contentHash: ContentHash,
    events: PodEvents,
  ) {
    this.random = simulation.random.fork('workloads');
    this.podEvents = { changed: (pod) => (this.podChanged(pod), events.changed(pod)), cut: events.cut.bind(events) };
  }

  podsOf(version: string): readonly Pod[] {
    return this.pods.filter((pod) => pod.version === version);
  }

  /** A Deployment whose file names no replicas starts with one pod; its autoscaler raises that to the minimum. */
  create(release: Release, name: string): Deployment {
    const version = findVersion(release, name);
    const { autoscaling } = release;
    const deployment: Deployment = {
      version: name,
      image: version.image,
      contentHash: this.contentHash(release, name),
      timings: release.timings,
      pods: [],
      desired: autoscaling ? 1 : version.replicas,
      autoscaler: autoscaling && { minimum: autoscaling.minReplicas, maximum: autoscaling.maxReplicas },
      status: { available: 0, isCurrent: false },
      isStatusDue: false,
    };
    this.deployments.set(name, deployment);
    this.keepPods(deployment, 'order');
    return deployment;
  }

  remove(version: string, by: Blame): void {
    const deployment = this.deployments.get(version);
    this.deployments.delete(version);
    for (const pod of [...(deployment?.pods ?? [])]) pod.delete(by);
  }

  scale(deployment: Deployment, pods: number, by: Blame): void {
    if (deployment.desired === pods) return;
    this.simulation.note(`${deployment.version} is scaled from ${deployment.desired} to ${pods} pods`);
    deployment.desired = pods;
    deployment.status.isCurrent = false;
    this.keepPods(deployment, by);
  }

  crash(version: string, index: number, downMs: number): void {
    const pods = this.podsOf(version);
    pods[index % Math.max(1, pods.length)]?.crash(downMs, this.random);
  }

  evict(version: string, index: number): void {
    const deployment = this.deployments.get(version);
    const pod = deployment?.pods[index % Math.max(1, deployment.pods.length)];
    if (!deployment || !pod) return;
    pod.delete('accident');
    this.keepPods(deployment, 'accident');
    for (const other of deployment.pods) if (other.state === 'starting') other.isDisturbed = true;
  }

  availableOf(version: string): number {
    return this.deployments.get(version)?.pods.filter((pod) => pod.isAvailable).length ?? 0;
  }

  /** As an API client reads it now. */
  read(): Record<string, Workload> {
    const all = [...this.deployments.values()];
    return Object.fromEntries(all.map((one) => [one.version, readWorkload(one, this.troubleOf(one))]));
  }

  /** As if it had been like this for long: used to install, before time begins. */
  settle(deployment: Deployment, desired: number): void {
    deployment.desired = desired;
    this.keepPods(deployment, 'order');
    for (const pod of deployment.pods) pod.settle();
    deployment.status = { available: desired, isCurrent: true };
  }

  /** Replaces pods that are being deleted, adds what is missing, deletes the youngest of what is too many. */
  private keepPods(deployment: Deployment, by: Blame): void {
    this.forget(deployment);
    while (deployment.pods.length < deployment.desired) this.addPod(deployment);
    for (const pod of deployment.pods.slice(deployment.desired)) pod.delete(by);
    this.forget(deployment);
    this.updateStatusSoon(deployment);
  }

  private addPod(deployment: Deployment): void {
    const { version, timings } = deployment;
    const pod = new Pod(`${version}-${++this.podCount}`, version, timings, this.simulation, this.podEvents);
    deployment.pods.push(pod);
    this.pods.push(pod);
    pod.start(this.scenario.startup, this.random, !this.scenario.neverReady.includes(version));
  }

  private troubleOf({ version, pods }: Deployment): string | undefined {
    if (this.scenario.neverReady.includes(version)) return 'the image of its pods cannot be pulled';
    return pods.some((pod) => pod.isDisturbed) ? 'a container has terminated and is started again' : undefined;
  }

  private forget(deployment: Deployment): void {
    const kept = deployment.pods.filter((pod) => pod.deletedBy === undefined);
    deployment.pods.splice(0, deployment.pods.length, ...kept);
  }

  private podChanged(pod: Pod): void {
    this.simulation.note(`pod ${pod.name} is ${pod.state}`);
    if (pod.state === 'gone') this.pods = this.pods.filter((other) => other !== pod);
    const deployment = this.deployments.get(pod.version);
    if (deployment) this.updateStatusSoon(deployment);
  }

  private updateStatusSoon(deployment: Deployment): void {
    if (deployment.isStatusDue) return;
    deployment.isStatusDue = true;
    this.simulation.afterSpan(this.scenario.controllerDelay, this.random, () => this.updateStatus(deployment));
  }

  /** A pod that is ready but not yet available becomes so by the passing of time alone. */
  private updateStatus(deployment: Deployment): void {
    deployment.isStatusDue = false;
    deployment.status = { available: this.availableOf(deployment.version), isCurrent: true };
    const isWaiting = (pod: Pod) => pod.state === 'ready' && !pod.isAvailable;
    if (!deployment.pods.some(isWaiting)) return;
    deployment.isStatusDue = true;
    this.simulation.after(deployment.timings.minReadySeconds * 1000, () => this.updateStatus(deployment));
  }
}

function readWorkload({ image, contentHash, desired, autoscaler, status }: Deployment, trouble?: string): Workload {
  return {
    image,
    contentHash,
    desired,
    available: status.isCurrent ? status.available : 0,
    isCurrent: status.isCurrent,
    autoscaler: autoscaler && { ...autoscaler },
    trouble,
  };
}
