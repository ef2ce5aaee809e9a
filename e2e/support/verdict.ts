/** What a scenario concludes from its counts. */
import type { FortioSummary } from './fortio';
import type { Summary } from '../load/tally';
import type { Trial } from './trial';

/** The load was not what it claims to be, so that nothing lost proves nothing: neither passed nor failed, but not measured. */
export class PaceNotHeld extends Error {
  override readonly name = 'PaceNotHeld';
}

/**
 * A request that was sent and lost is a loss at any pace. None lost counts only if the load was there.
 */
export function expectNothingLost(...summaries: readonly Summary[]): void {
  for (const { load, requests, lost, byCause } of summaries) {
    if (lost === 0) continue;
    throw new Error(
      `load ${load}: expected ${requests} of ${requests} answered 200, lost ${lost}: ${JSON.stringify(byCause)}`,
    );
  }
  for (const { load, requests, pace } of summaries) {
    if (pace.held && requests > 0) continue;
    const found = `${pace.onTime} of ${requests} on time, ${pace.unsent} never sent, the worst ${pace.worstLagMs} ms late`;
    throw new PaceNotHeld(`load ${load}: expected ${pace.wantedPerSecond} requests per second held, found ${found}`);
  }
}

export function expectFortioAgrees(fortio: FortioSummary, lost: 'nothing' | 'something'): void {
  if (fortio.requests > 0 && fortio.lost > 0 === (lost === 'something')) return;
  throw new Error(`Fortio: expected ${lost} lost, found ${fortio.lost} of ${fortio.requests}`);
}

/**
 * A negative control: does what is known to be dangerous, again if it went well by luck, until a request is lost. If none
 * ever is, the instrument is blind, and what it says about every other scenario is worth nothing.
 */
export async function expectLossWithin(
  trial: Trial,
  attempts: number,
  attempt: (number: number) => Promise<boolean>,
): Promise<void> {
  for (let number = 1; number <= attempts; number += 1) {
    const lost = await attempt(number);
    trial.note(`attempt ${number}: ${lost ? 'lost requests, as it must' : 'lost nothing'}`);
    if (lost) return;
  }
  throw new Error(`expected lost requests within ${attempts} attempts, found none: the instrument is blind`);
}
