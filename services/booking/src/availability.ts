import { create, fromJson, type JsonValue } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  AvailabilityService,
  type ExplainSlotResponse,
  type FindSlotsResponse,
} from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { ScheduleSchema } from "@calends/contracts/calends/availability/v1/profile_pb";
import {
  FreshnessPolicy,
  SlotQuerySchema,
  type SlotRefusal,
} from "@calends/contracts/calends/availability/v1/slots_pb";
import { Reason, ReasonSchema } from "@calends/contracts/calends/errors/v1/reason_pb";
import { outgoing } from "@calends/kit/call";
import { DomainError, invalidField } from "@calends/kit/domain-error";
import type { Signer } from "@calends/kit/identity";
import { must } from "@calends/kit/must";
import { Code, ConnectError, createClient, type HandlerContext, type Transport } from "@connectrpc/connect";
import type { TypeFields } from "./domain/appointment-type.ts";
import { availabilityUnavailable } from "./domain/errors.ts";

/** The call in which something is asked; null for work that nobody waits for. */
export type CallContext = HandlerContext | null;

/** How long work that nobody waits for waits for an answer. */
export const callTimeoutMs = 10_000;

/** A question about a type's slots. */
export interface SlotQuestion {
  readonly organizationId: string;
  readonly fields: TypeFields;
  readonly durationMs: number;
  /** A booking that is being moved and does not stand in its own way. */
  readonly ignoreBookingId?: string;
  /** Days, weeks and months in which the type takes no further bookings. */
  readonly limits?: readonly ReachedLimit[];
  /** Group sessions that have seats left. */
  readonly sessions?: readonly { readonly startMs: number; readonly seatsLeft: number }[];
  /** Whether slots come with tokens: only those need them that are handed out, to be booked later. */
  readonly signed?: boolean;
  /** IANA zone in which starts are told as well; absent for none. */
  readonly timeZone?: string;
}

/** Starts that can be booked. */
export type FoundSlots = Pick<FindSlotsResponse, "slots" | "truncated" | "tzdbVersion" | "freshness">;

/** A span in which a limit is reached. */
export interface ReachedLimit {
  readonly startMs: number;
  readonly endMs: number;
  readonly reason: "DAILY_LIMIT" | "WEEKLY_LIMIT" | "MONTHLY_LIMIT";
  readonly limit: number;
}

/** What booking asks of availability. When it cannot be asked, every question throws: nothing becomes bookable. */
export interface Availability {
  findSlots(question: SlotQuestion, fromMs: number, toMs: number, context: CallContext): Promise<FoundSlots>;
  /** Throws the first reason against a start, or returns what is free then. */
  checkSlot(question: SlotQuestion, asked: AskedSlot, context: CallContext): Promise<FreeCalendars>;
  /** Everything that allows or forbids a start. */
  explainSlot(question: SlotQuestion, startMs: number, context: HandlerContext): Promise<ExplainSlotResponse>;
  /** Throws naming the host whose calendar the organization does not have, or what is wrong with the type's hours. */
  refuseUnknown(organizationId: string, fields: TypeFields, context: HandlerContext): Promise<void>;
}

/** What is free at a start. */
export interface FreeCalendars {
  readonly calendarIds: readonly string[];
  /** The members of those that are bundles, the primary first: who books a bundle takes each of them. */
  readonly bundleMembers: ReadonlyMap<string, readonly string[]>;
  /** The group session that was asked about; absent where its start was to be free. */
  readonly sessionId?: string;
}

/** A start, with the token under which it was listed; empty for none. */
export interface AskedSlot {
  readonly startMs: number;
  readonly slotToken: string;
}

const dayMs = 86_400_000;
const scopes = ["slots:read", "calendars:read"];

/** Makes the client of availability; booking speaks for the organization, with no more than these scopes. */
export function createAvailability(transport: Transport, signer: Signer): Availability {
  const slots = createClient(AvailabilityService, transport);
  const calendars = createClient(CalendarService, transport);
  const options = async (organizationId: string, context: CallContext) => {
    const authorization = await signer.bearer({ organizationId, subject: "booking", scopes }, "availability");
    return context === null
      ? { headers: { authorization }, timeoutMs: callTimeoutMs }
      : outgoing(context, { authorization });
  };
  return {
    async findSlots(question, fromMs, toMs, context) {
      const range = { startTime: timestampFromMs(fromMs), endTime: timestampFromMs(toMs) };
      const { organizationId, signed: sign = false, timeZone = "" } = question;
      const request = { query: queryOf(question), range, sign, timeZone };
      return slots.findSlots(request, await options(organizationId, context)).catch(throwUnavailable);
    },
    async checkSlot(question, { startMs, slotToken }, context) {
      const request = { query: queryOf(question), startTime: timestampFromMs(startMs), slotToken };
      const answer = await slots
        .checkSlot(request, await options(question.organizationId, context))
        .catch(throwUnavailable);
      const [first] = answer.refusals;
      if (first !== undefined) {
        throw refused(first);
      }
      if (!answer.available) {
        throw availabilityUnavailable(new Error("availability refused without a reason"));
      }
      const bundleMembers = new Map(answer.bundles.map(({ bundleId, memberIds }) => [bundleId, memberIds]));
      return { calendarIds: answer.freeCalendarIds, bundleMembers };
    },
    async explainSlot(question, startMs, context) {
      const request = { query: queryOf(question), at: { case: "startTime" as const, value: timestampFromMs(startMs) } };
      return slots.explainSlot(request, await options(question.organizationId, context)).catch(throwUnavailable);
    },
    async refuseUnknown(organizationId, fields, context) {
      const callOptions = await options(organizationId, context);
      await Promise.all(
        fields.hosts.map(async ({ calendarId }, index) => {
          await calendars.getCalendar({ calendarId }, callOptions).catch((error: unknown) => {
            if (ConnectError.from(error).code === Code.NotFound) {
              throw invalidField(`fields.hosts[${index}].calendar_id`, "Calendar not found or access denied");
            }
            throwUnavailable(error);
          });
        }),
      );
      const durationMs = fields.durationsMs[0] ?? 0;
      const request = { query: queryOf({ organizationId, fields, durationMs }), startTime: timestampFromMs(0) };
      await slots.checkSlot(request, callOptions).catch(throwUnavailable);
    },
  };
}

/** Why a slot cannot be had. The record at fault is for those who may see the calendar, and no part of the error. */
export class SlotRefused extends DomainError {
  readonly record: Readonly<Record<string, string>>;

  constructor(reason: string, { message, metadata, recordKind, recordId, calendarId }: SlotRefusal) {
    super("precondition", reason, message, { metadata });
    const record = { record_kind: recordKind, record_id: recordId, calendar_id: calendarId };
    this.record = Object.fromEntries(Object.entries(record).filter(([, value]) => value !== ""));
  }
}

/** The first reason against a start as an error, with the figures of the rule. */
function refused(refusal: SlotRefusal): DomainError {
  return new SlotRefused(must(ReasonSchema.value[refusal.reason], "reason").localName, refusal);
}

const freshnessPolicies = {
  ignore_broken: FreshnessPolicy.IGNORE_BROKEN,
  strict: FreshnessPolicy.STRICT,
  verify_on_book: FreshnessPolicy.VERIFY_ON_BOOK,
} as const;

function queryOf(question: SlotQuestion) {
  const { fields, sessions = [], ignoreBookingId = "" } = question;
  return create(SlotQuerySchema, {
    groups: [groupOf(fields)],
    rules: rulesOf(question),
    ignoreBookingId,
    openSessions: sessions.map(({ startMs, seatsLeft }) => ({ startTime: timestampFromMs(startMs), seatsLeft })),
    freshnessPolicy: freshnessPolicies[fields.freshnessPolicy],
  });
}

/** One of the hosts is enough for round robin; every other category needs all that it has. */
function groupOf({ category, hosts }: TypeFields) {
  return { calendarIds: hosts.map(({ calendarId }) => calendarId), need: category === "round_robin" ? 1 : 0 };
}

function rulesOf({ fields, durationMs, limits = [] }: SlotQuestion) {
  return {
    duration: durationFromMs(durationMs),
    bufferBefore: durationFromMs(fields.bufferBeforeMs),
    bufferAfter: durationFromMs(fields.bufferAfterMs),
    setUp: durationFromMs(fields.setUpMs),
    cleanUp: durationFromMs(fields.cleanUpMs),
    minNotice: durationFromMs(fields.minNoticeMs),
    place: fields.place,
    ...(fields.hours === null ? {} : { hours: fromJson(ScheduleSchema, fields.hours as JsonValue) }),
    ...(fields.stepMs === 0 ? {} : { step: durationFromMs(fields.stepMs) }),
    ...(fields.maxFutureDays === 0 ? {} : { horizon: durationFromMs(fields.maxFutureDays * dayMs) }),
    reachedLimits: limits.map(({ startMs, endMs, reason, limit }) => ({
      range: { startTime: timestampFromMs(startMs), endTime: timestampFromMs(endMs) },
      reason: Reason[reason],
      timeZone: fields.timeZone,
      limit,
    })),
  };
}

/** A refusal of the question itself is passed on; whatever else went wrong means that nobody knows. */
function throwUnavailable(error: unknown): never {
  if (refusals.has(ConnectError.from(error).code)) {
    throw error;
  }
  throw availabilityUnavailable(error);
}

/** A slot's token that is not good is a failed precondition. */
const refusals: ReadonlySet<Code> = new Set([
  Code.InvalidArgument,
  Code.NotFound,
  Code.ResourceExhausted,
  Code.FailedPrecondition,
]);
