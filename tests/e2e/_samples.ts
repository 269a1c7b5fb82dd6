import { randomUUID } from "node:crypto";
import {
  create,
  ScalarType,
  type DescField,
  type DescMessage,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { FieldRules } from "@calends/contracts/buf/validate/validate_pb";
import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";
import { Reason } from "@calends/contracts/calends/errors/v1/reason_pb";
import { LocationMode } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { ConflictPolicy } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { Frequency, RecurrenceRuleSchema } from "@calends/contracts/calends/type/v1/recurrence_pb";
import { rulesOf } from "./_rules.ts";
import { dayAhead } from "./_util.ts";

/** A message as an init tree, which can be changed at any place. */
export type Tree = { [name: string]: unknown };

/** Values that rules cannot tell, by full name of the field or message or by the field's name; null leaves a field out. */
export type Known = Readonly<Record<string, unknown>>;

/** A field in a message tree. */
export interface Place {
  /** As in "fields.hosts[0].name". */
  readonly name: string;
  readonly steps: readonly (string | number)[];
  readonly field: DescField;
  /** Rules of the field, or of its items where the place is an item of a list. */
  readonly rules: FieldRules | undefined;
}

const partsOfRules = Object.fromEntries(
  RecurrenceRuleSchema.fields.filter(({ fieldKind }) => fieldKind === "list").map(({ localName }) => [localName, []]),
);

const defaults: Known = {
  time_zone: "UTC",
  locale: "en",
  recurrence: "DTSTART;TZID=Europe/Berlin:20270101T090000\nRRULE:FREQ=DAILY;COUNT=3",
  "calends.type.v1.TimeRange.end_time": timestampFromMs(dayAhead(20)),
  "calends.booking.v1.AppointmentTypeFields.location_mode": LocationMode.PHONE,
  kind: CalendarKind.PERSON,
  page_token: "",
  email: "someone@guest.example",
  text: "every day",
  local_start: "2027-01-01T09:00:00",
  end_date: "",
  "calends.availability.v1.Vacation.end_date": "2026-12-31",
  "calends.availability.v1.PublicHolidays": { country: "DE", region: "BY", district: "A" },
  "calends.availability.v1.HostGroup.need": 1,
  "calends.availability.v1.ReachedLimit.reason": Reason.DAILY_LIMIT,
  "calends.availability.v1.FindMeetingTimesRequest.groups": [],
  // They bind a question to an earlier answer.
  cursor: "",
  slot_token: "",
  "calends.booking.v1.CreateBookingRequest.hold_id": "",
  extra_lines: "",
  recurrence_id: timestampFromMs(Date.parse("2027-01-01T09:00:00Z")),
  rrule_string: "FREQ=DAILY;COUNT=400",
  start_datetime: "2027-01-01T00:00:00Z",
  end_datetime: "2027-01-03T00:00:00Z",
  // Daily, with a date at recurrence_id; both messages have one of the two forms of a rule.
  "calends.availability.v1.CalendarTimeDraft.start_time": timestampFromMs(Date.parse("2027-01-01T09:00:00Z")),
  "calends.availability.v1.CalendarTimeDraft.end_time": timestampFromMs(Date.parse("2027-01-01T10:00:00Z")),
  "calends.availability.v1.CalendarTimeDraft.rrule_string": null,
  "calends.availability.v1.CalendarTimeFields.start_time": timestampFromMs(Date.parse("2027-01-01T09:00:00Z")),
  "calends.availability.v1.CalendarTimeFields.end_time": timestampFromMs(Date.parse("2027-01-01T10:00:00Z")),
  "calends.availability.v1.CalendarTimeFields.rrule_string": null,
  // What a date moves to is another one in each request; its length stays.
  "calends.availability.v1.ChangeBlockedOccurrenceRequest.end_time": null,
  "calends.availability.v1.ChangeAvailableOccurrenceRequest.end_time": null,
  first_month: "2026-12",
  last_month: "2027-01",
  series_entitlement: "",
  host_calendar_id: "",
  // No date is near enough to be booked, which takes long where it is done for every odd value.
  "calends.booking.v1.SeriesTerms.pattern": {
    localStart: "2027-03-01T09:00:00",
    timeZone: "UTC",
    duration: durationFromMs(30 * 60_000),
    rruleString: "FREQ=DAILY;COUNT=2",
  },
  "calends.booking.v1.SeriesTerms.policy": ConflictPolicy.SKIP_WITH_PLACEHOLDER,
  "calends.booking.v1.SeriesTerms.max_advance_days": 1,
  // A pattern has one of the two.
  "calends.recurrence.v1.SeriesPattern.rrule_string": null,
  // A calendar comes as a text or as a file.
  "calends.recurrence.v1.ImportSeriesRequest.icalendar_file": null,
  icalendar: [
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:sample\r\nDTSTAMP:20260101T000000Z",
    "DTSTART;TZID=UTC:20270101T090000\r\nDURATION:PT30M\r\nRRULE:FREQ=DAILY;COUNT=400\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
  ].join("\r\n"),
  // Its parts exclude one another: by_week_no goes with YEARLY alone, and so on.
  "calends.type.v1.RecurrenceRule": { frequency: Frequency.DAILY, interval: 1, count: 400, ...partsOfRules },
};

/** Makes a message that keeps every rule of its proto, with every field set that has rules or is a message. */
export function sampleTree(schema: DescMessage, known: Known = {}): Tree {
  const tree: Tree = {};
  for (const field of schema.fields) {
    const first = field.oneof === undefined || field.oneof.fields[0] === field;
    const value = first ? sampleField(field, { ...defaults, ...known }) : undefined;
    if (value !== undefined && field.oneof !== undefined) {
      tree[field.oneof.localName] = { case: field.localName, value };
    } else if (value !== undefined) {
      tree[field.localName] = value;
    }
  }
  return tree;
}

/** Makes the message of a tree. */
export function messageOf<D extends DescMessage>(schema: D, tree: Tree): MessageShape<D> {
  return create(schema, tree as MessageInitShape<D>);
}

/** Every field in a tree, nested ones and items of lists included. */
export function placesIn(schema: DescMessage, tree: Tree, name = "", steps: Place["steps"] = []): Place[] {
  return schema.fields.flatMap((field) => {
    const path = name === "" ? field.name : `${name}.${field.name}`;
    const member = field.oneof === undefined ? undefined : tree[field.oneof.localName];
    if (field.oneof !== undefined && !(isTree(member) && member["case"] === field.localName)) {
      return []; // Another member of its oneof is set.
    }
    const value = isTree(member) ? member["value"] : tree[field.localName];
    const here = field.oneof === undefined ? [...steps, field.localName] : [...steps, field.oneof.localName, "value"];
    const rules = rulesOf(field);
    const place: Place = { name: path, steps: here, field, rules };
    if (field.fieldKind === "list" && Array.isArray(value)) {
      const items = rules?.type.case === "repeated" ? rules.type.value.items : undefined;
      const item: Place = { name: `${path}[0]`, steps: [...here, 0], field, rules: items };
      return [place, item, ...(field.message ? nested(field.message, value[0], item) : [])];
    }
    return [place, ...(field.fieldKind === "message" ? nested(field.message, value, place) : [])];
  });
}

function nested(schema: DescMessage, value: unknown, { name, steps }: Place): Place[] {
  const isOurs = schema.typeName.startsWith("calends.");
  return isOurs && isTree(value) ? placesIn(schema, value, name, steps) : [];
}

/** A copy of a tree in which one place has another value. */
export function withValue(tree: Tree, steps: Place["steps"], value: unknown): Tree {
  const copy = structuredClone(tree);
  let parent: unknown = copy;
  for (const step of steps.slice(0, -1)) {
    parent = Object.entries(parent ?? {}).find(([key]) => key === String(step))?.[1];
  }
  Object.assign(parent ?? {}, { [steps.at(-1) ?? ""]: value });
  return copy;
}

function sampleField(field: DescField, known: Known): unknown {
  const rules = rulesOf(field);
  const fullName = `${field.parent.typeName}.${field.name}`;
  const told = fullName in known ? known[fullName] : known[field.name];
  if (told !== undefined) {
    return told === null ? undefined : structuredClone(told);
  }
  switch (field.fieldKind) {
    case "list": {
      const item = field.listKind === "message" ? sampleMessage(field.message, known) : itemOf(field, rules);
      return [item];
    }
    case "message":
      return sampleMessage(field.message, known);
    case "enum":
      return field.enum.values.find(({ number }) => number !== 0)?.number;
    case "scalar":
      return sampleScalar(field.scalar, rules);
    default:
      return undefined;
  }
}

function itemOf(field: DescField & { fieldKind: "list" }, rules: FieldRules | undefined): unknown {
  const items = rules?.type.case === "repeated" ? rules.type.value.items : undefined;
  return field.listKind === "enum"
    ? field.enum.values.find(({ number }) => number !== 0)?.number
    : sampleScalar(field.scalar ?? ScalarType.STRING, items);
}

function sampleMessage(schema: DescMessage, known: Known): unknown {
  switch (schema.typeName) {
    case "google.protobuf.Timestamp":
      return timestampFromMs(dayAhead(10));
    case "google.protobuf.Duration":
      return durationFromMs(30 * 60_000);
    default:
      return structuredClone(known[schema.typeName]) ?? sampleTree(schema, known);
  }
}

function sampleScalar(scalar: ScalarType, rules: FieldRules | undefined): unknown {
  switch (scalar) {
    case ScalarType.STRING:
      return sampleString(rules);
    case ScalarType.BOOL:
      return false;
    case ScalarType.BYTES:
      return new Uint8Array(1);
    case ScalarType.INT64:
      return rules?.type.case === "int64" ? (rules.type.value.greaterThan.value ?? 0n) : 0n;
    default:
      return rules?.type.case === "int32" ? (rules.type.value.greaterThan.value ?? 0) : 0;
  }
}

function sampleString(rules: FieldRules | undefined): string {
  if (rules?.type.case !== "string") {
    return "";
  }
  const { wellKnown, pattern, minLen } = rules.type.value;
  switch (wellKnown.case) {
    case "uuid":
      return randomUUID();
    case "email":
      return "someone@guest.example";
    case "uri":
      return "https://somewhere.example/";
    default: {
      const found = ["a", "2026-12-24", "abc"].find((text) => new RegExp(pattern, "u").test(text));
      return pattern === "" ? "x".repeat(Number(minLen)) : (found ?? "");
    }
  }
}

/** Whether a value is a message's tree. */
export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
