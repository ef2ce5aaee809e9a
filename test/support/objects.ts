/** Reads rendered manifests as the YAML they become: plain data, without the types that wrote them. */
import type { Manifest } from '../../model';

export type Labels = Readonly<Record<string, string>>;

export interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string | number };
  readonly exec?: { readonly command: readonly string[] };
  readonly periodSeconds: number;
  readonly failureThreshold: number;
  readonly timeoutSeconds: number;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly lifecycle?: { readonly preStop?: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
  readonly ports: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly resources: unknown;
  readonly securityContext: unknown;
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
}

export interface Deployment extends Manifest {
  readonly spec: {
    readonly replicas?: number;
    readonly minReadySeconds: number;
    readonly progressDeadlineSeconds: number;
    readonly revisionHistoryLimit: number;
    readonly strategy: { readonly rollingUpdate: unknown };
    readonly selector: { readonly matchLabels: Labels };
    readonly template: {
      readonly metadata: { readonly labels: Labels; readonly annotations: Labels };
      readonly spec: {
        readonly automountServiceAccountToken: boolean;
        readonly containers: readonly Container[];
        readonly priorityClassName?: string;
        readonly securityContext: { readonly runAsUser: number };
        readonly serviceAccountName: string;
        readonly terminationGracePeriodSeconds: number;
        readonly topologySpreadConstraints: readonly { readonly labelSelector: { readonly matchLabels: Labels } }[];
      };
    };
  };
}

export interface DisruptionBudget extends Manifest {
  readonly spec: { readonly maxUnavailable: number; readonly selector: { readonly matchLabels: Labels } };
}

export interface Service extends Manifest {
  readonly spec: { readonly selector: Labels; readonly ports: readonly Readonly<Record<string, unknown>>[] };
}

export interface DestinationRule extends Manifest {
  readonly spec: {
    readonly host: string;
    readonly subsets: readonly { readonly name: string; readonly labels: Labels }[];
    readonly trafficPolicy: {
      readonly connectionPool: { readonly http: { readonly idleTimeout: string }; readonly tcp?: unknown };
      readonly outlierDetection?: unknown;
    };
  };
}

export interface Route {
  readonly name: string;
  readonly match?: unknown;
  readonly retries?: unknown;
  readonly timeout?: string;
  readonly route: readonly {
    readonly weight: number;
    readonly destination: { readonly host: string; readonly subset: string };
  }[];
}

export interface VirtualService extends Manifest {
  readonly spec: { readonly hosts: readonly string[]; readonly gateways: readonly string[]; readonly http: Route[] };
}

export function ofKind<T extends Manifest>(manifests: readonly Manifest[], kind: string): T[] {
  return manifests.filter((manifest) => manifest.kind === kind) as T[];
}

/** The only object of a kind. */
export function theOnly<T extends Manifest>(manifests: readonly Manifest[], kind: string): T {
  const [first, ...others] = ofKind<T>(manifests, kind);
  if (!first || others.length > 0) throw new Error(`expected one ${kind}, found ${first ? others.length + 1 : 0}`);
  return first;
}

export function containerOf(deployment: Deployment): Container {
  const [first, ...others] = deployment.spec.template.spec.containers;
  if (!first || others.length > 0) throw new Error('expected one container');
  return first;
}

export function environmentOf(deployment: Deployment): Record<string, string> {
  return Object.fromEntries(containerOf(deployment).env.map(({ name, value }) => [name, value]));
}

/** Whether the pods with these labels are all selected, by the rules of Kubernetes. */
export function selects(selector: Labels, podLabels: Labels): boolean {
  return Object.entries(selector).every(([label, value]) => podLabels[label] === value);
}
