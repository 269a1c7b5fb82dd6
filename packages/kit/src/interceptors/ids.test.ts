import { create } from "@bufbuild/protobuf";
import { FindSlotsRequestSchema } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { CreateCalendarRequestSchema } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { SeriesSchema } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { expect, test } from "vitest";
import { lowerIds } from "./ids.ts";

const id = "0a1b2c3d-4e5f-7a6b-8c7d-9e8f0a1b2c3d";
const capitals = id.toUpperCase();

test("UUIDs are written in small letters wherever they are: in the message, in lists and in messages of lists", () => {
  const request = create(CreateCalendarRequestSchema, {
    requestId: capitals,
    memberIds: [capitals, id],
    primaryMemberId: capitals,
  });
  lowerIds(CreateCalendarRequestSchema, request);
  expect([request.requestId, ...request.memberIds, request.primaryMemberId]).toEqual([id, id, id, id]);
  const question = create(FindSlotsRequestSchema, {
    query: { groups: [{ calendarIds: [capitals] }, { calendarIds: [id, capitals] }], ignoreBookingId: capitals },
  });
  lowerIds(FindSlotsRequestSchema, question);
  expect(question.query?.groups.flatMap(({ calendarIds }) => calendarIds)).toEqual([id, id, id]);
  expect(question.query?.ignoreBookingId).toBe(id);
});

test("what the proto does not call a UUID stays as it is, even where it looks like one", () => {
  const request = create(CreateCalendarRequestSchema, {
    name: capitals,
    externalId: capitals,
    timeZone: "Europe/Berlin",
  });
  lowerIds(CreateCalendarRequestSchema, request);
  expect([request.name, request.externalId, request.timeZone]).toEqual([capitals, capitals, "Europe/Berlin"]);
  expect(request.requestId).toBe("");
  const series = create(SeriesSchema, { id: capitals });
  lowerIds(SeriesSchema, series);
  expect(series.id).toBe(capitals);
});
