import {
  create,
  type DescMessage,
  type DescMethod,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import { callOf, memberOf } from "@calends/kit/call";
import { DomainError, invalidField } from "@calends/kit/domain-error";
import { mutateOnce } from "@calends/kit/idempotency";
import { newId } from "@calends/kit/ids";
import type { FactContext } from "@calends/messaging/outbox";
import type { HandlerContext } from "@connectrpc/connect";
import type { Held, TimeKind } from "../../domain/time-record.ts";
import { tellBusy, tellCalendar } from "../../facts.ts";
import { readCalendars } from "../../store/calendars.ts";
import { touchCalendars } from "../../store/changes.ts";
import type { Tx } from "../../store/index.ts";
import { findCalendarHeads } from "../../store/calendar-heads.ts";
import { deleteTimes, insertTimes, lockFamily, writeTime, type Family } from "../../store/time-writes.ts";
import type { Deps } from "../deps.ts";

/** A mutation of times: what is asked and by whom. */
export interface TimeMutation<I extends DescMessage, O extends DescMessage> {
  readonly method: DescMethod & { readonly input: I; readonly output: O };
  readonly request: MessageShape<I> & { readonly requestId: string };
  readonly context: HandlerContext;
}

/** What a mutation works with inside its transaction. */
export interface TimeWork {
  readonly tx: Tx;
  readonly kind: TimeKind;
  readonly organizationId: string;
  readonly now: Date;
  readonly scopes: ReadonlySet<string>;
  readonly newId: () => string;
  /** Writes new records. */
  readonly insert: (made: readonly Held[]) => Promise<void>;
  /** Writes what became of a record; null where it is gone. */
  readonly write: (before: Held, after: Held | null) => Promise<void>;
}

/** A record before and after; null where there is none. */
export type Change = readonly [before: Held | null, after: Held | null];

/**
 * Runs a mutation of blocked or available times once per request id in one transaction, which ends with saying that slots
 * may have moved, and of blocked times when they block.
 */
export function mutateTimes<I extends DescMessage, O extends DescMessage>(
  { store, clock }: Deps,
  kind: TimeKind,
  { method, request, context }: TimeMutation<I, O>,
  work: (work: TimeWork) => Promise<MessageInitShape<O>>,
): Promise<MessageShape<O>> {
  const { organizationId, scopes } = memberOf(context);
  const run = async (tx: Tx): Promise<MessageShape<O>> => {
    const now = clock.now();
    const changes: Change[] = [];
    const ledger = ledgerOf(tx, organizationId, changes);
    const ids = () => newId(now.getTime());
    const answer = await work({ tx, kind, organizationId, now, scopes, newId: ids, ...ledger });
    await tellChanges(tx, changes, { organizationId, at: now, trace: callOf(context).trace });
    return create(method.output, answer);
  };
  return mutateOnce({ method, request, organizationId, sql: store.db, transaction: store.transaction, work: run });
}

function ledgerOf(tx: Tx, organizationId: string, changes: Change[]): Pick<TimeWork, "insert" | "write"> {
  return {
    async insert(made) {
      await insertTimes(tx, organizationId, made);
      changes.push(...made.map((held) => [null, held] as const));
    },
    async write(before, after) {
      await (after === null
        ? deleteTimes(tx, organizationId, [before.time.id])
        : writeTime(tx, organizationId, before, after));
      changes.push([before, after]);
    },
  };
}

/**
 * Says of changed blocked times when they block, of calendars that their available times are others, and of both that slots
 * may have moved.
 */
export async function tellChanges(tx: Tx, changes: readonly Change[], context: FactContext): Promise<void> {
  for (const [before, after] of changes) {
    await tellBusy(tx, before, after, context);
  }
  const { organizationId } = context;
  const times = changes.flatMap((change) => change.flatMap((held) => held?.time ?? []));
  const offering = times.filter(({ kind }) => kind === "available").map(({ calendarId }) => calendarId);
  for (const calendar of await readCalendars(tx, organizationId, new Set(offering))) {
    await tellCalendar(tx, calendar, context);
  }
  await touchCalendars(
    tx,
    organizationId,
    times.map(({ calendarId }) => calendarId),
  );
}

/** The record of an id with those that follow it, locked. Throws where it follows another one itself. */
export async function familyOf(work: TimeWork, id: string): Promise<Family> {
  const family = await lockFamily(work.tx, work.organizationId, work.kind, id);
  const { bundlePrimaryId } = family.held.time;
  if (bundlePrimaryId !== null) {
    const rule = `it follows ${bundlePrimaryId}, the record on the primary member of its bundle: change that one`;
    throw invalidField(`${work.kind}_time_id`, rule);
  }
  return family;
}

/** Takes one step with a record and with those that follow it; null removes them. Returns the record. */
export async function stepFamily(
  work: TimeWork,
  { held, followers }: Family,
  step: (held: Held) => Held | null,
): Promise<Held | null> {
  await refuseUnmanaged(work, held.time.calendarId);
  // Followers first: a removed record would take them along untold.
  for (const follower of followers) {
    await work.write(follower, step(follower));
  }
  const after = step(held);
  await work.write(held, after);
  return after;
}

/** Throws where available times are written on a calendar that does not manage them. */
export async function refuseUnmanaged({ tx, kind, organizationId }: TimeWork, calendarId: string): Promise<void> {
  const found = kind === "available" ? await findCalendarHeads(tx, organizationId, [calendarId]) : null;
  if (found?.get(calendarId)?.manageAvailableWindows === false) {
    throw notManaging(null);
  }
}

/** The calendar does not manage available windows; names the field where one of many requests is at fault. */
export function notManaging(field: string | null): DomainError {
  const rule = "This calendar does not manage available windows.";
  const facts = field === null ? {} : { violations: [{ field, rule }], metadata: { field } };
  return new DomainError("precondition", "NOT_MANAGING_WINDOWS", rule, facts);
}
