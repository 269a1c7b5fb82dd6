/** Counts calls, so that a shutdown can wait for them. */
export class CallsInProgress {
  readonly #waiting = new Set<() => void>();
  #count = 0;

  /** Notes that a call begins; the function returned notes that it has ended. */
  begin(): () => void {
    this.#count += 1;
    return () => {
      this.#count -= 1;
      if (this.#count === 0) {
        for (const resolve of this.#waiting) {
          resolve();
        }
        this.#waiting.clear();
      }
    };
  }

  /** Settles when no call is in progress, or after so long. */
  async finished(timeoutMs: number): Promise<void> {
    if (this.#count === 0) {
      return;
    }
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    });
    const none = new Promise<void>((resolve) => this.#waiting.add(resolve));
    await Promise.race([none, timeout]);
    clearTimeout(timer);
  }
}
