/** The Deployments, one per version, and the controllers that keep their pods. */
import { adoptedIn, adoptedVersion, type Manifest, type Release } from '../../../model';
import type { Pod as PodObject } from '../../kubernetes/objects';
import type { Outcome } from '../../core/outcome';
import type { Workload } from '../observation';
import type { Blame } from './blame';
import { asWorkload, newDeployment, replicaSetsOf, type ContentHash, type Deployment } from './deployment';
import { Pod, type PodEvents } from './pod';
import type { Random } from './random';
import { deploymentObject, newRollout, podObject } from './rollout';
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
  private restarts = 0;
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
    const { pods: desired, autoscaler, rolls } = adoption;
    const own = { contentHash: '', declaredPods: undefined, desired, autoscaler: autoscaler && { ...autoscaler } };
    return { ...made, ...own, ...(rolls && { rollout: newRollout() }) };
  }

  /** Somebody's Deployment of another version, like one that is there. */
  copy(version: string): void {
    const [first] = this.deployments.values();
    if (!first || this.deployments.has(version)) return;
    const { rollout: _, ...model } = first;
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
    this.specChanged(deployment);
    this.keepPods(deployment, by);
  }

  /** Its owner gives its pods another template, or one that they had before. Left out: a new one, as a restart does. */
  changeTemplate(version: string, template?: string): void {
    const deployment = this.deployments.get(version);
    const { rollout } = deployment ?? {};
    if (!deployment || !rollout || rollout.template === template) return;
    rollout.template = template ?? `restart-${++this.restarts}`;
    this.specChanged(deployment);
    this.updateStatusSoon(deployment);
  }

  /** kubectl refuses to restart what is paused. */
  restartByOwner(version: string): void {
    if (!this.deployments.get(version)?.rollout?.isPaused) this.changeTemplate(version);
  }

  pauseByOwner(version: string, isPaused: boolean): void {
    const { rollout } = this.deployments.get(version) ?? {};
    if (!rollout || rollout.isPaused === isPaused) return;
    if (!isPaused) rollout.isResumedByOwner = true;
    this.pauseRollout(version, isPaused, rollout.isNoted);
  }

  /** By a driver, on the condition that the Deployment is as it was seen. */
  setPaused(version: string, isPaused: boolean, seen: string | undefined): Outcome {
    const { rollout } = this.deployments.get(version) ?? {};
    if (!rollout || String(rollout.resourceVersion) !== seen) return 'conflict';
    // Half way it is resumed beside another version, too.
    if (!isPaused && this.deployments.size === 1) rollout.isResumedByOwner = false;
    this.pauseRollout(version, isPaused, isPaused);
    return 'written';
  }

  private pauseRollout(version: string, isPaused: boolean, isNoted: boolean): void {
    const deployment = this.deployments.get(version);
    if (!deployment?.rollout) return;
    Object.assign(deployment.rollout, { isPaused, isNoted });
    this.specChanged(deployment);
    this.updateStatusSoon(deployment);
  }

  isResumedByOwner(version: string): boolean {
    return this.deployments.get(version)?.rollout?.isResumedByOwner ?? false;
  }

  /** The driver has paused it again, and its subset chooses the template that its pods have: what is lost from now on is the driver's. */
  takeOverFromOwner(version: string, chosen: string): void {
    const { rollout, pods = [] } = this.deployments.get(version) ?? {};
    if (rollout?.isPaused && pods.every(({ hash }) => hash === chosen)) rollout.isResumedByOwner = false;
  }

  private specChanged({ status, rollout }: Deployment): void {
    status.isCurrent = false;
    if (rollout) rollout.resourceVersion++;
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

  /** Of the one whose owner may roll it; two reads, as a driver makes them. */
  rollingDeployment(release: Release): Manifest | undefined {
    const { rollout, status } = this.rolling ?? {};
    return rollout && deploymentObject(release, rollout, status?.isCurrent ?? false);
  }

  rollingPods(release: Release): readonly PodObject[] {
    return this.podsOf(adoptedVersion(release) ?? '').map(podObject);
  }

  /** That of the Deployment whose owner may roll it. */
  get rollingVersion(): string | undefined {
    return this.rolling?.version;
  }

  isPaused(version: string): boolean {
    return this.deployments.get(version)?.rollout?.isPaused ?? false;
  }

  private get rolling(): Deployment | undefined {
    return [...this.deployments.values()].find(({ rollout }) => rollout);
  }

  /** As if it had been like this for a long time: for the installation, before time begins. */
  settle(deployment: Deployment, desired: number): void {
    deployment.desired = desired;
    this.keepPods(deployment, 'order');
    for (const pod of deployment.pods) pod.settle();
    deployment.status = { available: desired, isCurrent: true };
    if (deployment.rollout) deployment.rollout.counted = { all: desired, updated: desired };
  }

  /** Replaces pods that are being deleted, adds missing ones, deletes the youngest when there are too many. */
  private keepPods(deployment: Deployment, by: Blame): void {
    this.replacePods(deployment, by);
    this.updateStatusSoon(deployment);
  }

  private replacePods(deployment: Deployment, by: Blame): void {
    this.dropDeleted(deployment);
    const disturbed = deployment.rollout ? deployment.pods.filter(({ isDisturbed }) => isDisturbed) : [];
    for (const [hash, wanted] of replicaSetsOf(deployment)) {
      const own = deployment.pods.filter((pod) => pod.hash === hash);
      for (let count = own.length; count < wanted; count++) this.addPod(deployment, hash);
      for (const pod of deployment.rollout ? sickLast(own).slice(wanted) : own.slice(wanted)) pod.delete(by);
    }
    this.dropDeleted(deployment);
    // A rollout takes one that has crashed away first: what is made in its place is missing because of that.
    if (disturbed.some(({ deletedBy }) => deletedBy !== undefined))
      for (const pod of deployment.pods) if (pod.state === 'starting') pod.isDisturbed = true;
  }

  private addPod(deployment: Deployment, hash: string): void {
    const { version, timings } = deployment;
    const pod = new Pod(`${version}-${++this.podCount}`, version, timings, this.simulation, this.podEvents, hash);
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
    this.rollOn(deployment);
    deployment.status = { available: this.availableOf(deployment.version), isCurrent: true };
    const isWaiting = (pod: Pod) => pod.state === 'ready' && !pod.isAvailable;
    if (deployment.isStatusDue || !deployment.pods.some(isWaiting)) return;
    deployment.isStatusDue = true;
    this.simulation.after(deployment.timings.minReadySeconds * 1000, () => this.updateStatus(deployment));
  }

  private rollOn(deployment: Deployment): void {
    const { rollout, version, pods } = deployment;
    if (!rollout || this.deployments.get(version) !== deployment) return;
    this.replacePods(deployment, 'accident');
    rollout.counted = { all: pods.length, updated: pods.filter(({ hash }) => hash === rollout.template).length };
    rollout.resourceVersion++;
  }
}

function sickLast(pods: readonly Pod[]): readonly Pod[] {
  return [...pods.filter(({ isAvailable }) => isAvailable), ...pods.filter(({ isAvailable }) => !isAvailable)];
}
