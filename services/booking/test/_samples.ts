import { laterFields, type TypeFields } from "../src/domain/appointment-type.ts";

/** The fields of a type that is as plain as can be. */
export const typeFields = {
  ...laterFields,
  name: "Intro",
  description: "",
  durationsMs: [30 * 60_000],
  stepMs: 0,
  bufferBeforeMs: 0,
  bufferAfterMs: 0,
  minNoticeMs: 0,
  maxFutureDays: 0,
  maxBookingsPerDay: 0,
  category: "one_on_one",
  hosts: [{ calendarId: "c", name: "Ada", email: "", timeZone: "", weight: 1, priority: 0 }],
  locationMode: "phone",
  videoLink: "",
  locationText: "",
  requiresConfirmation: false,
  timeZone: "UTC",
} as const satisfies TypeFields;
