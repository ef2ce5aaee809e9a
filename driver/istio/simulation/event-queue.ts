/** Events to come, earliest first. Events of the same instant happen in the order in which they were planned. */
export interface Event {
  readonly atMs: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** A binary heap, for speed: one test simulates tens of thousands of releases. */
export class EventQueue {
  private readonly heap: Event[] = [];
  private planned = 0;

  add(atMs: number, run: () => void): Event {
    const event: Event = { atMs, order: this.planned++, run };
    this.heap.push(event);
    this.rise(this.heap.length - 1);
    return event;
  }

  /** Takes the earliest event out; undefined when there is none. */
  take(): Event | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (this.heap.length > 0 && last) {
      this.heap[0] = last;
      this.sink();
    }
    return first;
  }

  private rise(from: number): void {
    const { heap } = this;
    const event = heap[from] as Event;
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      if (!isBefore(event, heap[above] as Event)) break;
      heap[index] = heap[above] as Event;
      index = above;
    }
    heap[index] = event;
  }

  private sink(): void {
    const { heap } = this;
    const event = heap[0] as Event;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Event, heap[below] as Event)) below++;
      if (!isBefore(heap[below] as Event, event)) break;
      heap[index] = heap[below] as Event;
      index = below;
    }
    heap[index] = event;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
