/**
 * Kubernetes Events on the VirtualService, for who looks at it by kubectl: one for each step and one for the ending. A release never
 * waits for one, and goes on without the right to write them.
 */
import { messageOf, type Release } from '../../model';
import type { Clock } from '../core/clock';
import type { Ending } from '../core/ending';
import type { Announcement } from './announcement';
import type { Cluster } from './cluster';
import { endedElsewhere } from './ended-by-history';
import type { Event, EventSink } from './events';
import type { ReleaseRecord } from './record';
import { describeStep } from './words';

interface Announced {
  readonly cluster: Pick<Cluster, 'announce'>;
  readonly release: Release;
  readonly clock: Clock;
  readonly emit: EventSink;
}

/** For those that are still on their way when the release has ended. */
const lastMs = 2_000;

export class Announcer {
  private step = '';
  private hasFailed = false;
  private sending: Promise<void> = Promise.resolve();

  constructor(private readonly announced: Announced) {}

  hear(event: Event): void {
    const record = event.event === 'decided' ? event.seen.route?.record : undefined;
    if (!record) return;
    const step = `${record.id} ${record.mode} ${record.step}`;
    if (step === this.step) return;
    this.step = step;
    this.send({ type: 'Normal', reason: 'ReleaseStep', note: noteOf(record, this.announced.release) });
  }

  /** Of a release that this driver has had a part in, and that nobody else has announced the end of. */
  async end({ outcome, code, because }: Ending): Promise<void> {
    if (this.step === '' || outcome === 'locked' || code === endedElsewhere) return;
    const type = ['completed', 'drained', 'stopped'].includes(outcome) ? 'Normal' : 'Warning';
    this.send({ type, reason: reasons[outcome], note: `${outcome}: ${because}` });
    const over = new AbortController();
    await Promise.race([this.sending, this.announced.clock.sleep(lastMs, over.signal)]);
    over.abort();
  }

  /** One after the other, so that they are in order. */
  private send(announcement: Announcement): void {
    const { cluster, release } = this.announced;
    if (!cluster.announce) return;
    const sent = async () => {
      if (!this.hasFailed) await cluster.announce?.(release, announcement);
    };
    this.sending = this.sending.then(sent).catch((error: unknown) => this.fail(messageOf(error)));
  }

  /** Said once: it would be so each time. */
  private fail(because: string): void {
    this.hasFailed = true;
    this.announced.emit({ event: 'unannounced', because });
  }
}

function noteOf(record: ReleaseRecord, release: Release): string {
  const step = describeStep(record, release);
  return record.mode === 'apply' ? step : `${record.stable} to ${record.canary}: ${step}`;
}

const reasons: Readonly<Record<Exclude<Ending['outcome'], 'locked'>, string>> = {
  completed: 'ReleaseCompleted',
  drained: 'ReleaseDrained',
  aborted: 'ReleaseAborted',
  stopped: 'DriverStopped',
  held: 'ReleaseHeld',
  'timed-out': 'ReleaseTimedOut',
  interrupted: 'ReleaseInterrupted',
};
