import type { Strategy } from "./appointment-type.ts";

/** A host with the numbers that a choice looks at. */
export interface Candidate {
  readonly calendarId: string;
  readonly weight: number;
  readonly priority: number;
  /** Whether it is free at the time. */
  readonly free: boolean;
  /** How far its bookings lag behind its share: above 0 it is owed some, below 0 it has had more. */
  readonly balance: number;
  /** Number of the round in which it was last chosen; 0 where it never was. */
  readonly lastRound: number;
  /** Minutes booked in the week of the booking, on the calendar of the type's zone; 0 unless the strategy is "load". */
  readonly weekMinutes: number;
}

/** What was decided, on which numbers. From its numbers a decision can be made again, and comes out the same. */
export interface Decision {
  readonly strategy: Strategy;
  readonly candidates: readonly Candidate[];
  readonly chosen: string;
}

/** Numbers that are equal but for rounding count as equal: shares such as 1/3 are not exact. */
const epsilon = 1e-9;

/** Chooses one of the hosts that are free; null where none is. */
export function chooseHost(strategy: Strategy, candidates: readonly Candidate[]): Decision | null {
  const competitors = competitorsOf(strategy, candidates);
  const allHere = competitors.every(({ priority }) => rivalsOf(strategy, candidates, priority).every(isFree));
  const chosen = chooseOf(strategy, competitors, allHere);
  return chosen === undefined ? null : { strategy, candidates, chosen: chosen.calendarId };
}

/**
 * The balances after a decision: each of those who competed is owed its share of the booking, and who got it has had
 * one. They sum up to the same as before, so that a cancelled booking can take its part back out, whatever came after.
 */
export function creditsOf({ strategy, candidates, chosen }: Decision): ReadonlyMap<string, number> {
  const competitors = strategy === "weighted" || strategy === "priority" ? competitorsOf(strategy, candidates) : [];
  const total = sumOf(competitors);
  const credits = competitors.map(({ calendarId, weight }) => [calendarId, weight / total] as const);
  const shares = new Map(credits);
  return competitors.length === 0 ? shares : shares.set(chosen, (shares.get(chosen) ?? 0) - 1);
}

/** Those between whom the strategy divides: who is free, and for "priority" of the highest rank among these. */
function competitorsOf(strategy: Strategy, candidates: readonly Candidate[]): readonly Candidate[] {
  const free = candidates.filter(isFree).toSorted(byCalendar);
  return rivalsOf(strategy, free, Math.max(...free.map(({ priority }) => priority)));
}

/** Who competes with a host of a rank. */
function rivalsOf(strategy: Strategy, candidates: readonly Candidate[], rank: number): readonly Candidate[] {
  return strategy === "priority" ? candidates.filter(({ priority }) => priority === rank) : candidates;
}

function isFree({ free }: Candidate): boolean {
  return free;
}

function chooseOf(strategy: Strategy, competitors: readonly Candidate[], allHere: boolean): Candidate | undefined {
  switch (strategy) {
    case "weighted":
    case "priority":
      return (allHere ? soonestBehind(competitors) : undefined) ?? mostOwed(competitors);
    case "least_recent":
      return competitors.toSorted((a, b) => a.lastRound - b.lastRound)[0];
    case "load":
      return competitors.toSorted((a, b) => a.weekMinutes - b.weekMinutes || a.lastRound - b.lastRound)[0];
  }
}

/**
 * Tijdeman's rule for the chairman assignment problem (1980): of those who are owed enough to be chosen without getting
 * ahead too far, the one who soonest falls behind too far. While all hosts are free, nobody is ever farther from the
 * share than 1 - 1/(2k - 2) bookings of k hosts, which no rule can do better. It counts on the same hosts being there
 * next time; and where some were away before, it may be that none is owed enough.
 */
function soonestBehind(competitors: readonly Candidate[]): Candidate | undefined {
  const total = sumOf(competitors);
  const bound = competitors.length > 1 ? 1 / (2 * competitors.length - 2) : 0;
  const deadline = ({ balance, weight }: Candidate) => ((1 - bound - balance) * total) / weight;
  return competitors
    .filter(({ balance, weight }) => balance + weight / total >= bound - epsilon)
    .toSorted((a, b) => deadline(a) - deadline(b))[0];
}

/** Who is owed most, this booking included. While hosts come and go at random, nobody strays as far as two bookings. */
function mostOwed(competitors: readonly Candidate[]): Candidate | undefined {
  const total = sumOf(competitors);
  const owed = ({ balance, weight }: Candidate) => balance + weight / total;
  return competitors.toSorted((a, b) => owed(b) - owed(a))[0];
}

function sumOf(candidates: readonly Candidate[]): number {
  return candidates.reduce((sum, { weight }) => sum + weight, 0);
}

function byCalendar(a: Candidate, b: Candidate): number {
  return a.calendarId < b.calendarId ? -1 : 1;
}
