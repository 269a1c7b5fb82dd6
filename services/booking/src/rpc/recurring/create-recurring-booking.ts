import { createHash } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  CreateRecurringBookingRequestSchema,
  CreateRecurringBookingResponseSchema,
  RecurringBookingService,
  type CreateRecurringBookingRequest,
} from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import type { Occurrence, Series } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { callOf, memberOf, type Member } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import { newId } from "@calends/kit/ids";
import { must } from "@calends/kit/must";
import type { HandlerContext, MethodImpl } from "@connectrpc/connect";
import type { RecurringBooking } from "../../domain/recurring.ts";
import { hearPlan } from "../../series/hear.ts";
import { settleSeries } from "../../series/settle-due.ts";
import { claimRecurring, externalIdOf, findClaimed, type RecurringRequest } from "../../store/recurring.ts";
import { fromPerson } from "../convert.ts";
import type { RecurringDeps } from "./deps.ts";
import { planDates, refuseConflicts } from "./plan-dates.ts";
import { readDates } from "./read-dates.ts";
import { checkTerms, type CheckedTerms } from "./terms.ts";

const method = RecurringBookingService.method.createRecurringBooking;
/** The dates of a first horizon fit. */
const mostDates = 1000;

/** Makes a series and books its first dates. */
export function createRecurringBooking(deps: RecurringDeps): MethodImpl<typeof method> {
  return async (request, context) => {
    const caller = memberOf(context);
    const { organizationId } = caller;
    let made: Series | undefined;
    const prepare = async () => {
      const checked = await checkTerms(deps, request.terms, caller, context);
      made = await makeSeries(deps, request, { caller, checked, context });
    };
    const work = async () => {
      const series = must(made, "series");
      const { dates } = await readDates(deps.store.db, organizationId, series.id, mostDates, "");
      return create(CreateRecurringBookingResponseSchema, { series, dates });
    };
    const { db: sql, transaction } = deps.store;
    return mutateOnce({ method, request, organizationId, sql, transaction, work }, prepare);
  };
}

interface Asked {
  readonly caller: Member;
  readonly checked: CheckedTerms;
  readonly context: HandlerContext;
}

/**
 * Notes what the series is for, has it made, and settles its dates. Each step may be the last one before a crash: the same
 * request goes on from there, and what the engine tells of the series settles the dates in any case.
 */
async function makeSeries(deps: RecurringDeps, request: CreateRecurringBookingRequest, asked: Asked): Promise<Series> {
  const { caller, checked, context } = asked;
  const { organizationId, subject } = caller;
  const claimant = claimantOf(request);
  const known = await findClaimed(deps.store.db, organizationId, claimant);
  if (checked.policy === "fail" && (known === null || known.seriesId === null)) {
    refuseConflicts(await planDates(deps, organizationId, checked, context));
  }
  const { id } = known ?? (await claim(deps, request, asked, claimant));
  const { type, pattern, maxAdvanceDays, maxLengthMonths, hostCalendarId } = checked;
  const { hosts, category, name: title } = type.fields;
  const calendarId = category === "round_robin" ? (hostCalendarId ?? "") : (hosts[0]?.calendarId ?? "");
  const wanted = { title, calendarId, pattern, maxAdvanceDays, maxLengthMonths, externalId: externalIdOf(id) };
  const made = await deps.recurrence.create({ organizationId, subject, context }, { requestId: id, ...wanted });
  await settleFirst(deps, caller, made, context);
  return made.series;
}

async function settleFirst(
  deps: RecurringDeps,
  { organizationId, subject: actor }: Member,
  { series, occurrences }: { readonly series: Series; readonly occurrences: readonly Occurrence[] },
  context: HandlerContext,
): Promise<void> {
  const plan = { series, occurrences, replacesFrom: null, replacesConfirmed: false, restoredAt: null, actor };
  const heard = await deps.store.transaction((tx) => hearPlan(tx, organizationId, plan, deps.clock.now()));
  const recurring = { ...must(heard, "recurring booking"), seriesId: series.id };
  await settleSeries(deps, organizationId, recurring, { context, trace: callOf(context).trace });
}

function claimantOf(request: CreateRecurringBookingRequest): RecurringRequest {
  const hash = createHash("sha256").update(toBinary(CreateRecurringBookingRequestSchema, request)).digest();
  return { id: request.requestId, hash };
}

function claim(
  { store, clock }: RecurringDeps,
  request: CreateRecurringBookingRequest,
  { caller, checked }: Asked,
  claimant: RecurringRequest,
): Promise<RecurringBooking> {
  const now = clock.now();
  const { type, policy, nearestWithinMs, hostCalendarId, pattern } = checked;
  const draft = {
    id: newId(now.getTime()),
    seriesId: null,
    appointmentTypeId: type.id,
    booker: fromPerson(must(request.booker, "booker"), "booker"),
    attendees: request.attendees.map((person, index) => fromPerson(person, `attendees[${index}]`)),
    answers: request.answers.map(({ questionId, value }) => ({ questionId, value })),
    policy,
    nearestWithinMs,
    timeZone: pattern.timeZone,
    hostCalendarId,
    madeBy: caller.subject,
    state: policy === "fail" ? ("new" as const) : ("standing" as const),
  };
  return claimRecurring(store.db, caller.organizationId, draft, claimant, now);
}
