/** What a client asked for. */
export type Operation =
  | "book"
  | "hold"
  | "take"
  | "release"
  | "confirm"
  | "decline"
  | "cancel"
  | "reschedule"
  | "accept"
  | "recur"
  | "skip"
  | "cancelSeries";

/** A booking as an answer told it. */
export interface Told {
  readonly id: string;
  readonly typeId: string;
  readonly status: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly version: number;
  readonly calendarIds: readonly string[];
}

/** What became of a request: "unknown" where no answer came, however often it was repeated. */
export type Outcome = "ok" | "refused" | "unknown";

/** One request, from its first try to its answer. */
export interface Entry {
  readonly client: number;
  readonly operation: Operation;
  readonly requestId: string;
  /** The booking that it is about; empty for one that it makes. */
  readonly bookingId: string;
  /** Address of who books; one of its own for each request that makes a booking. Empty for others. */
  readonly guest: string;
  readonly askedMs: number;
  readonly answeredMs: number;
  readonly tries: number;
  readonly outcome: Outcome;
  /** Code and reason of a refusal. */
  readonly reason: string;
  /** The bookings of each answer; a request that was sent twice at once has two answers. */
  readonly told: readonly Told[];
}

/** All that clients saw. */
export interface History {
  readonly entries: readonly Entry[];
  /** Every booking that an answer told, also while the run goes on, for clients to work on. */
  readonly known: Known;
  add(entry: Entry): void;
}

/** What clients know of bookings, by what can be done with them. */
export interface Known {
  readonly holds: Told[];
  readonly pending: Told[];
  readonly standing: Told[];
  readonly offered: Told[];
  readonly series: string[];
}

/** Makes an empty history. */
export function createHistory(): History {
  const entries: Entry[] = [];
  const known: Known = { holds: [], pending: [], standing: [], offered: [], series: [] };
  const lists: Readonly<Record<string, Told[]>> = {
    hold: known.holds,
    pending: known.pending,
    confirmed: known.standing,
    waitlisted: known.offered,
  };
  return {
    entries,
    known,
    add(entry) {
      entries.push(entry);
      entry.told.slice(0, 1).forEach((told) => lists[told.status]?.push(told));
    },
  };
}
