import { randomUUID } from "node:crypto";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, fieldsOf, makeSeries, range, refuses, startRig, texts, tuesdays, type Rig } from "./_rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const on = (seriesId: string) => ({ requestId: randomUUID(), seriesId });
const starts = async (seriesId: string) => {
  const asked = { seriesId, range: range("2026-11-01T00:00:00Z", "2027-06-01T00:00:00Z") };
  return texts((await rig.client.listOccurrences(asked, await rig.as())).occurrences.map(({ startTime }) => startTime));
};
const split = async (seriesId: string, recurrenceId: string, pattern: object) => {
  const request = { ...on(seriesId), recurrenceId: at(recurrenceId), pattern: { ...tuesdays, ...pattern } };
  const { ended, continued } = await rig.client.splitSeries(request, await rig.as());
  return { ended: must(ended, "ended"), continued: must(continued, "continued") };
};
const update = async (seriesId: string, pattern: object) =>
  rig.client.updateSeries({ ...on(seriesId), title: "Choir", pattern: { ...tuesdays, ...pattern } }, await rig.as());

describe("a split", () => {
  const daily = { localStart: "2027-03-01T10:00:00", timeZone: "UTC", rruleString: "FREQ=DAILY;COUNT=5" };
  test.each([
    ["the same rule", "COUNT=5;FREQ=DAILY;INTERVAL=1"],
    ["no rule", ""],
  ])("by %s has what is left of COUNT", async (_, rruleString) => {
    const { id } = await makeSeries(rig, daily);
    const { continued } = await split(id, "2027-03-05T10:00:00Z", {
      ...daily,
      localStart: "2027-03-05T10:00:00",
      rruleString,
    });
    expect(continued.rruleString).toBe("FREQ=DAILY;COUNT=1");
    expect([...(await starts(id)), ...(await starts(continued.id))]).toEqual(
      ["01", "02", "03", "04", "05"].map((day) => `2027-03-${day}T10:00`),
    );
  });

  test("by another rule has as many dates as that says", async () => {
    const { id } = await makeSeries(rig, daily);
    const pattern = { ...daily, localStart: "2027-03-05T10:00:00", rruleString: "FREQ=DAILY;COUNT=4" };
    expect((await split(id, "2027-03-05T10:00:00Z", pattern)).continued.rruleString).toBe("FREQ=DAILY;COUNT=4");
  });

  test("keeps the further and excluded dates from there on where it says the same or none", async () => {
    const extraLines = ["EXDATE", "RDATE", "RDATE"]
      .map((name, i) => `${name};TZID=Europe/Berlin:2026122${i}T190000`)
      .join("\n");
    for (const said of [{ extraLines, rruleString: "FREQ=WEEKLY" }, { rruleString: "" }]) {
      const { id } = await makeSeries(rig, { extraLines });
      const { continued } = await split(id, "2026-12-22T18:00:00Z", { localStart: "2026-12-22T19:00:00", ...said });
      expect(continued.extraLines).toBe("RDATE;TZID=Europe/Berlin:20261222T190000");
    }
  });

  test("to another weekday has that weekday from then on", async () => {
    const { id } = await makeSeries(rig, { rruleString: "FREQ=WEEKLY;COUNT=4;BYDAY=TU" });
    const { continued } = await split(id, "2026-12-08T18:00:00Z", {
      localStart: "2026-12-09T19:00:00",
      rruleString: "",
    });
    expect(continued.rruleString).toBe("FREQ=WEEKLY;COUNT=3;BYDAY=WE");
    expect(await starts(continued.id)).toEqual(["2026-12-09T18:00", "2026-12-16T18:00", "2026-12-23T18:00"]);
  });

  test("that does not tell its rule is refused", async () => {
    const { id } = await makeSeries(rig, { rruleString: "FREQ=WEEKLY;BYDAY=TU,FR" });
    const call = split(id, "2026-12-08T18:00:00Z", { localStart: "2026-12-09T19:00:00", rruleString: "" });
    await refuses(call, "INVALID_RECURRENCE", "say the rule");
  });

  test("at a date that the series does not have is not found, whatever it says", async () => {
    const { id } = await makeSeries(rig);
    await refuses(split(id, "2026-12-09T18:00:00Z", { rruleString: "" }), "NOT_FOUND");
  });
});

describe("an update", () => {
  test("to another weekday has that weekday, and the exceptions of its dates", async () => {
    const { id } = await makeSeries(rig, { rruleString: "FREQ=WEEKLY;COUNT=3;BYDAY=TU" });
    await rig.client.cancelOccurrence({ ...on(id), recurrenceId: at("2026-12-08T18:00:00Z") }, await rig.as());
    for (const rruleString of ["", "FREQ=WEEKLY;COUNT=3;BYDAY=WE"]) {
      const { series } = await update(id, { localStart: "2026-12-02T19:00:00", rruleString });
      expect(series?.rruleString).toBe("FREQ=WEEKLY;COUNT=3;BYDAY=WE");
      expect(await starts(id)).toEqual(["2026-12-02T18:00", "2026-12-16T18:00"]);
    }
  });

  test("to another day of the month follows it, also by ordinal", async () => {
    const monthly = await makeSeries(rig, { rruleString: "FREQ=MONTHLY;BYMONTHDAY=1" });
    const { series } = await update(monthly.id, { localStart: "2026-12-03T19:00:00", rruleString: "" });
    expect(series?.rruleString).toBe("FREQ=MONTHLY;BYMONTHDAY=3");
    const nth = await makeSeries(rig, { rruleString: "FREQ=MONTHLY;BYDAY=1TU" });
    const moved = await update(nth.id, { localStart: "2026-12-09T19:00:00", rruleString: "FREQ=MONTHLY;BYDAY=1TU" });
    expect(moved.series?.rruleString).toBe("FREQ=MONTHLY;BYDAY=2WE");
  });
});

describe("a start that its rule does not have", () => {
  const thursdays = { rruleString: "FREQ=WEEKLY;BYDAY=TH" };
  const sentence = "the next that it has is 2026-12-03T19:00:00 in Europe/Berlin (2026-12-03T18:00:00Z)";

  test("is refused on every write, and the next one named", async () => {
    const { id } = await makeSeries(rig);
    const pattern = { ...tuesdays, ...thursdays };
    const preview = async () => rig.client.previewSeries({ pattern }, await rig.as());
    for (const call of [() => makeSeries(rig, thursdays), preview, () => update(id, thursdays)]) {
      await refuses(call(), "INVALID_RECURRENCE", sentence);
      expect(await fieldsOf(call())).toEqual(["pattern.local_start"]);
    }
    const call = split(id, "2026-12-08T18:00:00Z", { ...thursdays, localStart: "2026-12-08T19:00:00" });
    await refuses(call, "INVALID_RECURRENCE", "2026-12-10T19:00:00");
  });

  test("is taken where it is a further date", async () => {
    const extraLines = "RDATE;TZID=Europe/Berlin:20261201T190000";
    const { id } = await makeSeries(rig, { ...thursdays, extraLines });
    expect((await starts(id)).slice(0, 2)).toEqual(["2026-12-01T18:00", "2026-12-03T18:00"]);
  });

  test("of an import stays, also when only the name is changed", async () => {
    const icalendar = [
      "BEGIN:VCALENDAR\r\nBEGIN:VEVENT",
      `UID:${randomUUID()}`,
      "SUMMARY:Choir",
      "DTSTART;TZID=Europe/Berlin:20261201T190000",
      "DURATION:PT90M",
      "RRULE:FREQ=WEEKLY;BYDAY=TH",
      "END:VEVENT\r\nEND:VCALENDAR",
    ].join("\r\n");
    const { series } = await rig.client.importSeries({ requestId: randomUUID(), icalendar }, await rig.as());
    const { id } = must(series, "series");
    const before = await starts(id);
    await update(id, thursdays);
    expect(await starts(id)).toEqual(before);
    expect(before[0]).toBe("2026-12-03T18:00");
  });
});
