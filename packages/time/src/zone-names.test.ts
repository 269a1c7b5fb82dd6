import { expect, test } from "vitest";
import { isZone, zoneOf } from "./zone.ts";
import { zoneNameOf } from "./zone-names.ts";
import { zoneTable } from "./zone-table.ts";

const names = Object.entries(zoneTable).flatMap(([area, own]) => own.split(" ").map((name) => area + name));

test("every zone and link of IANA's database is one, and the platform knows its clock", () => {
  expect(names.length).toBeGreaterThan(590);
  expect(names.filter((name) => !isZone(name) || zoneNameOf(name) !== name)).toEqual([]);
  expect(Intl.supportedValuesOf("timeZone").filter((name) => !isZone(name))).toEqual([]);
  expect(zoneOf("US/Pacific").offsetAt(0)).toBe(zoneOf("America/Los_Angeles").offsetAt(0));
});

test("names that are the platform's alone, or mean other zones elsewhere, are none", () => {
  const legacy = [
    "ACT",
    "AET",
    "AGT",
    "ART",
    "AST",
    "BET",
    "BST",
    "CAT",
    "CNT",
    "CST",
    "CTT",
    "EAT",
    "ECT",
    "IET",
    "IST",
  ];
  const more = ["JST", "MIT", "NET", "NST", "PLT", "PNT", "PRT", "PST", "SST", "VST", "US/Pacific-New", "SystemV/AST4"];
  const never = ["", "Mars/Olympus", "+01:00", "UTC+1", "Factory", "Etc/Unknown", "localtime", "constructor"];
  expect([...legacy, ...more, ...never].filter(isZone)).toEqual([]);
});

test("a name in any case is written as IANA writes it", () => {
  expect(zoneNameOf("europe/BERLIN")).toBe("Europe/Berlin");
  expect(zoneNameOf("america/argentina/buenos_aires")).toBe("America/Argentina/Buenos_Aires");
  expect(zoneNameOf("etc/gmt+3")).toBe("Etc/GMT+3");
  expect(isZone("europe/BERLIN")).toBe(true);
});
