/**
 * The one loop of both kinds of release: hold the lease, take a turn, wait for an API server that is away, stop when a person
 * says so, and give the lease back whatever happens. What a turn does differs by kind.
 */
import { Absences, type Absence } from './absence';
import type { Clock } from './clock';
import type { Ending } from './ending';
import { leaseKeeper, type Hold } from './lease-keeper';
import type { Lock } from './lock';
import type { NamespacedName } from './namespaced-name';

export interface Loop {
  readonly service: NamespacedName;
  readonly lock: Lock;
  readonly clock: Clock;
  /** Who holds the lock: unique to this process. */
  readonly holder: string;
  /** Aborted when a person stops this driver. */
  readonly stop: AbortSignal;
  readonly pollMs: number;
  /** How long the API server may be away. */
  readonly awayLimitMs: number;
  /** Look, decide, make at most one write, and wait; an ending when nothing is left that this driver may do. */
  readonly turn: (hold: Hold) => Promise<Ending | undefined>;
  /** Called when the API server is away, or the lock was lost for a while: what had to be seen without a break has had one. */
  readonly forget: () => void;
  readonly tell: (absence: Absence) => void;
  /** Where a release under way stands; undefined while nothing was written. */
  readonly underWay?: () => string | undefined;
  /** What goes on in the cluster when this driver has been stopped. */
  readonly whenStopped: string;
}

export async function loop(input: Loop): Promise<Ending> {
  const { stop, turn, forget, whenStopped } = input;
  const lease = leaseKeeper({ ...input, broken: forget });
  const tell = (absence: Absence) => {
    if (absence.event !== 'back') forget();
    input.tell(absence);
  };
  const absences = new Absences({ ...input, tell });
  const leasedTurn = async (): Promise<Ending | undefined> => {
    const lost = await lease.keep();
    if (lost === undefined) return turn(lease);
    // Stopped while nobody could tell yet whether its holder is alive.
    return stop.aborted ? undefined : { outcome: 'locked', because: lost };
  };
  try {
    while (!stop.aborted) {
      const ending = await absences.through(leasedTurn);
      if (ending) return ending;
    }
    return { outcome: 'stopped', because: `stopped by a person; ${whenStopped}` };
  } finally {
    await lease.giveBack();
  }
}
