import type { DescMessage } from "@bufbuild/protobuf";
import {
  BusyChangedSchema,
  CalendarChangedSchema,
} from "@calends/contracts/calends/availability/v1/availability_events_pb";
import {
  AllocationsChangedSchema,
  BookingChangedSchema,
  OccurrenceSettledSchema,
  SessionChangedSchema,
  WaitlistPromotedSchema,
} from "@calends/contracts/calends/booking/v1/booking_events_pb";
import {
  OccurrencesPlannedSchema,
  SeriesChangedSchema,
} from "@calends/contracts/calends/recurrence/v1/series_events_pb";
import { ExternalBusyChangedSchema } from "@calends/contracts/calends/sync/v1/sync_events_pb";
import { publisherOf } from "./subjects.ts";

/** A service, the events that it alone publishes, and those that it consumes. */
export interface Member {
  readonly service: string;
  readonly publishes: readonly DescMessage[];
  readonly consumes: readonly DescMessage[];
  /** Events that it consumed in the release before: where their consumers are still there it empties them, and makes none. */
  readonly consumedBefore?: readonly DescMessage[];
}

/** Who publishes and who consumes what. What a service's user of NATS may do follows from it (permissions.ts). */
export const members: readonly Member[] = [
  {
    service: "availability",
    publishes: [BusyChangedSchema, CalendarChangedSchema],
    consumes: [AllocationsChangedSchema, ExternalBusyChangedSchema],
    consumedBefore: [BookingChangedSchema, SessionChangedSchema],
  },
  {
    service: "booking",
    publishes: [
      AllocationsChangedSchema,
      BookingChangedSchema,
      OccurrenceSettledSchema,
      SessionChangedSchema,
      WaitlistPromotedSchema,
    ],
    consumes: [BusyChangedSchema, CalendarChangedSchema, OccurrencesPlannedSchema, SeriesChangedSchema],
  },
  { service: "notification", publishes: [], consumes: [BookingChangedSchema] },
  {
    service: "recurrence-engine",
    publishes: [OccurrencesPlannedSchema, SeriesChangedSchema],
    consumes: [OccurrenceSettledSchema],
  },
  { service: "sync", publishes: [ExternalBusyChangedSchema], consumes: [BookingChangedSchema] },
];

/** Whether there are events of this name; who publishes none has no stream. */
export function isPublisher(name: string): boolean {
  return members.some(({ publishes }) => publishes.some((event) => publisherOf(event) === name));
}
