import { tryLock } from "@calends/kit/advisory-lock";
import { startJob } from "@calends/kit/job";
import type { Parts } from "@calends/kit/service";
import { complete, type Booking, type Changed } from "../domain/booking.ts";
import { expire, isExpired } from "../domain/holds.ts";
import { lockForChange, writeChanged } from "../changing.ts";
import type { FactDeps } from "../facts.ts";
import { isLapsed, lapse } from "../domain/requirement.ts";
import { findExpired, findLapsed, findPast, findUnanswered, findWaiting, type Due } from "../store/expiry.ts";
import type { Store, Tx } from "../store/index.ts";
import { lockSessions, sessionIdsOf } from "../store/sessions.ts";

/** What the job works with. */
export interface SettleDeps extends FactDeps, Pick<Parts, "logger"> {
  readonly store: Store;
  /** How long after its end a confirmed booking counts as having taken place, so that a no-show can be marked before. */
  readonly completeAfterMs: number;
}

/** Who ends holds and completes bookings, in their history. */
const actor = "booking";
/** Key of the advisory lock that makes one worker of all processes. */
const settleLock = 72_707_372;
const batchSize = 100;
const pauseMs = 1_000;

/** Ends holds, offers and requests whose time is over, and completes what has taken place, until it is disposed of. */
export function startSettling(deps: SettleDeps): AsyncDisposable {
  return startJob({ ...deps, pauseMs, failed: "settling tries again", work: () => settleDue(deps) });
}

/** Settles all that is due. Returns how many bookings were changed; none while another worker does it. */
export async function settleDue(deps: Omit<SettleDeps, "logger">): Promise<number> {
  const { store, clock, completeAfterMs } = deps;
  const waiting = (tx: Tx) => findWaiting(tx, clock.now(), batchSize);
  const expired = (tx: Tx) => findExpired(tx, clock.now(), batchSize);
  const lapsed = (tx: Tx) => findLapsed(tx, clock.now(), batchSize);
  const unanswered = (tx: Tx) => findUnanswered(tx, clock.now(), batchSize);
  const past = (tx: Tx) => findPast(tx, new Date(clock.now().getTime() - completeAfterMs), batchSize);
  const end = (booking: Booking, now: Date) => (isExpired(booking, now) ? expire(booking, now) : null);
  const giveUp = (booking: Booking, now: Date) => (isLapsed(booking, now) ? lapse(booking, now) : null);
  const finish = (booking: Booking, now: Date) => (booking.status === "confirmed" ? complete(booking, now) : null);
  let settled = 0;
  for (const [find, step] of [
    [waiting, end] as const,
    [expired, end] as const,
    [lapsed, giveUp] as const,
    [unanswered, giveUp] as const,
    [past, finish] as const,
  ]) {
    for (let found = batchSize; found === batchSize;) {
      found = await store.transaction((tx) => settleBatch(deps, tx, find, step));
      settled += found;
    }
  }
  return settled;
}

async function settleBatch(
  deps: FactDeps,
  tx: Tx,
  find: (tx: Tx) => Promise<Due[]>,
  step: (booking: Booking, now: Date) => Changed | null,
): Promise<number> {
  if (!(await tryLock(tx, settleLock))) {
    return 0;
  }
  const due = await find(tx);
  await lockSessionsOf(tx, due);
  for (const { organizationId, id } of due) {
    const before = await lockForChange(tx, organizationId, id);
    // It may have been changed between being found and being locked.
    const changed = step(before, deps.clock.now());
    if (changed !== null) {
      await writeChanged({ deps, tx, organizationId, actor, trace: null }, before, changed);
    }
  }
  return due.length;
}

/** All at once and in one order: a move locks two sessions in that order, too. */
async function lockSessionsOf(tx: Tx, due: readonly Due[]): Promise<void> {
  for (const [organizationId, ofOrganization] of Map.groupBy(due, (one) => one.organizationId)) {
    const ids = await sessionIdsOf(
      tx,
      organizationId,
      ofOrganization.map(({ id }) => id),
    );
    await lockSessions(tx, organizationId, ids);
  }
}
