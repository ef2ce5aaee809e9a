/** Everything of the process that a command may touch, so that commands run in tests without one. */
import type { ServiceShape } from '../manifests';
import type { ConnectionOptions } from './kubernetes/connection';
import type { Reach } from './kubernetes/reach';
import type { Cluster } from './istio/cluster';
import type { Examination } from './istio/kubernetes/examination';
import type { Clock } from './core/clock';
import type { Keyboard } from './core/keyboard';
import type { RollingCluster } from './rolling/cluster';
import type { Synth } from './synth/synth';

export interface Io {
  /** Results. */
  readonly out: (text: string) => void;
  /** Progress, warnings, refusals. */
  readonly err: (text: string) => void;
  /** Colours and a live line, only on a terminal. */
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Where a person can type while a release runs; only of a terminal. */
  readonly keyboard?: Keyboard;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string;
  readonly synth: Synth;
  readonly clock: Clock;
  /** `carried` is what synth wrote of the service; commands that create nothing do without. */
  readonly connect: (options: ConnectionOptions, carried?: ServiceShape) => Promise<Cluster>;
  /** For the profile rolling-update. */
  readonly connectRolling: (options: ConnectionOptions) => Promise<RollingCluster>;
  /** The API server itself, for commands that look at what no release knows yet. */
  readonly reach: (options: ConnectionOptions) => Reach;
  /** The same, and proxies as a release asks them. */
  readonly examine: (options: ConnectionOptions) => Examination;
  /** A new one each time: lower-case letters and digits. */
  readonly newId: () => string;
  /** Unique to this process. */
  readonly holder: string;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly stop: AbortSignal;
}
