/** The Deployment controller and the kubelet, as far as a rolling update depends on them. Each pass moves one pod at most. */
import { createHash } from 'node:crypto';
import { canonical, fieldsOf, listOf, specOf, type Fields } from '../../../manifests';
import type { Manifest } from '../../../model';
import { preStopSeconds } from '../../../driver/rolling/kubernetes/replica-sets';
import type { MemoryApi, Stored } from './memory-api';

export interface Faults {
  /** By image: why its pods never become ready. */
  readonly broken?: Readonly<Record<string, 'image' | 'probe'>>;
  readonly replicaFailure?: string;
  readonly isControllerAsleep?: boolean;
  readonly hasMissedDeadline?: boolean;
  /** Old pods never end. */
  readonly neverEnds?: boolean;
  /** From the creation of a pod until it is ready. */
  readonly startMs?: number;
}

/** What the kubelet knows of a pod, and no object says. */
export interface PodLife {
  readonly readyAtMs: number;
  /** From its deletion it serves until then. */
  servesUntilMs: number;
  goneAtMs: number;
  isEnding: boolean;
}

const hashLabel = 'pod-template-hash';
const revision = 'deployment.kubernetes.io/revision';

export class DeploymentController {
  faults: Faults = {};
  readonly lives = new Map<string, PodLife>();
  private count = 0;

  constructor(
    private readonly api: MemoryApi,
    private readonly namespace: string,
  ) {}

  path(kind: string, name: string): string {
    return `${this.collection(kind)}/${name}`;
  }

  collection(kind: string): string {
    const apis: Readonly<Record<string, string>> = { pods: '/api/v1', services: '/api/v1', configmaps: '/api/v1' };
    return `${apis[kind] ?? '/apis/apps/v1'}/namespaces/${this.namespace}/${kind}`;
  }

  pods(): Stored[] {
    return this.api.all(this.collection('pods'));
  }

  isReady(pod: Stored, nowMs: number): boolean {
    const life = this.lives.get(pod.metadata.name);
    return life !== undefined && !life.isEnding && life.readyAtMs <= nowMs;
  }

  /** Whether a process listens behind it: while it ends, as long as its preStop hook and its drain take. */
  serves(pod: Stored, nowMs: number): boolean {
    const life = this.lives.get(pod.metadata.name);
    return life !== undefined && life.readyAtMs <= nowMs && nowMs < life.servesUntilMs;
  }

  pass(nowMs: number): void {
    this.kubelet(nowMs);
    for (const deployment of this.api.all(this.collection('deployments')))
      if (!this.faults.isControllerAsleep) this.control(deployment, nowMs);
  }

  private kubelet(nowMs: number): void {
    for (const pod of this.pods()) {
      const life = this.lives.get(pod.metadata.name);
      if (!life) continue;
      const fault = this.faults.broken?.[imageOf(fieldsOf(pod.spec))];
      if (fault === 'probe' && !life.isEnding) this.tellProbe(pod);
      if (life.goneAtMs <= nowMs) this.api.remove(this.path('pods', pod.metadata.name));
      else this.api.noteStatus(this.path('pods', pod.metadata.name), this.podStatus(pod, nowMs));
    }
  }

  private tellProbe({ metadata: { name } }: Stored): void {
    const path = `/api/v1/namespaces/${this.namespace}/events/${name}`;
    const event = { metadata: { name }, message: 'Readiness probe failed: 503', involvedObject: { name } };
    this.api.put(path, event, 'kubelet');
  }

  private podStatus(pod: Stored, nowMs: number): Fields {
    const isReady = this.isReady(pod, nowMs);
    const fault = this.faults.broken?.[imageOf(fieldsOf(pod.spec))];
    const waiting = fault === 'image' ? { waiting: { reason: 'ImagePullBackOff' } } : { running: {} };
    return {
      phase: 'Running',
      podIP: `10.1.0.${pod.metadata.name.replace('pod-', '')}`,
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
      containerStatuses: [{ name: 'service', ready: isReady, restartCount: 0, state: waiting }],
    };
  }

  private control(deployment: Stored, nowMs: number): void {
    const path = this.path('deployments', deployment.metadata.name);
    const sets = this.setsOf(deployment);
    const isPaused = specOf(deployment as unknown as Manifest).paused === true;
    const newest = sets.find((set) => isSameTemplate(set, deployment));
    if (!newest && !isPaused) this.createSet(deployment, sets);
    if (newest && !isPaused) {
      this.raise(newest, sets);
      this.replace(deployment, newest, nowMs);
    }
    this.writeStatus(path, deployment, nowMs);
  }

  setsOf({ metadata }: Stored): Stored[] {
    return this.api
      .all(this.collection('replicasets'))
      .filter((set) => listOf(set.metadata.ownerReferences).some(({ uid }) => uid === metadata.uid));
  }

  podsOf(set: Stored): Stored[] {
    return this.pods().filter(({ metadata }) =>
      listOf(metadata.ownerReferences).some(({ uid }) => uid === set.metadata.uid),
    );
  }

  private createSet(deployment: Stored, sets: readonly Stored[]): void {
    const template = fieldsOf(fieldsOf(deployment.spec).template);
    const hash = createHash('sha256').update(canonical(template)).digest('hex').slice(0, 8);
    const metadata = fieldsOf(template.metadata);
    const labels = { ...fieldsOf(metadata.labels), [hashLabel]: hash };
    const name = `${deployment.metadata.name}-${hash}`;
    const own = { name, labels, annotations: { [revision]: String(revisionOf(sets) + 1) }, ...ownedBy(deployment) };
    const spec = { template: { ...template, metadata: { ...metadata, labels } } };
    this.api.put(this.path('replicasets', name), { metadata: own, spec }, 'kube-controller-manager');
  }

  private raise(newest: Stored, sets: readonly Stored[]): void {
    const others = sets.filter((set) => set.metadata.name !== newest.metadata.name);
    if (revisionOf([newest]) > revisionOf(others)) return;
    this.api.note(this.path('replicasets', newest.metadata.name), (set) => ({
      ...set,
      metadata: { ...set.metadata, annotations: { [revision]: String(revisionOf(others) + 1) } },
    }));
  }

  private replace(deployment: Stored, newest: Stored, nowMs: number): void {
    const spec = fieldsOf(deployment.spec);
    const wanted = Number(spec.replicas ?? 1);
    const { maxSurge, maxUnavailable } = fieldsOf(fieldsOf(spec.strategy).rollingUpdate);
    const isRecreate = fieldsOf(spec.strategy).type === 'Recreate';
    const [surge, missing] = isRecreate
      ? [0, wanted]
      : [part(maxSurge, wanted, Math.ceil), part(maxUnavailable, wanted, Math.floor)];
    const living = (set: Stored) => this.podsOf(set).filter((pod) => !this.lives.get(pod.metadata.name)?.isEnding);
    const fresh = living(newest);
    const old = this.setsOf(deployment)
      .filter((set) => set.metadata.name !== newest.metadata.name)
      .flatMap(living);
    const available = [...fresh, ...old].filter((pod) => this.isReady(pod, nowMs)).length;
    const idle = old.find((pod) => !this.isReady(pod, nowMs));
    if (idle) return this.end(idle, nowMs);
    const [oldest] = old;
    if (oldest && available - 1 >= wanted - missing) return this.end(oldest, nowMs);
    const surplus = fresh.length > wanted ? fresh.at(-1) : undefined;
    if (surplus) return this.end(surplus, nowMs);
    if (fresh.length < wanted && fresh.length + old.length < wanted + surge && !this.faults.replicaFailure)
      this.create(newest, nowMs);
  }

  private create(set: Stored, nowMs: number): void {
    const template = fieldsOf(fieldsOf(set.spec).template);
    const name = `pod-${++this.count}`;
    const labels = fieldsOf(fieldsOf(template.metadata).labels);
    this.api.put(
      this.path('pods', name),
      { metadata: { name, labels, ...ownedBy(set) }, spec: template.spec },
      'kubelet',
    );
    const isBroken = this.faults.broken?.[imageOf(fieldsOf(template.spec))] !== undefined;
    const readyAtMs = isBroken ? Infinity : nowMs + (this.faults.startMs ?? 2_000);
    this.lives.set(name, { readyAtMs, servesUntilMs: Infinity, goneAtMs: Infinity, isEnding: false });
  }

  /** Deletes a pod: its preStop hook runs, then it ends within a second. */
  end(pod: Stored, nowMs: number): void {
    const { name } = pod.metadata;
    const life = this.lives.get(name);
    if (!life || life.isEnding) return;
    const [container] = listOf(fieldsOf(pod.spec).containers);
    const seconds = preStopSeconds(fieldsOf(container?.lifecycle).preStop as never);
    life.isEnding = true;
    life.servesUntilMs = nowMs + (seconds === 'unknown' ? 0 : seconds) * 1_000;
    life.goneAtMs = this.faults.neverEnds ? Infinity : life.servesUntilMs + 1_000;
    const deletionTimestamp = new Date(0).toISOString();
    this.api.note(this.path('pods', name), (live) => ({ ...live, metadata: { ...live.metadata, deletionTimestamp } }));
  }

  private writeStatus(path: string, deployment: Stored, nowMs: number): void {
    const now = this.api.read(path);
    const sets = this.setsOf(deployment);
    const count = (pods: readonly Stored[]) =>
      pods.filter((pod) => !this.lives.get(pod.metadata.name)?.isEnding).length;
    const availableOf = (set: Stored) => this.podsOf(set).filter((pod) => this.isReady(pod, nowMs)).length;
    for (const set of sets)
      this.api.noteStatus(this.path('replicasets', set.metadata.name), { availableReplicas: availableOf(set) });
    const newest = sets.find((set) => now && isSameTemplate(set, now));
    const status = {
      observedGeneration: now?.metadata.generation,
      replicas: sets.map((set) => count(this.podsOf(set))).reduce((a, b) => a + b, 0),
      updatedReplicas: newest ? count(this.podsOf(newest)) : 0,
      availableReplicas: sets.map(availableOf).reduce((a, b) => a + b, 0),
      conditions: this.conditions(),
    };
    this.api.noteStatus(path, status);
  }

  private conditions(): Fields[] {
    const { replicaFailure, hasMissedDeadline } = this.faults;
    return [
      ...(replicaFailure ? [{ type: 'ReplicaFailure', status: 'True', message: replicaFailure }] : []),
      ...(hasMissedDeadline ? [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }] : []),
    ];
  }
}

function ownedBy({ metadata }: Stored) {
  return { ownerReferences: [{ uid: metadata.uid, controller: true }] };
}

function revisionOf(sets: readonly Stored[]): number {
  return Math.max(0, ...sets.map(({ metadata }) => Number(fieldsOf(metadata.annotations)[revision] ?? 0)));
}

/** Templates are never changed, only replaced: each is written out once. */
const written = new WeakMap<object, string>();

function textOf(template: Fields): string {
  const known = written.get(template);
  if (known !== undefined) return known;
  const metadata = fieldsOf(template.metadata);
  const { [hashLabel]: _, ...labels } = fieldsOf(metadata.labels);
  const text = canonical({ ...template, metadata: { ...metadata, labels } });
  written.set(template, text);
  return text;
}

function isSameTemplate(set: Stored, deployment: Stored): boolean {
  return textOf(fieldsOf(fieldsOf(set.spec).template)) === textOf(fieldsOf(fieldsOf(deployment.spec).template));
}

function imageOf(spec: Fields): string {
  const [container] = listOf(spec.containers);
  return typeof container?.image === 'string' ? container.image : '';
}

function part(value: unknown, wanted: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value;
  return round((Number.parseInt(typeof value === 'string' ? value : '25%', 10) / 100) * wanted);
}
