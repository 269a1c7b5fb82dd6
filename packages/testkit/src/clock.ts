/** A clock that stands still until a test moves it. */
export interface TestClock {
  now(): Date;
  /** Jumps to an instant. */
  set(to: Date): void;
  /** Goes forward by milliseconds. */
  advance(ms: number): void;
}

/** Makes a clock that shows an instant. */
export function createTestClock(start: Date): TestClock {
  let nowMs = start.getTime();
  return {
    now: () => new Date(nowMs),
    set(to) {
      nowMs = to.getTime();
    },
    advance(ms) {
      nowMs += ms;
    },
  };
}
