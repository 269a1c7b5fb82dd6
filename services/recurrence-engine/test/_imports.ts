import { randomUUID } from "node:crypto";
import type { Series } from "@calends/contracts/calends/recurrence/v1/series_pb";
import type { ImportSeriesResponse } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { must } from "@calends/kit/must";
import { range, texts, type Rig } from "./_rig.ts";

/** What was made of a calendar. */
interface Read {
  readonly made: ImportSeriesResponse;
  readonly series: Series;
  readonly starts: string[];
  readonly spans: string[];
}

const uid = "choir@elsewhere.example";
/** A VEVENT. */
export const event = (...lines: string[]) => ["BEGIN:VEVENT", `UID:${uid}`, ...lines, "END:VEVENT"];
/** A VCALENDAR. */
export const calendar = (...lines: string[]) =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", ...lines, "END:VCALENDAR"].join("\r\n");
/** What begins an event on Tuesdays in Berlin. */
export const berlin = ["SUMMARY:Choir", "DTSTART;TZID=Europe/Berlin:20261201T190000", "DURATION:PT90M"];
/** Imports a calendar in the name of an organization of its own. */
export async function importInto(
  rig: Rig,
  icalendar: string | Uint8Array,
  more: object = {},
): Promise<ImportSeriesResponse> {
  const said = typeof icalendar === "string" ? { icalendar } : { icalendarFile: icalendar };
  return rig.client.importSeries({ requestId: randomUUID(), ...said, ...more }, await rig.as(randomUUID()));
}
/** Imports a calendar, and lists the dates of what was made, as in "2026-12-01T18:00/2026-12-01T19:30". */
export async function readInto(rig: Rig, icalendar: string | Uint8Array, more: object = {}): Promise<Read> {
  const organizationId = randomUUID();
  const said = typeof icalendar === "string" ? { icalendar } : { icalendarFile: icalendar };
  const headers = await rig.as(organizationId);
  const made = await rig.client.importSeries({ requestId: randomUUID(), ...said, ...more }, headers);
  const listed = [must(made.series, "series"), ...made.continued].map(async ({ id: seriesId }) => {
    const asked = { seriesId, range: range("2026-11-01T00:00:00Z", "2027-11-01T00:00:00Z"), maxOccurrences: 60 };
    return (await rig.client.listOccurrences(asked, headers)).occurrences;
  });
  const occurrences = (await Promise.all(listed)).flat();
  const [starts, ends] = [
    texts(occurrences.map(({ startTime }) => startTime)),
    texts(occurrences.map(({ endTime }) => endTime)),
  ];
  return { made, series: must(made.series, "series"), starts, spans: starts.map((start, i) => `${start}/${ends[i]}`) };
}
/** What was noted, as in "EXDATE: dates without times". */
export const notesOf = ({ notes }: ImportSeriesResponse) =>
  notes.map(({ property, readAs }) => `${property}: ${readAs}`);
