/**
 * HorizontalPodAutoscalers. A version gets pods by its share of the load, within its limits. Scaling down waits for the
 * stabilization window.
 */
import { podsForWeight, weightOf } from '../../../model';
import type { Deployment } from './deployment';
import type { Proxy } from './proxy';
import { span } from './random';
import type { Scenario } from './scenario';
import type { Simulation } from './simulation';
import type { Workloads } from './workloads';

const syncPeriod = span(100, 15_000);
/** The default stabilization window of scaling down. */
const stabilizationMs = 300_000;

export class Autoscaler {
  private readonly random;
  private readonly highSinceMs = new Map<string, number>();
  private isDue = false;

  constructor(
    private readonly simulation: Simulation,
    private readonly scenario: Scenario,
    private readonly workloads: Workloads,
    private readonly proxies: () => readonly Proxy[],
  ) {
    this.random = simulation.random.fork('autoscaler');
  }

  /** Load or limits have changed: it acts at its next sync. */
  lookSoon(): void {
    if (this.isDue || ![...this.workloads.deployments.values()].some(({ autoscaler }) => autoscaler)) return;
    this.isDue = true;
    this.simulation.afterSpan(syncPeriod, this.random, () => {
      this.isDue = false;
      for (const deployment of this.workloads.deployments.values()) this.adjust(deployment);
    });
  }

  private adjust(deployment: Deployment): void {
    const { autoscaler, version, desired } = deployment;
    if (!autoscaler) return;
    const served = this.proxies().flatMap((proxy) => proxy.served);
    const share = Math.max(0, ...served.map(({ snapshot }) => weightOf(snapshot.split, version)));
    const wanted = Math.max(autoscaler.minimum, podsForWeight(share, this.scenario.loadPods));
    const pods = Math.min(autoscaler.maximum, wanted);
    if (pods >= desired) {
      this.highSinceMs.delete(version);
      return this.workloads.scale(deployment, pods, 'accident');
    }
    this.scaleDownLater(deployment, pods);
  }

  private scaleDownLater(deployment: Deployment, pods: number): void {
    const sinceMs = this.highSinceMs.get(deployment.version) ?? this.simulation.nowMs;
    this.highSinceMs.set(deployment.version, sinceMs);
    const restMs = sinceMs + stabilizationMs - this.simulation.nowMs;
    if (restMs > 0) return void this.simulation.after(restMs, () => this.lookSoon());
    this.highSinceMs.delete(deployment.version);
    this.workloads.scale(deployment, pods, 'accident');
  }
}
