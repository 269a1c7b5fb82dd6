import { invalidField } from "@calends/kit/domain-error";
import { hasLink, isOneLine } from "@calends/kit/has-link";
import type { Person } from "./booking.ts";

/** Most people whom a booker may bring along by a link: each of them is mailed. */
export const maxGuests = 10;

/**
 * Throws naming the field where a stranger asks for more mail, or other words in it, than a meeting needs: by a link at most 10
 * others come, and no name has a link in it. An address stands for a name that nobody gave.
 */
export function validateGuests(booker: Person, attendees: readonly Person[]): void {
  if (attendees.length > maxGuests) {
    throw invalidField("details.attendees", `at most ${maxGuests} others can be booked for by a link`);
  }
  refuseStrangeName(booker, "details.booker.name");
  attendees.forEach((attendee, index) => refuseStrangeName(attendee, `details.attendees[${index}].name`));
}

/** Throws naming the field where a stranger's name is more than a name: others read it in their mail. */
export function refuseStrangeName({ name, email }: Pick<Person, "name" | "email">, field: string): void {
  if (!isOneLine(name)) {
    throw invalidField(field, "must be a name in one line, without control characters");
  }
  if (name.toLowerCase() !== email.toLowerCase() && hasLink(name)) {
    throw invalidField(field, "must be a name without a link; after a dot there is a blank");
  }
}
