import { expect, test } from "vitest";
import { cityOf, zoneGroups } from "./zones.ts";

test("every zone is offered exactly once, by region, and so is the visitor's own", () => {
  const groups = zoneGroups(["Europe/Berlin", "America/New_York"], ["Asia/Calcutta", "Europe/Berlin", "UTC"]);
  expect(groups).toEqual([
    { region: "America", zones: [{ id: "America/New_York", city: "New York" }] },
    { region: "Asia", zones: [{ id: "Asia/Calcutta", city: "Calcutta" }] },
    { region: "Europe", zones: [{ id: "Europe/Berlin", city: "Berlin" }] },
    { region: "Other", zones: [{ id: "UTC", city: "UTC" }] },
  ]);
});

test("a zone of three parts begins with its city, so that typing finds it", () => {
  expect(cityOf("America/Argentina/Buenos_Aires")).toBe("Buenos Aires (Argentina)");
});
