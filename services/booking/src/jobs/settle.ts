import { tryLock } from "@calends/kit/advisory-lock";
import { DomainError } from "@calends/kit/domain-error";
import { startJob } from "@calends/kit/job";
import type { Parts } from "@calends/kit/service";
import { complete, type Booking, type Changed } from "../domain/booking.ts";
import { expire, isExpired } from "../domain/holds.ts";
import { lockForChange, writeChanged } from "../changing.ts";
import type { FactDeps } from "../facts.ts";
import { isLapsed, lapse } from "../domain/requirement.ts";
import {
  findExpired,
  findLapsed,
  findPast,
  findUnanswered,
  findWaiting,
  type Due,
  type Page,
} from "../store/expiry.ts";
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
  return startJob({ ...deps, pauseMs, failed: "settling tries again", work: () => settleBookings(deps) });
}

/** Which bookings are due for something, and what that is; null where it is no longer due. */
interface Kind {
  readonly find: (tx: Tx, now: Date, page: Page) => Promise<Due[]>;
  readonly step: (booking: Booking, now: Date) => Changed | null;
}

function kindsOf({ completeAfterMs }: SettleDeps): Kind[] {
  const end: Kind["step"] = (booking, now) => (isExpired(booking, now) ? expire(booking, now) : null);
  const giveUp: Kind["step"] = (booking, now) => (isLapsed(booking, now) ? lapse(booking, now) : null);
  const finish: Kind["step"] = (booking, now) => (booking.status === "confirmed" ? complete(booking, now) : null);
  const findOver: Kind["find"] = (tx, now, page) => findPast(tx, new Date(now.getTime() - completeAfterMs), page);
  return [
    { find: findWaiting, step: end },
    { find: findExpired, step: end },
    { find: findLapsed, step: giveUp },
    { find: findUnanswered, step: giveUp },
    { find: findOver, step: finish },
  ];
}

/** Settles all that is due, unless another worker does it. What fails stays due and is passed over until the next time. */
async function settleBookings(deps: SettleDeps): Promise<void> {
  for (const kind of kindsOf(deps)) {
    let failed = 0;
    for (let found = batchSize; found === batchSize;) {
      const page = { limit: batchSize, skip: failed };
      found = await deps.store
        .transaction((tx) => settleBatch(deps, tx, kind, page))
        .catch(async (error: unknown) => {
          refuseOutage(error);
          failed += await settleSingly(deps, kind, page);
          return batchSize; // What comes after it has not been looked at.
        });
    }
  }
}

/** Settles the bookings of a batch that failed in a transaction each, for one alone is at fault. Returns how many failed. */
async function settleSingly(deps: SettleDeps, kind: Kind, { limit, skip }: Page): Promise<number> {
  let failed = 0;
  for (let tried = 0, found = 1; tried < limit && found === 1; tried += 1) {
    const seen: Due[] = [];
    found = await deps.store
      .transaction((tx) => settleBatch(deps, tx, kind, { limit: 1, skip: skip + failed }, seen))
      .catch((error: unknown) => {
        refuseOutage(error);
        deps.logger.error({ err: error, bookingId: seen[0]?.id }, "a booking cannot be settled");
        failed += 1;
        return 1;
      });
  }
  return failed;
}

/** Where the database is away, no booking is at fault: the job tries again. */
function refuseOutage(error: unknown): void {
  if (error instanceof DomainError && error.kind === "unavailable") {
    throw error;
  }
}

/** Returns how many were found, and notes them in `seen`; none while another worker is at it. */
async function settleBatch(
  deps: SettleDeps,
  tx: Tx,
  { find, step }: Kind,
  page: Page,
  seen: Due[] = [],
): Promise<number> {
  if (!(await tryLock(tx, settleLock))) {
    return 0;
  }
  seen.push(...(await find(tx, deps.clock.now(), page)));
  await lockSessionsOf(tx, seen);
  for (const { organizationId, id } of seen) {
    const before = await lockForChange(tx, organizationId, id);
    // It may have been changed between being found and being locked.
    const changed = step(before, deps.clock.now());
    if (changed !== null) {
      await writeChanged({ deps, tx, organizationId, actor, trace: null }, before, changed);
    }
  }
  return seen.length;
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
