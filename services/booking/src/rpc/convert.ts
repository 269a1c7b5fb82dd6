import { create } from "@bufbuild/protobuf";
import {
  durationMs,
  timestampDate,
  timestampFromDate,
  timestampMs,
  type Duration,
  type Timestamp,
} from "@bufbuild/protobuf/wkt";
import {
  BookingChange as ChangeMessage,
  BookingHistoryEntrySchema,
  BookingSchema,
  BookingStatus as StatusMessage,
  type Booking as BookingMessage,
  type BookingHistoryEntry,
  type Person as PersonMessage,
} from "@calends/contracts/calends/booking/v1/booking_pb";
import type { BookingDetails } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import {
  PublicBookingSchema,
  type PublicBooking,
} from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import type { TimeRange } from "@calends/contracts/calends/type/v1/time_range_pb";
import { invalidField } from "@calends/kit/domain-error";
import { canonicalEmail } from "@calends/kit/email";
import { must } from "@calends/kit/must";
import { chooseDuration, refuseUnknownZone, type TypeFields } from "../domain/appointment-type.ts";
import type { Answer } from "../domain/booking-link.ts";
import { allocationsOf } from "../domain/allocations.ts";
import type { Booking, BookingChange, BookingDraft, BookingStatus, Person } from "../domain/booking.ts";
import type { HistoryEntry } from "../store/bookings.ts";

const dayMs = 86_400_000;

const statuses: Readonly<Record<BookingStatus, StatusMessage>> = {
  pending: StatusMessage.PENDING,
  confirmed: StatusMessage.CONFIRMED,
  completed: StatusMessage.COMPLETED,
  cancelled: StatusMessage.CANCELLED,
  no_show: StatusMessage.NO_SHOW,
  hold: StatusMessage.HOLD,
  waitlisted: StatusMessage.WAITLISTED,
  offered: StatusMessage.OFFERED,
};

const changes: Readonly<Record<BookingChange, ChangeMessage>> = {
  created: ChangeMessage.CREATED,
  confirmed: ChangeMessage.CONFIRMED,
  declined: ChangeMessage.DECLINED,
  rescheduled: ChangeMessage.RESCHEDULED,
  cancelled: ChangeMessage.CANCELLED,
  completed: ChangeMessage.COMPLETED,
  no_show: ChangeMessage.NO_SHOW,
  held: ChangeMessage.HELD,
  expired: ChangeMessage.EXPIRED,
  waitlisted: ChangeMessage.WAITLISTED,
  offered: ChangeMessage.OFFERED,
  accepted: ChangeMessage.ACCEPTED,
  requirement_met: ChangeMessage.REQUIREMENT_MET,
  booker_confirmed: ChangeMessage.BOOKER_CONFIRMED,
  link_renewed: ChangeMessage.LINK_RENEWED,
  restored: ChangeMessage.RESTORED,
};

/** What happened, as a message. */
export function toChangeMessage(change: BookingChange): ChangeMessage {
  return changes[change];
}

/** Where a booking stands, as a message. */
export function toStatusMessage(status: BookingStatus): StatusMessage {
  return statuses[status];
}

/** Statuses from a message that has passed validation. */
export function fromStatusMessages(messages: readonly StatusMessage[]): BookingStatus[] {
  return (Object.keys(statuses) as BookingStatus[]).filter((status) => messages.includes(statuses[status]));
}

/** A booking as a message. */
export function toBookingMessage(booking: Booking): BookingMessage {
  const { recurrenceId, expiresAt, requirementUntil, ...rest } = booking;
  return create(BookingSchema, {
    ...rest,
    linkId: booking.linkId ?? "",
    externalId: booking.externalId ?? "",
    status: statuses[booking.status],
    startTime: timestampFromDate(booking.startsAt),
    endTime: timestampFromDate(booking.endsAt),
    hosts: [...booking.hosts],
    attendees: [...booking.attendees],
    answers: [...booking.answers],
    allocations: allocationsOf(booking).map(({ calendarId, active, startsAt, endsAt }) => ({
      calendarId,
      active,
      startTime: timestampFromDate(startsAt),
      endTime: timestampFromDate(endsAt),
      place: booking.place,
    })),
    createTime: timestampFromDate(booking.createdAt),
    updateTime: timestampFromDate(booking.updatedAt),
    ...(expiresAt === null ? {} : { expireTime: timestampFromDate(expiresAt) }),
    ...(recurrenceId === null ? {} : { recurrenceId: timestampFromDate(recurrenceId) }),
    requirement: booking.requirement ?? "",
    ...(requirementUntil === null ? {} : { requirementExpireTime: timestampFromDate(requirementUntil) }),
    sessionId: booking.sessionId ?? "",
    waitlistPosition: booking.waitlistPosition,
    seriesId: booking.seriesId ?? "",
    rescheduleCount: booking.rescheduleCount,
    bundleMemberIds: [...booking.bundleMemberIds],
    bundlePrimaryIds: [...booking.bundlePrimaryIds],
  });
}

/** What a booker sees of a booking. */
export function toPublicMessage(booking: Booking): PublicBooking {
  return create(PublicBookingSchema, {
    id: booking.id,
    title: booking.title,
    status: statuses[booking.status],
    startTime: timestampFromDate(booking.startsAt),
    endTime: timestampFromDate(booking.endsAt),
    hostNames: booking.hosts.map(({ name }) => name),
    booker: booking.booker,
    location: booking.location,
    meetingUrl: booking.meetingUrl,
    cancellationReason: booking.cancellationReason,
    attendeeCount: booking.attendees.length,
    bookerUnconfirmed: booking.bookerUnconfirmed,
    ...(booking.expiresAt === null ? {} : { expireTime: timestampFromDate(booking.expiresAt) }),
  });
}

/** A change of a booking as a message. */
export function toHistoryMessage(entry: HistoryEntry): BookingHistoryEntry {
  return create(BookingHistoryEntrySchema, {
    version: entry.version,
    change: changes[entry.change as BookingChange],
    actor: entry.actor,
    time: timestampFromDate(entry.at),
    status: statuses[entry.status as BookingStatus],
    startTime: timestampFromDate(entry.startsAt),
    endTime: timestampFromDate(entry.endsAt),
    reason: entry.reason,
  });
}

/** A draft from a message that has passed validation. Throws for unknown zones and durations that are not offered. */
export function fromDetails(
  message: BookingDetails | undefined,
  fields: TypeFields,
): Omit<BookingDraft, "externalId" | "linkId"> & { answers: readonly Answer[] } {
  const details = must(message, "details");
  const asked = details.duration === undefined ? undefined : durationMs(details.duration);
  return {
    startMs: timestampMs(must(details.startTime, "start_time")),
    durationMs: chooseDuration(fields, asked, "details.duration"),
    booker: fromPerson(must(details.booker, "booker"), "details.booker"),
    attendees: details.attendees.map((person, index) => fromPerson(person, `details.attendees[${index}]`)),
    answers: details.answers.map(({ questionId, value }) => ({ questionId, value })),
    slotToken: details.slotToken,
  };
}

/** A person from a message that has passed validation. Throws naming the field for an unknown zone. */
export function fromPerson({ name, email, timeZone, locale }: PersonMessage, field: string): Person {
  if (timeZone !== "") {
    refuseUnknownZone(timeZone, `${field}.time_zone`);
  }
  return { name, email: canonicalEmail(email), timeZone, locale };
}

/** A range in epoch milliseconds. Throws where it ends before it begins or is longer than allowed. */
export function fromRange(message: TimeRange | undefined, maxDays: number): { fromMs: number; toMs: number } {
  const range = must(message, "range");
  const fromMs = timestampMs(must(range.startTime, "start_time"));
  const toMs = timestampMs(must(range.endTime, "end_time"));
  if (fromMs >= toMs) {
    throw invalidField("range.end_time", "start_time must be before end_time");
  }
  if (toMs - fromMs > maxDays * dayMs) {
    throw invalidField("range.end_time", `a range is at most ${maxDays} days long`);
  }
  return { fromMs, toMs };
}

/** A duration in milliseconds; undefined when absent. */
export function fromDuration(message: Duration | undefined): number | undefined {
  return message === undefined ? undefined : durationMs(message);
}

/** An instant; null when absent. */
export function fromTimestamp(message: Timestamp | undefined): Date | null {
  return message === undefined ? null : timestampDate(message);
}
