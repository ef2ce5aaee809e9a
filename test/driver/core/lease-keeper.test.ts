/** S5: the lock is kept while a look takes long, and nobody acts on a look that is older than the hold of the lock. */
import { leaseKeeper } from '../../../driver/core/lease-keeper';
import type { Clock } from '../../../driver/core/clock';
import type { Lock } from '../../../driver/core/lock';

const service = { namespace: 'shop', name: 'demo' };

/** Two clocks, which a test sets as it likes; what is repeated runs when `pass` reaches its time. */
class Clocks implements Clock {
  private ms = 0;
  private wall = 0;
  private readonly repeated: { everyMs: number; nextMs: number; run: () => void }[] = [];

  monotonicMs = () => this.ms;
  nowMs = () => this.wall;
  sleep = () => Promise.resolve();

  repeat = (everyMs: number, run: () => void) => {
    const one = { everyMs, nextMs: this.ms + everyMs, run };
    this.repeated.push(one);
    return () => void this.repeated.splice(this.repeated.indexOf(one), 1);
  };

  async pass(ms: number): Promise<void> {
    for (const endMs = this.ms + ms; this.ms < endMs;) {
      this.ms += 500;
      this.wall += 500;
      for (const one of this.repeated.filter(({ nextMs }) => nextMs <= this.ms)) {
        one.nextMs = this.ms + one.everyMs;
        one.run();
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** The machine sleeps: its own clock stands still. */
  suspend(ms: number): void {
    this.wall += ms;
  }

  /** Somebody sets the clock on the wall. */
  set(ms: number): void {
    this.wall += ms;
  }
}

function keeping() {
  const clock = new Clocks();
  const told = { locks: 0, given: 0, broken: 0 };
  let holder: string | undefined;
  let failure: Error | undefined;
  const lock: Lock = {
    lock: (_, wanted) => {
      if (failure) return Promise.reject(failure);
      told.locks++;
      holder ??= wanted;
      return Promise.resolve(holder === wanted ? { held: true } : { held: false, holder, since: 'now' });
    },
    unlock: () => ((holder = undefined), told.given++, Promise.resolve()),
  };
  const keeper = leaseKeeper({ service, lock, clock, holder: 'me', broken: () => told.broken++ });
  return {
    clock,
    told,
    keeper,
    take: (who: string | undefined) => (holder = who),
    away: (error: Error | undefined) => (failure = error),
  };
}

test('the lock is renewed while a look takes a minute, and the look may be acted on', async () => {
  const { clock, told, keeper } = keeping();
  await keeper.keep();
  const beganMs = clock.monotonicMs();
  await clock.pass(60_000);
  expect(told.locks).toBeGreaterThanOrEqual(12);
  expect(keeper.covers(beganMs)).toBe(true);
});

test('nothing is renewed after it was given back', async () => {
  const { clock, told, keeper } = keeping();
  await keeper.keep();
  await keeper.giveBack();
  const { locks } = told;
  await clock.pass(60_000);
  expect(told).toMatchObject({ locks, given: 1 });
});

test('a look from before the lock was ours may not be acted on', async () => {
  const { clock, keeper } = keeping();
  const beganMs = clock.monotonicMs();
  await clock.pass(1_000);
  expect(keeper.covers(beganMs)).toBe(false);
  await keeper.keep();
  expect(keeper.covers(beganMs)).toBe(false);
  expect(keeper.covers(clock.monotonicMs())).toBe(true);
});

test('a lock that could not be renewed may be acted on no more, before it expires', async () => {
  const { clock, keeper, away } = keeping();
  await keeper.keep();
  const beganMs = clock.monotonicMs();
  away(new Error('away'));
  await clock.pass(9_000);
  expect(keeper.covers(beganMs)).toBe(true);
  await clock.pass(1_500);
  expect(keeper.covers(beganMs)).toBe(false);
  away(undefined);
  await keeper.keep();
  expect(keeper.covers(beganMs)).toBe(true);
});

test('after a gap in which nobody renewed it, one has to look again, and is told that something may have happened', async () => {
  const { clock, told, keeper, away } = keeping();
  await keeper.keep();
  const beganMs = clock.monotonicMs();
  away(new Error('away'));
  await clock.pass(20_000);
  away(undefined);
  await keeper.keep();
  expect(keeper.covers(beganMs)).toBe(false);
  expect(keeper.covers(clock.monotonicMs())).toBe(true);
  expect(told.broken).toBe(1);
});

test('a laptop that slept has to look again before any write', async () => {
  const { clock, told, keeper } = keeping();
  await keeper.keep();
  const beganMs = clock.monotonicMs();
  clock.suspend(3_600_000);
  expect(keeper.covers(beganMs)).toBe(false);
  await clock.pass(5_000);
  await keeper.keep();
  expect(keeper.covers(beganMs)).toBe(false);
  expect(told.broken).toBe(1);
});

test('a clock that is set back keeps no lock alive', async () => {
  const { clock, keeper, away } = keeping();
  await keeper.keep();
  const beganMs = clock.monotonicMs();
  away(new Error('away'));
  clock.set(-3_600_000);
  await clock.pass(11_000);
  expect(keeper.covers(beganMs)).toBe(false);
});

test('a lock that somebody else has taken is found out in the background, and by the next turn', async () => {
  const { clock, keeper, take } = keeping();
  await keeper.keep();
  const beganMs = clock.monotonicMs();
  take('somebody');
  await clock.pass(6_000);
  expect(keeper.covers(beganMs)).toBe(false);
  expect(await keeper.keep()).toBe('somebody holds the lock since now');
});

test('a lock that somebody else had for a moment is a break, too', async () => {
  const { clock, told, keeper, take } = keeping();
  await keeper.keep();
  const beganMs = clock.monotonicMs();
  take('somebody');
  await clock.pass(6_000);
  take(undefined);
  expect(await keeper.keep()).toBeUndefined();
  expect(keeper.covers(beganMs)).toBe(false);
  expect(told.broken).toBe(1);
});
