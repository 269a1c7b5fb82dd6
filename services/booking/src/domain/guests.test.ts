import { DomainError } from "@calends/kit/domain-error";
import { expect, test } from "vitest";
import { validateGuests } from "./guests.ts";

const person = (name: string, email = "g@guest.example") => ({ name, email, timeZone: "", locale: "" });
const faultOf = (booker: string, ...attendees: ReturnType<typeof person>[]): string => {
  try {
    validateGuests(person(booker), attendees);
    return "";
  } catch (error) {
    return error instanceof DomainError ? (error.violations[0]?.field ?? error.reason) : String(error);
  }
};

test("by a link at most 10 others come", () => {
  expect(faultOf("Bo", ...Array.from({ length: 10 }, () => person("G")))).toBe("");
  expect(faultOf("Bo", ...Array.from({ length: 11 }, () => person("G")))).toBe("details.attendees");
});

test("no name has a link in it", () => {
  expect(faultOf("Claim at evil.example")).toBe("details.booker.name");
  expect(faultOf("Bo", person("Ann"), person("https://evil"))).toBe("details.attendees[1].name");
  expect(faultOf("Dr. J. R. O’Neill-Öz", person("Ann Example"))).toBe("");
});

test("an address stands for a name that nobody gave, but only one's own", () => {
  expect(faultOf("Bo", person("Ann@Guest.example", "ann@guest.example"))).toBe("");
  expect(faultOf("Bo", person("ann@evil.example", "ann@guest.example"))).toBe("details.attendees[0].name");
});
