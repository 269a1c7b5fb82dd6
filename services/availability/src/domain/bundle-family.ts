import { must } from "@calends/kit/must";
import { changed, type Held } from "./time-record.ts";

/** A time of a bundle: the record on the primary member, and those of the other members that follow it. */
export interface BundleFamily {
  readonly held: Held;
  readonly followers: readonly Held[];
}

/** What becomes of a family when its bundle has other members. */
export interface FamilyMove {
  /** The record where it stands on another primary member now; null where it stays. */
  readonly moved: Held | null;
  /** Followers on those that are members no more, or have become the primary one. */
  readonly gone: readonly Held[];
  /** Followers on those that had none. */
  readonly made: readonly Held[];
}

/** Moves a family to the members that its bundle has now, the primary first. A record on the primary keeps its id. */
export function moveFamily(
  { held, followers }: BundleFamily,
  [primary, ...others]: readonly string[],
  newId: () => string,
  now: Date,
): FamilyMove {
  const calendarId = must(primary, "primary member");
  const stays = held.time.calendarId === calendarId;
  const known = new Set(followers.map(({ time }) => time.calendarId));
  return {
    moved: stays ? null : changed(held, { calendarId }, now),
    gone: followers.filter(({ time }) => !others.includes(time.calendarId)),
    made: others.filter((id) => !known.has(id)).map((id) => followerOf(held, id, newId, now)),
  };
}

function followerOf({ time, exceptions }: Held, calendarId: string, newId: () => string, now: Date): Held {
  const own = { id: newId(), calendarId, bundlePrimaryId: time.id, externalId: null };
  const stamps = { version: 1n, createdAt: now, updatedAt: now };
  return {
    time: { ...time, ...own, ...stamps },
    exceptions: exceptions.map((exception) => ({ ...exception, ...stamps, id: newId() })),
  };
}
