/** What a client asked for. */
export type Operation =
  | "book"
  | "bookListed"
  | "visit"
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

/** A client asked for a booking of the other organization, by its id: to read it, or to change it. */
export interface Trespass {
  readonly operation: "get" | "cancel" | "reschedule";
  readonly bookingId: string;
  /** "ok", or code and reason of the refusal. */
  readonly outcome: string;
}

/** A visitor of a public page was told that a booking is made. */
export interface Visit {
  readonly guest: string;
  readonly bookingId: string;
  readonly startMs: number;
}

/** A client read a booking. */
export interface Read {
  readonly bookingId: string;
  readonly askedMs: number;
  /** "ok", or code and reason of the refusal. */
  readonly outcome: string;
  readonly told: Told | undefined;
}

/** All that clients saw. */
export interface History {
  readonly entries: readonly Entry[];
  /** Every answer to a visitor; more than one where a request was sent again. */
  readonly visits: Visit[];
  readonly reads: Read[];
  /** What clients of this organization tried on the other's bookings. */
  readonly trespasses: Trespass[];
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
    visits: [],
    reads: [],
    trespasses: [],
    known,
    add(entry) {
      entries.push(entry);
      entry.told.slice(0, 1).forEach((told) => lists[told.status]?.push(told));
    },
  };
}
