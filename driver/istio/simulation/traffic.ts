/**
 * Requests, answered as Envoy answers them, and the lost ones. No request is sent twice, so a loss that retries would hide
 * is counted.
 */
import type { Blame, Writer } from './blame';
import { wholeService } from './configuration';
import type { Pod } from './pod';
import type { Proxy } from './proxy';
import { tallyOf, type ProxyCluster } from './proxy-clusters';
import type { Random } from './random';
import type { Request } from './requests';
import type { Scenario } from './scenario';
import type { Target } from './served';
import type { Simulation } from './simulation';

export type Cause =
  /** Envoy's flags, each a 503 but NR. NC: no active cluster. UH: no healthy endpoint. UF: the endpoint refuses. */
  | 'NC'
  /** No route: a 404. */
  | 'NR'
  | 'UH'
  | 'UF'
  /** The pod ended while the request was in flight. */
  | 'UC'
  /** The proxy's cluster was removed while the request was in flight. */
  | 'cluster removed';

export interface Loss {
  readonly atMs: number;
  readonly proxy: string;
  readonly version: string;
  readonly cause: Cause;
  readonly blame: Blame;
  /** It would never have ended by itself. */
  readonly isStream: boolean;
}

/** A request to the subset of one version that was answered by a pod of another. */
export interface Stray {
  readonly atMs: number;
  readonly proxy: string;
  readonly subset: string;
  /** Of the pod. */
  readonly version: string;
}

export class Traffic {
  requests = 0;
  readonly lost: Loss[] = [];
  readonly strayed: Stray[] = [];
  private readonly random: Random;
  private readonly isAdversarial: boolean;
  /** How many are still to begin. */
  private streams: number;

  constructor(
    private readonly simulation: Simulation,
    private readonly scenario: Scenario,
    private readonly proxies: () => readonly Proxy[],
    private readonly longestRequestMs: number,
    private readonly isOfAbort: (marker: string) => boolean,
  ) {
    this.random = simulation.random.fork('traffic');
    this.streams = scenario.streams;
    this.isAdversarial = scenario.load.kind === 'adversarial';
  }

  begin(): void {
    const { load } = this.scenario;
    if (load.kind === 'adversarial')
      this.every(load.backgroundMs, () => this.proxies().forEach((proxy) => this.around(proxy)));
    else this.every(1000 / load.requestsPerSecond, () => this.sendOne());
  }

  /** Something about this proxy changes: one request to each subset that its route allows. */
  around(proxy: Proxy): void {
    if (!this.isAdversarial) return;
    for (const { snapshot, sends } of proxy.served) {
      if (snapshot.isGone) this.sendNowhere(proxy, snapshot.writer);
      for (const { subset, writer } of sends) this.send(proxy, subset, writer);
    }
  }

  /** Something about this pod changes. */
  aroundPod(pod: Pod): void {
    if (!this.isAdversarial) return;
    for (const proxy of this.proxies()) {
      for (const { subset, writer } of proxy.served.flatMap(({ sends }) => sends)) {
        const selected = proxy.clusters.subsets?.selects.get(subset) ?? subset;
        if (selected === pod.version || selected === wholeService) this.send(proxy, subset, writer);
      }
    }
  }

  /** `version`: of the pod, where it was sent to the whole Service. */
  cut(request: Request, cause: Cause, blame: Blame, version = request.subset): void {
    if (request.isLost) return;
    request.isLost = true;
    if (request.tally) request.tally.errors++;
    const { proxy, sentBy, endMs } = request;
    const isStream = endMs === Infinity;
    const blamed = blame === 'order' ? sentBy : blame;
    this.lost.push({ atMs: this.simulation.nowMs, proxy, version, cause, blame: blamed, isStream });
  }

  private every(periodMs: number, run: () => void): void {
    this.simulation.after(periodMs, () => {
      run();
      this.every(periodMs, run);
    });
  }

  /** One request of a client: the weights choose its version. */
  private sendOne(): void {
    const proxy = this.random.pick(this.proxies());
    const [at] = proxy?.served ?? [];
    if (!proxy || !at) return;
    const { snapshot } = at;
    if (snapshot.isGone) return this.sendNowhere(proxy, snapshot.writer);
    const split = Object.entries(snapshot.split);
    let rest = this.random.next() * split.reduce((sum, [, weight]) => sum + weight, 0);
    const chosen = split.find(([, weight]) => (rest -= weight) < 0);
    if (chosen) this.send(proxy, chosen[0], snapshot.writer);
  }

  private sendNowhere(proxy: Proxy, blame: Writer): void {
    this.requests++;
    this.lose({ proxy, subset: '', sentBy: blame, restMs: 0 }, 'NR', blame);
  }

  private send(proxy: Proxy, subset: string, sentBy: Writer): void {
    this.requests++;
    const sent = { proxy, subset, sentBy, restMs: this.longestRequestMs };
    const { heldShare } = this.scenario;
    if (heldShare > 0 && this.random.next() < heldShare) this.hold(sent);
    else this.dispatch(sent);
  }

  /** A filter before the router waits, such as for the end of a slow upload. The cluster is chosen, and no count has it. */
  private hold(sent: Sent): void {
    const heldMs = Math.floor(this.random.next() * sent.restMs);
    sent.proxy.held.add(this.requestOf(sent, heldMs), this.simulation.nowMs);
    this.simulation.after(heldMs, () => {
      if (sent.proxy.state !== 'gone') this.dispatch({ ...sent, restMs: sent.restMs - heldMs });
    });
  }

  private dispatch(sent: Sent): void {
    const cluster = sent.proxy.clusters.get(sent.subset);
    if (!cluster || cluster.state === 'warming') return this.lose(sent, 'NC', blameForCluster(sent));
    const pod = this.choose(cluster);
    if (!pod) return this.lose(sent, 'UH', blameForEndpoints(sent, cluster));
    this.noteStray(sent, pod);
    const { share, longestMs } = this.scenario.newConnections;
    if (share > 0 && this.random.next() < share) return this.connect(sent, cluster, pod, longestMs);
    this.sendOn(sent, cluster, pod);
  }

  /** The proxy has chosen a route and a pod for it. Nobody counts the request until the connection is there. */
  private connect(sent: Sent, cluster: ProxyCluster, pod: Pod, longestMs: number): void {
    cluster.connectionsBegun++;
    const waitMs = Math.floor(this.random.next() * longestMs);
    const waiting = this.requestOf(sent, waitMs);
    cluster.pending.add(waiting, this.simulation.nowMs);
    this.simulation.after(waitMs, () => {
      if (!waiting.isLost && sent.proxy.state !== 'gone') this.sendOn(sent, cluster, pod);
    });
  }

  private sendOn(sent: Sent, cluster: ProxyCluster, pod: Pod): void {
    const tally = tallyOf(cluster, pod.name);
    tally.requests++;
    if (!pod.accepts) {
      tally.errors++;
      return this.lose(sent, 'UF', blameForPod(sent, pod));
    }
    const lastsMs = this.streams-- > 0 ? Infinity : Math.min(sent.restMs, this.duration());
    if (lastsMs === 0) return;
    const request = this.requestOf(sent, lastsMs);
    request.tally = tally;
    pod.accept(request);
    cluster.active.add(request, this.simulation.nowMs);
  }

  /**
   * What somebody else has made choose other pods is theirs. One that a filter has held until the proxy sends nothing there any more is
   * none: what it meets is what all others meet by then. Nor is one on the way back: an abort moves all to the subset as it is.
   */
  private noteStray(sent: Sent, { version }: Pod): void {
    const { proxy, subset } = sent;
    if (subset === wholeService || subset === version || blameForCluster(sent) !== 'order') return;
    const isSent = (target: Target) => target.subset === subset && target.writer === 'order';
    const sending = proxy.served.filter(({ sends }) => sends.some(isSent));
    if (sending.every(({ snapshot }) => this.isOfAbort(snapshot.marker))) return;
    this.strayed.push({ atMs: this.simulation.nowMs, proxy: proxy.name, subset, version });
  }

  private requestOf({ proxy, subset, sentBy }: Sent, lastsMs: number): Request {
    return { proxy: proxy.name, subset, sentBy, endMs: this.simulation.nowMs + lastsMs, isLost: false };
  }

  /** One of the endpoints that the proxy knows. Adversarial: the one that is most likely to lose the request. */
  private choose({ endpoints }: ProxyCluster): Pod | undefined {
    const { pods } = endpoints;
    if (!this.isAdversarial) return this.random.pick(pods);
    return (
      pods.find((pod) => !pod.accepts) ?? pods.find((pod) => pod.state === 'terminating') ?? this.random.pick(pods)
    );
  }

  /** Adversarial: no time, the longest, and any time between are equally likely. Constant rate: most are short. */
  private duration(): number {
    if (!this.isAdversarial && this.random.next() < 0.95)
      return Math.min(200, this.longestRequestMs) * this.random.next();
    const kind = this.random.next() * 3;
    if (kind < 1) return 0;
    return kind < 2 ? this.longestRequestMs : Math.floor(this.random.next() * this.longestRequestMs);
  }

  private lose({ proxy, subset: version }: Sent, cause: Cause, blame: Blame): void {
    this.lost.push({ atMs: this.simulation.nowMs, proxy: proxy.name, version, cause, blame, isStream: false });
  }
}

/** A request for which a proxy has chosen a cluster. */
interface Sent {
  readonly proxy: Proxy;
  readonly subset: string;
  /** Who wrote the route by which it was chosen. */
  readonly sentBy: Writer;
  /** What is left of the longest request. */
  readonly restMs: number;
}

/** Foreign: somebody else's route or subsets are in effect, or a cluster that they removed is not back yet. */
function blameForCluster({ proxy, subset, sentBy }: Sent): Blame {
  return sentBy === 'foreign' || proxy.clusters.isTakenByOthers(subset) ? 'foreign' : 'order';
}

function blameForEndpoints(sent: Sent, { endpoints }: ProxyCluster): Blame {
  return endpoints.isDisturbed ? 'accident' : blameForCluster(sent);
}

function blameForPod(sent: Sent, pod: Pod): Blame {
  if (pod.deletedBy === undefined || pod.deletedBy === 'accident') return 'accident';
  return blameForCluster(sent);
}
