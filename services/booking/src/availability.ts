import { durationFromMs, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { ReasonSchema } from "@calends/contracts/calends/errors/v1/reason_pb";
import { outgoing } from "@calends/kit/call";
import { DomainError, invalidField } from "@calends/kit/domain-error";
import type { Signer } from "@calends/kit/identity";
import { must } from "@calends/kit/must";
import { Code, ConnectError, createClient, type HandlerContext, type Transport } from "@connectrpc/connect";
import type { TypeFields } from "./domain/appointment-type.ts";
import { availabilityUnavailable } from "./domain/errors.ts";

/** A question about a type's slots. */
export interface SlotQuestion {
  readonly organizationId: string;
  readonly fields: TypeFields;
  readonly durationMs: number;
  /** A booking that is being moved and does not stand in its own way. */
  readonly ignoreBookingId?: string;
}

/** What booking asks of availability. When it cannot be asked, every question throws: nothing becomes bookable. */
export interface Availability {
  findSlots(
    question: SlotQuestion,
    fromMs: number,
    toMs: number,
    context: HandlerContext,
  ): Promise<{ starts: number[]; truncated: boolean }>;
  /** Throws the first reason against a start, or returns. */
  refuseUnbookable(question: SlotQuestion, startMs: number, context: HandlerContext): Promise<void>;
  /** Throws naming the host whose calendar the organization does not have. */
  refuseUnknownCalendars(organizationId: string, fields: TypeFields, context: HandlerContext): Promise<void>;
}

const dayMs = 86_400_000;
const scopes = ["slots:read", "calendars:read"];

/** Makes the client of availability; booking speaks for the organization, with no more than these scopes. */
export function createAvailability(transport: Transport, signer: Signer): Availability {
  const slots = createClient(AvailabilityService, transport);
  const calendars = createClient(CalendarService, transport);
  const options = async (organizationId: string, context: HandlerContext) => {
    const authorization = await signer.bearer({ organizationId, subject: "booking", scopes });
    return outgoing(context, { authorization });
  };
  return {
    async findSlots(question, fromMs, toMs, context) {
      const range = { startTime: timestampFromMs(fromMs), endTime: timestampFromMs(toMs) };
      const request = { ...baseOf(question), range };
      const answer = await slots
        .findSlots(request, await options(question.organizationId, context))
        .catch(throwUnavailable);
      const starts = answer.slots.map(({ startTime }) => timestampMs(must(startTime, "start_time")));
      return { starts, truncated: answer.truncated };
    },
    async refuseUnbookable(question, startMs, context) {
      const request = { ...baseOf(question), startTime: timestampFromMs(startMs) };
      const answer = await slots
        .checkSlot(request, await options(question.organizationId, context))
        .catch(throwUnavailable);
      const [first] = answer.refusals;
      if (first !== undefined) {
        throw new DomainError(
          "precondition",
          must(ReasonSchema.value[first.reason], "reason").localName,
          first.message,
        );
      }
      if (!answer.available) {
        throw availabilityUnavailable(new Error("availability refused without a reason"));
      }
    },
    async refuseUnknownCalendars(organizationId, fields, context) {
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
    },
  };
}

function baseOf({ fields, durationMs, ignoreBookingId }: SlotQuestion) {
  return {
    calendarId: fields.hosts[0]?.calendarId ?? "",
    ignoreBookingId: ignoreBookingId ?? "",
    rules: {
      duration: durationFromMs(durationMs),
      bufferBefore: durationFromMs(fields.bufferBeforeMs),
      bufferAfter: durationFromMs(fields.bufferAfterMs),
      minNotice: durationFromMs(fields.minNoticeMs),
      ...(fields.stepMs === 0 ? {} : { step: durationFromMs(fields.stepMs) }),
      ...(fields.maxFutureDays === 0 ? {} : { horizon: durationFromMs(fields.maxFutureDays * dayMs) }),
    },
  };
}

/** A refusal of the question itself is passed on; whatever else went wrong means that nobody knows. */
function throwUnavailable(error: unknown): never {
  const { code } = ConnectError.from(error);
  if (code === Code.InvalidArgument || code === Code.NotFound || code === Code.ResourceExhausted) {
    throw error;
  }
  throw availabilityUnavailable(error);
}
