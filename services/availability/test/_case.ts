import type { Schedule } from "../src/domain/schedule.ts";
import type { Busy, Limit, Session, SlotRules, TravelTime } from "../src/domain/world.ts";
import type { Extent, Piece } from "./_model-hours.ts";

/** A calendar in words: hours of a schedule, openings that are booked as a whole, or members; null or none for nothing. */
export interface Calendar {
  readonly id: string;
  readonly schedule: Schedule | null;
  readonly openings: readonly Piece[] | null;
  readonly members: readonly Calendar[];
  readonly busy: readonly Busy[];
  readonly stale: boolean;
}

/** A question in words, for the model and the engine alike. */
export interface Case {
  readonly extent: Extent;
  readonly nowMs: number;
  readonly groups: readonly { readonly calendars: readonly Calendar[]; readonly need: number }[];
  readonly typeHours: Schedule | null;
  readonly rules: SlotRules;
  readonly limits: readonly Limit[];
  readonly sessions: readonly Session[];
  readonly travel: TravelTime;
  /** Dates of public holidays. */
  readonly holidays: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
}
