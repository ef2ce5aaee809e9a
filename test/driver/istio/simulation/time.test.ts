import { Random, span } from '../../../../driver/istio/simulation';
import { EventQueue } from '../../../../driver/istio/simulation/event-queue';
import { Simulation } from '../../../../driver/istio/simulation/simulation';
import fc from 'fast-check';

const simulation = () => new Simulation(new Random(1));

describe('the event queue', () => {
  it('gives events by time, and events of one instant in the order in which they were planned', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (times) => {
        const queue = new EventQueue();
        times.forEach((atMs) => queue.add(atMs, () => undefined));
        const taken = times.map(() => queue.take());
        expect(queue.take()).toBeUndefined();
        const expected = times
          .map((atMs, order) => ({ atMs, order }))
          .sort((a, b) => a.atMs - b.atMs || a.order - b.order);
        expect(taken.map((event) => ({ atMs: event?.atMs, order: event?.order }))).toEqual(expected);
      }),
    );
  });
});

describe('virtual time', () => {
  it('lets hours pass at once, to the millisecond', async () => {
    const time = simulation();
    await time.sleep(3 * 3_600_000);
    expect(time.nowMs).toBe(10_800_000);
  });

  it('does not move while nobody waits', async () => {
    const time = simulation();
    let happened = false;
    time.after(10, () => (happened = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect({ happened, nowMs: time.nowMs }).toEqual({ happened: false, nowMs: 0 });
  });

  it('wakes several waiters in the order of their times, however many promises lie between', async () => {
    const time = simulation();
    const seen: string[] = [];
    const ticker = async (name: string, periodMs: number) => {
      for (let tick = 0; tick < 3; tick++) {
        await time.sleep(periodMs);
        for (let hop = 0; hop < 20; hop++) await Promise.resolve();
        seen.push(`${name} ${time.nowMs}`);
      }
    };
    await Promise.all([ticker('slow', 30), ticker('quick', 20)]);
    expect(seen).toEqual(['quick 20', 'slow 30', 'quick 40', 'slow 60', 'quick 60', 'slow 90']);
  });

  it('ends a sleep early and without an error when its signal is aborted', async () => {
    const time = simulation();
    const stop = new AbortController();
    time.after(50, () => stop.abort());
    await time.sleep(1_000, stop.signal);
    expect(time.nowMs).toBe(50);
    await time.sleep(1_000, stop.signal);
    expect(time.nowMs).toBe(50);
    await time.sleep(1_000);
    expect(time.nowMs).toBe(1_050);
  });

  it('tells every waiter of an error in an event', async () => {
    const time = simulation();
    time.after(5, () => {
      throw new Error('broken event');
    });
    await expect(time.sleep(10)).rejects.toThrow('broken event');
  });

  it('refuses a delay that is no number, as it would stop all clocks', async () => {
    await expect(simulation().sleep(Number.NaN)).rejects.toThrow('expected a delay in milliseconds, found NaN');
  });

  it('refuses a wait that nothing can end, instead of hanging', async () => {
    await expect(simulation().waitFor(() => undefined)).rejects.toThrow('found none');
  });
});

describe('a stream of random numbers', () => {
  it('is the same for the same seed and name, and different for others', () => {
    const draw = (seed: number, name: string) => {
      const random = new Random(seed).fork(name);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(draw(1, 'a')).toEqual(draw(1, 'a'));
    expect(draw(1, 'a')).not.toEqual(draw(2, 'a'));
    expect(draw(1, 'a')).not.toEqual(draw(1, 'b'));
  });

  it('reaches both ends of a span and nothing beyond', () => {
    const random = new Random(3);
    const drawn = new Set(Array.from({ length: 500 }, () => random.between(span(4, 7))));
    expect([...drawn].sort()).toEqual([4, 5, 6, 7]);
  });

  it('is spread evenly', () => {
    const random = new Random(4);
    const buckets = [0, 0, 0, 0];
    for (let draw = 0; draw < 8_000; draw++) {
      const bucket = Math.floor(random.next() * 4);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 2_000)).toBeLessThan(150);
  });
});
