import { DomainError } from "@calends/kit/domain-error";
import { describe, expect, test } from "vitest";
import { typeFields } from "../../test/_samples.ts";
import { chooseDuration, limitDayOf, refuseInactive, validateType, type TypeFields } from "./appointment-type.ts";

const minuteMs = 60_000;
const fields: TypeFields = { ...typeFields, durationsMs: [30 * minuteMs, 60 * minuteMs], timeZone: "Europe/Berlin" };
const [host] = typeFields.hosts;

function faultOf(changes: Partial<TypeFields>): string | undefined {
  try {
    validateType({ ...fields, ...changes });
    return undefined;
  } catch (error) {
    return error instanceof DomainError ? error.violations[0]?.field : String(error);
  }
}

describe("a type", () => {
  test("is accepted when its fields make sense", () => {
    expect(faultOf({})).toBeUndefined();
    expect(faultOf({ locationMode: "video", videoLink: "https://meet.example/x" })).toBeUndefined();
    expect(faultOf({ locationMode: "custom", locationText: "By pigeon" })).toBeUndefined();
  });

  test.each<[string, Partial<TypeFields>]>([
    ["fields.time_zone", { timeZone: "Mars/Olympus" }],
    ["fields.durations[1]", { durationsMs: [minuteMs, minuteMs + 1] }],
    ["fields.durations", { durationsMs: [minuteMs, minuteMs] }],
    ["fields.step", { stepMs: 90_500 }],
    ["fields.buffer_before", { bufferBeforeMs: 1 }],
    ["fields.buffer_after", { bufferAfterMs: 59_999 }],
    ["fields.min_notice", { minNoticeMs: 1000 }],
    ["fields.hosts", { hosts: [host, { ...host, calendarId: "d" }] }],
    ["fields.hosts[0].time_zone", { hosts: [{ ...host, timeZone: "Nowhere" }] }],
    ["fields.video_link", { locationMode: "video" }],
    ["fields.location_text", { locationMode: "in_person" }],
    ["fields.location_text", { locationMode: "custom" }],
  ])("is refused naming %s", (field, changes) => {
    expect(faultOf(changes)).toBe(field);
  });
});

test("the first duration is the default, and only offered ones can be asked for", () => {
  expect(chooseDuration(fields, undefined, "d")).toBe(30 * minuteMs);
  expect(chooseDuration(fields, 60 * minuteMs, "d")).toBe(60 * minuteMs);
  expect(() => chooseDuration(fields, 45 * minuteMs, "d")).toThrow(/not one that the type offers/);
});

test("the day of the limit begins at local midnight, on days of clock changes too", () => {
  const day = (text: string) => limitDayOf(fields, Date.parse(text));
  expect(day("2026-03-28T22:59:59Z")).toBe("2026-03-28");
  expect(day("2026-03-28T23:00:00Z")).toBe("2026-03-29");
  expect(day("2026-03-29T21:59:59Z")).toBe("2026-03-29");
  expect(day("2026-03-29T22:00:00Z")).toBe("2026-03-30");
});

test.each(["inactive", "archived"] as const)("an %s type cannot be booked", (status) => {
  const at = new Date(0);
  expect(() => refuseInactive({ id: "t", fields, status, version: 1n, createdAt: at, updatedAt: at })).toThrow(
    DomainError,
  );
});
