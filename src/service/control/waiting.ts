/** Whoever waits until something changes. */
export class Waiting {
  readonly #wakers = new Set<() => void>();

  /** Everyone who waits looks again. */
  wake(): void {
    const all = [...this.#wakers];
    this.#wakers.clear();
    for (const wake of all) wake();
  }

  /** Settles at the next change with true, or after `ms` with false. */
  next(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(
        () => {
          this.#wakers.delete(wake);
          resolve(false);
        },
        Math.max(0, ms),
      );
      this.#wakers.add(wake);
    });
  }
}
