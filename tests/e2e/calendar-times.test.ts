import { randomUUID } from "node:crypto";
import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";

let sky: TestConstellation;
let calendarId: string;
let authorization: string;
beforeAll(async () => {
  sky = await startTestConstellation();
  const organizationId = randomUUID();
  authorization = `Bearer ${await sky.token({ organizationId })}`;
  const request = { requestId: randomUUID(), name: "Room", kind: CalendarKind.RESOURCE, timeZone: "Europe/Berlin" };
  const calendars = sky.client(CalendarService, organizationId);
  const { calendar } = await calendars.createCalendar({ ...request, manageAvailableWindows: true });
  calendarId = must(calendar, "calendar").id;
});
afterAll(() => sky[Symbol.asyncDispose]());

async function rest(verb: string, path: string, body?: object): Promise<{ status: number; json: unknown }> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${sky.gatewayUrl}${path}`, { method: verb, headers: { authorization }, ...init });
  return { status: response.status, json: await response.json() };
}

describe.each([
  ["blocked", "blockedTime"],
  ["available", "availableTime"],
])("%s times over REST", (kind, field) => {
  const path = `/v1/${kind}-times`;
  const expanded = (query: Record<string, string>) =>
    rest("GET", `${path}/expanded?${new URLSearchParams(query).toString()}`);

  test("are made, read date by date, replaced and removed", async () => {
    const tuesdays = { startTime: "2026-12-01T18:00:00Z", endTime: "2026-12-01T19:30:00Z", rruleString: "FREQ=WEEKLY" };
    const made = await rest("POST", path, { [field]: { calendarId, ...tuesdays, reason: "Choir" } });
    expect(made).toMatchObject({ status: 200, json: { [field]: { isRecurring: true, timeZone: "Europe/Berlin" } } });
    const { id } = (made.json as Record<string, { id: string }>)[field] ?? { id: "" };
    expect(await rest("GET", `${path}/${id}`)).toEqual(made);
    const range = { calendar_id: calendarId, start_datetime: "2026-12-01T00:00:00", end_datetime: "2026-12-16" };
    const dates = ["2026-12-01T18:00:00Z", "2026-12-08T18:00:00Z", "2026-12-15T18:00:00Z"];
    expect(await expanded(range)).toMatchObject({
      status: 200,
      json: { [`${field}s`]: dates.map((startTime) => ({ startTime, recurrenceId: startTime, master: { id } })) },
    });
    expect(await expanded({ ...range, include_self: "false", max_occurrences: "1" })).toMatchObject({
      json: { [`${field}s`]: [{ startTime: dates[1] }], truncated: true },
    });
    const update = { [field]: { ...tuesdays, reason: "Orchestra" } };
    expect(await rest("PUT", `${path}/${id}`, update)).toMatchObject({ json: { [field]: { reason: "Orchestra" } } });
    expect(await rest("GET", `${path}?calendar_ids=${calendarId}`)).toMatchObject({
      json: { [`${field}s`]: [{ id }] },
    });
    expect(await rest("DELETE", `${path}/${id}`)).toEqual({ status: 200, json: {} });
    expect(await rest("GET", `${path}/${id}`)).toMatchObject({ status: 404 });
  });

  test("an expanded listing is refused with exact words", async () => {
    const all = { calendar_id: calendarId, start_datetime: "2026-12-01", end_datetime: "2026-12-16" };
    for (const missing of Object.keys(all)) {
      const query = Object.fromEntries(Object.entries(all).filter(([name]) => name !== missing));
      expect(await expanded(query)).toMatchObject({
        status: 400,
        json: {
          error: {
            message: "calendar_id, start_datetime, and end_datetime are required",
            violations: [{ field: missing }],
          },
        },
      });
    }
    expect(await expanded({ ...all, start_datetime: "next week" })).toMatchObject({
      status: 400,
      json: { error: { message: "Invalid datetime format. Use ISO format" } },
    });
    expect(await expanded({ ...all, calendar_id: randomUUID() })).toMatchObject({
      status: 404,
      json: { error: { message: "Calendar not found or access denied" } },
    });
  });
});
