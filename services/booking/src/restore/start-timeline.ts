import { must } from "@calends/kit/must";
import { floorAt, type Floor } from "../domain/lost-timeline.ts";
import { tell, type FactDeps } from "../facts.ts";
import { tellSession } from "../session-facts.ts";
import { readManyBookings } from "../store/bookings.ts";
import type { Store, Tx } from "../store/index.ts";
import { raiseBookings, raiseOthers, raiseSessions, type Raised } from "../store/raising.ts";
import { lockSessions } from "../store/sessions.ts";

/** What a restored database works with. */
export interface TimelineDeps extends FactDeps {
  readonly store: Store;
}

/** What was raised, and how much of it is told to others. */
export interface TimelineReport {
  readonly bookings: number;
  readonly sessions: number;
  readonly told: number;
}

/** Bookings in one transaction. */
const batchSize = 100;
/** What ended earlier is told to nobody: feeds do not show it any more. Rebuilding read models reads it all the same. */
const toldPastMs = 90 * 86_400_000;
const nil = "00000000-0000-0000-0000-000000000000";

/**
 * Begins a timeline of its own in a database that was restored from a backup: raises every version above what the lost
 * timeline may have had, and tells how everything that is not long past stands. It may be broken off and run again.
 */
export async function startTimeline(deps: TimelineDeps): Promise<TimelineReport> {
  const now = deps.clock.now();
  const floor = floorAt(now);
  const sessions = await restoreSessions(deps, floor, now);
  let report: TimelineReport = { bookings: 0, sessions, told: 0 };
  let after = { organizationId: nil, id: nil };
  for (;;) {
    const raised = await restoreBookings(deps, after, floor, now);
    if (raised.length === 0) {
      return report;
    }
    after = must(raised.at(-1), "the last booking of the page");
    const told = raised.filter((booking) => isToTell(booking, now)).length;
    report = { ...report, bookings: report.bookings + raised.length, told: report.told + told };
  }
}

async function restoreSessions(deps: TimelineDeps, floor: Floor, now: Date): Promise<number> {
  const raised = await deps.store.transaction(async (tx) => {
    await raiseOthers(tx, floor);
    return raiseSessions(tx, floor, now);
  });
  for (const [organizationId, ids] of idsToTell(raised, now)) {
    for (let from = 0; from < ids.length; from += batchSize) {
      await tellSessions(deps, organizationId, ids.slice(from, from + batchSize));
    }
  }
  return raised.length;
}

function tellSessions(deps: TimelineDeps, organizationId: string, ids: readonly string[]): Promise<void> {
  return deps.store.transaction(async (tx) => {
    for (const session of await lockSessions(tx, organizationId, ids)) {
      await tellSession(deps, tx, organizationId, session, null);
    }
  });
}

function restoreBookings(
  deps: TimelineDeps,
  after: Pick<Raised, "organizationId" | "id">,
  floor: Floor,
  now: Date,
): Promise<Raised[]> {
  return deps.store.transaction(async (tx) => {
    const raised = await raiseBookings(tx, after, floor, now, batchSize);
    for (const [organizationId, ids] of idsToTell(raised, now)) {
      await tellAll(deps, tx, organizationId, ids);
    }
    return raised;
  });
}

async function tellAll(deps: TimelineDeps, tx: Tx, organizationId: string, ids: readonly string[]): Promise<void> {
  for (const booking of (await readManyBookings(tx, organizationId, ids)).values()) {
    await tell(
      deps,
      tx,
      organizationId,
      { booking, change: "restored", reason: "", statusBefore: booking.status },
      null,
    );
  }
}

function idsToTell(raised: readonly Raised[], now: Date): Map<string, string[]> {
  const toTell = raised.filter((one) => isToTell(one, now));
  const byOrganization = Map.groupBy(toTell, ({ organizationId }) => organizationId);
  return new Map([...byOrganization].map(([organizationId, all]) => [organizationId, all.map(({ id }) => id)]));
}

function isToTell({ endsAt }: Pick<Raised, "endsAt">, now: Date): boolean {
  return endsAt.getTime() > now.getTime() - toldPastMs;
}
