/** A source of the current instant. Everything that needs "now" takes one, so that tests decide what time it is. */
export interface Clock {
  /** The current instant. */
  now(): Date;
}

/** The clock of the machine. */
export const systemClock: Clock = { now: () => new Date() };
