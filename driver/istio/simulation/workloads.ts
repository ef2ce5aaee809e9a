/** The Deployments, one per version, and the controllers that keep their pods. */
import { adoptedIn, type Release } from '../../../model';
import type { Workload } from '../observation';
import type { Blame } from './blame';
import { asWorkload, newDeployment, type ContentHash, type Deployment } from './deployment';
import { Pod, type PodEvents } from './pod';
import type { Random } from './random';
import type { Scenario } from './scenario';
import type { Simulation } from './simulation';

export class Workloads {
  readonly deployments = new Map<string, Deployment>();
  /** Pods of deleted Deployments too, until they are gone. */
  private pods: Pod[] = [];
  private readonly random: Random;
  private readonly lastEndsMs = new Map<string, number>();
  private readonly unreachableUntilMs = new Map<string, number>();
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

  get allPods(): readonly Pod[] {
    return this.pods;
  }

  podsOf(version: string): readonly Pod[] {
    return this.pods.filter((pod) => pod.version === version);
  }

  create(release: Release, version: string): Deployment {
    const deployment = this.deploymentOf(release, version);
    this.deployments.set(version, deployment);
    this.keepPods(deployment, 'order');
    return deployment;
  }

  /** One that is adopted was there before: no manifest tells of it. */
  private deploymentOf(release: Release, version: string): Deployment {
    const made = newDeployment(release, version, this.contentHash(release, version));
    const { adoption } = this.scenario;
    if (!adoption || !adoptedIn(release, version)) return made;
    const { pods: desired, autoscaler } = adoption;
    return { ...made, contentHash: '', declaredPods: undefined, desired, autoscaler: autoscaler && { ...autoscaler } };
  }

  /** Somebody's Deployment of another version, like one that is there. */
  copy(version: string): void {
    const [model] = this.deployments.values();
    if (!model || this.deployments.has(version)) return;
    const status = { available: 0, isCurrent: false };
    const deployment = { ...model, version, contentHash: version, pods: [], status, isStatusDue: false };
    this.deployments.set(version, deployment);
    this.keepPods(deployment, 'foreign');
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

  scaleByHand(version: string, pods: number): void {
    const deployment = this.deployments.get(version);
    if (deployment && !deployment.autoscaler) this.scale(deployment, pods, 'accident');
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

  /** The driver's question to the pods; 'unknown' while they do not answer. */
  countInFlight(version: string): number | 'unknown' {
    if (this.simulation.nowMs < (this.unreachableUntilMs.get(version) ?? 0)) return 'unknown';
    return this.inFlightAt(version);
  }

  makeUnreachable(version: string, forMs: number): void {
    this.unreachableUntilMs.set(version, this.simulation.nowMs + forMs);
  }

  /** When the last request to this version's pods ended or will end; pods that are gone count, too. */
  /** As it is, whether anybody can ask for it or not. */
  inFlightAt(version: string): number {
    return this.podsOf(version).reduce((sum, pod) => sum + pod.countInFlight(), 0);
  }

  lastEndMs(version: string): number {
    return Math.max(this.lastEndsMs.get(version) ?? 0, ...this.podsOf(version).map((pod) => pod.lastEndMs));
  }

  /** As an API client reads it now. */
  read(): Record<string, Workload> {
    const all = [...this.deployments.values()];
    return Object.fromEntries(all.map((one) => [one.version, asWorkload(one, this.troubleOf(one))]));
  }

  /** As if it had been like this for a long time: for the installation, before time begins. */
  settle(deployment: Deployment, desired: number): void {
    deployment.desired = desired;
    this.keepPods(deployment, 'order');
    for (const pod of deployment.pods) pod.settle();
    deployment.status = { available: desired, isCurrent: true };
  }

  /** Replaces pods that are being deleted, adds missing ones, deletes the youngest when there are too many. */
  private keepPods(deployment: Deployment, by: Blame): void {
    this.dropDeleted(deployment);
    while (deployment.pods.length < deployment.desired) this.addPod(deployment);
    for (const pod of deployment.pods.slice(deployment.desired)) pod.delete(by);
    this.dropDeleted(deployment);
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

  private dropDeleted(deployment: Deployment): void {
    const kept = deployment.pods.filter((pod) => pod.deletedBy === undefined);
    deployment.pods.splice(0, deployment.pods.length, ...kept);
  }

  private podChanged(pod: Pod): void {
    this.simulation.note(`pod ${pod.name} is ${pod.state}`);
    if (pod.state === 'gone') this.removePod(pod);
    const deployment = this.deployments.get(pod.version);
    if (deployment) this.updateStatusSoon(deployment);
  }

  private removePod(pod: Pod): void {
    this.lastEndsMs.set(pod.version, this.lastEndMs(pod.version));
    this.pods = this.pods.filter((other) => other !== pod);
  }

  private updateStatusSoon(deployment: Deployment): void {
    if (deployment.isStatusDue) return;
    deployment.isStatusDue = true;
    this.simulation.afterSpan(this.scenario.controllerDelay, this.random, () => this.updateStatus(deployment));
  }

  /** A pod that is ready becomes available by the passing of time alone. */
  private updateStatus(deployment: Deployment): void {
    deployment.isStatusDue = false;
    deployment.status = { available: this.availableOf(deployment.version), isCurrent: true };
    const isWaiting = (pod: Pod) => pod.state === 'ready' && !pod.isAvailable;
    if (!deployment.pods.some(isWaiting)) return;
    deployment.isStatusDue = true;
    this.simulation.after(deployment.timings.minReadySeconds * 1000, () => this.updateStatus(deployment));
  }
}
