/** A set that can be waited for: the drain ends when the last request, and the last connection, is gone. */
export class WatchedSet<T> extends Set<T> {
  #whenEmpty: (() => void)[] = [];

  override delete(value: T): boolean {
    const was = super.delete(value);
    if (this.size === 0) this.#whenEmpty.splice(0).forEach((resolve) => resolve());
    return was;
  }

  /** Resolves as soon as nothing is in it; what is added in the meantime counts too. */
  empty(): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }
}
