/** What the deciding function is asked. */
import type { Release } from '../../model';
import type { Exception } from './exceptions';
import type { Memory } from './memory';
import type { Observation } from './observation';
import type { ReleaseRecord } from './record';
import type { Order } from './stages';

export interface Question {
  readonly release: Release;
  readonly order: Order;
  readonly seen: Observation;
  readonly memory: Memory;
  readonly gateLimitMs: number;
  /** Of a release that begins now: lower-case letters and digits. */
  readonly releaseId: string;
  /** What a release that begins now has on record of its beginning. */
  readonly begun?: Pick<ReleaseRecord, 'by' | 'command' | 'objects'>;
  /** What the person who started this driver has judged. */
  readonly exceptions?: readonly Exception[];
  /** This driver has made a write. From then on what its person asked for is on record, and others may ask for something else. */
  readonly hasWritten?: boolean;
  /** A person has looked at a change that somebody else made, and wants to go on from there. */
  readonly adopt?: boolean;
}
