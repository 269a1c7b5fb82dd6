import { randomUUID } from "node:crypto";
import { timestampFromMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import { BlockedTimeService } from "@calends/contracts/calends/availability/v1/blocked_time_service_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import type { SeriesBooking } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { must } from "@calends/kit/must";
import { Code, ConnectError } from "@connectrpc/connect";
import * as fc from "fast-check";
import { at, minute, ms } from "./_recurring.ts";
import { on, pattern } from "./_series-edits.ts";
import { bookingsOf, occurrencesOf, type Edited } from "./_series-truth.ts";

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
const kinds = [
  "skip",
  "restore",
  "move",
  "skip far",
  "move far",
  "update",
  "update confirmed",
  "pause",
  "resume",
  "extend",
  "split",
  "cancel series",
  "cancel booking",
  "move booking",
  "block",
  "unblock",
  "wait",
] as const;

/** One random edit of a series, of one of its bookings, or of its host's calendar. */
export const edit = fc.record({
  what: fc.constantFrom(...kinds),
  which: fc.nat(5),
  hours: fc.integer({ min: -3, max: 3 }).filter((hours) => hours !== 0),
});
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

/** What an edit is applied to. */
interface Target {
  readonly seriesId: string;
  readonly recurrenceId: Timestamp;
  readonly hours: number;
  readonly date: SeriesBooking | undefined;
}

/** Applies an edit to the last series of the line; one that its status forbids is refused, which is as well. */
export async function applyEdit(edited: Edited, { what, which, hours }: Edit): Promise<void> {
  const { clock } = edited;
  const seriesId = must(edited.line.at(-1), "series");
  const isFar = what.endsWith(" far");
  const days = isFar ? [32, 60] : [0, 30];
  const from = clock.now().getTime();
  const dates = await occurrencesOf(edited, seriesId, [from + (days[0] ?? 0) * dayMs, from + (days[1] ?? 0) * dayMs]);
  const recurrenceId = dates[which % dates.length]?.recurrenceId ?? at("2026-12-01T10:00:00Z");
  const kept = await bookingsOf(edited, seriesId);
  const date = kept.find(({ recurrenceId: id }) => minute(id) === minute(recurrenceId));
  await call(edited, what, { seriesId, recurrenceId, hours, date }).catch((error: unknown) => {
    if (![Code.FailedPrecondition, Code.InvalidArgument, Code.NotFound].includes(ConnectError.from(error).code)) {
      throw error;
    }
  });
}

async function call(edited: Edited, what: Edit["what"], target: Target): Promise<unknown> {
  const { sky, clock, organizationId } = edited;
  const { seriesId, recurrenceId, hours, date } = target;
  const series = sky.client(SeriesService, organizationId);
  const startTime = timestampFromMs(ms(recurrenceId) + hours * hourMs);
  const update = (replaceConfirmed: boolean) =>
    series.updateSeries({ ...on(seriesId), title: "Intro", pattern: shifted(recurrenceId, hours), replaceConfirmed });
  const calls: Readonly<Record<Edit["what"], () => Promise<unknown>>> = {
    skip: () => series.cancelOccurrence({ ...on(seriesId), recurrenceId, reason: hours > 0 ? "Holiday" : "" }),
    "skip far": () => series.cancelOccurrence({ ...on(seriesId), recurrenceId }),
    restore: () => series.restoreOccurrence({ ...on(seriesId), recurrenceId }),
    move: () => series.changeOccurrence({ ...on(seriesId), recurrenceId, startTime }),
    "move far": () => series.changeOccurrence({ ...on(seriesId), recurrenceId, startTime }),
    update: () => update(false),
    "update confirmed": () => update(true),
    pause: () => series.pauseSeries(on(seriesId)),
    resume: () => series.resumeSeries(on(seriesId)),
    extend: () => series.extendSeries({ ...on(seriesId), endDate: "" }),
    split: () => split(edited, target),
    "cancel series": () => series.cancelSeries({ ...on(seriesId), reason: hours > 1 ? "Moved away" : "" }),
    "cancel booking": () => changeBooking(edited, date, "cancel"),
    "move booking": () => changeBooking(edited, date, "move"),
    block: () => block(edited, recurrenceId),
    unblock: () => unblock(edited),
    wait: async () => clock.advance(Math.abs(hours) * dayMs),
  };
  return calls[what]();
}

function shifted(recurrenceId: Timestamp, hours: number) {
  return pattern(new Date(ms(recurrenceId) + hours * 10 * minuteMs).toISOString().slice(0, 19));
}

async function split({ sky, organizationId, line }: Edited, { seriesId, recurrenceId }: Target): Promise<void> {
  const continues = pattern(new Date(ms(recurrenceId)).toISOString().slice(0, 19));
  const series = sky.client(SeriesService, organizationId);
  const { continued } = await series.splitSeries({ ...on(seriesId), recurrenceId, pattern: continues });
  line.push(must(continued, "series").id);
}

async function changeBooking({ sky, organizationId }: Edited, date: SeriesBooking | undefined, how: "cancel" | "move") {
  const bookings = sky.client(BookingService, organizationId);
  const change = { requestId: randomUUID(), bookingId: date?.booking?.id ?? randomUUID() };
  const startTime = timestampFromMs(ms(date?.booking?.startTime ?? at("2026-12-01T10:00:00Z")) + 5 * hourMs);
  return how === "cancel"
    ? bookings.cancelBooking({ ...change, reason: "Ill" })
    : bookings.rescheduleBooking({ ...change, startTime });
}

async function block({ sky, organizationId, calendarId, blockedIds }: Edited, recurrenceId: Timestamp): Promise<void> {
  const [startTime, endTime] = [-hourMs, hourMs].map((away) => timestampFromMs(ms(recurrenceId) + away));
  const blockedTime = { calendarId, startTime: must(startTime, "start"), endTime: must(endTime, "end") };
  const client = sky.client(BlockedTimeService, organizationId);
  const made = await client.createBlockedTime({ requestId: randomUUID(), blockedTime });
  blockedIds.push(must(made.blockedTime, "blocked time").id);
}

async function unblock({ sky, organizationId, blockedIds }: Edited): Promise<void> {
  const blockedTimeId = blockedIds.pop();
  if (blockedTimeId !== undefined) {
    await sky.client(BlockedTimeService, organizationId).deleteBlockedTime({ requestId: randomUUID(), blockedTimeId });
  }
}
