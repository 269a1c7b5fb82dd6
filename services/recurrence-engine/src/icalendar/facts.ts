import { toInstant } from "@calends/recurrence/pattern";
import { parseLocalDate } from "@calends/time/local-date";
import type { LengthPolicy } from "../domain/length.ts";
import type { Pattern } from "../domain/pattern.ts";
import { cancelledReason, defaultAdvanceDays } from "../domain/series.ts";
import type { Standing } from "../domain/series-types.ts";
import { oneOf, parameterOf, textOf, type EventLines, type Line } from "./events.ts";
import { cutText, type Notes } from "./notes.ts";
import {
  advanceProperty,
  cancelledAtProperty,
  lengthFromProperty,
  monthsProperty,
  reasonProperty,
  refusal,
  statusProperty,
} from "./properties.ts";
import { instantsOf } from "./times.ts";

/** Most characters of a title, a reason and a UID. */
export const maxTextLength = 255;
const mostAdvanceDays = 1830;
const mostMonths = 1200;

/** How many days ahead the series is planned. */
export function advanceOf(master: EventLines): number {
  return numberOf(master, advanceProperty, { usual: defaultAdvanceDays, least: 1, most: mostAdvanceDays });
}

function numberOf(
  master: EventLines,
  name: string,
  { usual, least, most }: { readonly usual: number; readonly least: number; readonly most: number },
): number {
  const text = textOf(master, name);
  const value = text === "" ? usual : Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw refusal(name, `must be from ${least} to ${most}`);
  }
  return value;
}

/** How long the series may last. */
export function policyOf(master: EventLines): LengthPolicy {
  const maxLengthMonths = numberOf(master, monthsProperty, { usual: 0, least: 0, most: mostMonths });
  const from = textOf(master, lengthFromProperty);
  if (from !== "" && parseLocalDate(from) === undefined) {
    throw refusal(lengthFromProperty, `there is no date ${from}`);
  }
  return { maxLengthMonths, lengthFrom: from === "" ? null : from };
}

/** Where the series stands. One that another program says is cancelled does not take place at all. */
export function standingOf(master: EventLines, { timeZone, localStart }: Pattern): Standing {
  if (textOf(master, "STATUS").toUpperCase() !== "CANCELLED") {
    const status = textOf(master, statusProperty).toUpperCase() === "PAUSED" ? "paused" : "active";
    return { status, cancelledAt: null, cancellationReason: "" };
  }
  const [ms = toInstant(timeZone, localStart)] = instantsOf(master, cancelledAtProperty, {});
  const reason = shortText(master, reasonProperty);
  return { status: "cancelled", cancelledAt: new Date(ms), cancellationReason: reason || cancelledReason };
}

/** Why the dates of an EXDATE are cancelled; undefined where they are none of the series' dates at all. */
export function reasonOf(line: Line): string | undefined {
  return parameterOf(line, reasonProperty)?.slice(0, maxTextLength);
}

/** The text of a property. Throws where it is longer than a series' texts are. */
export function shortText(event: EventLines, name: string): string {
  const text = textOf(event, name);
  if (text.length > maxTextLength) {
    throw refusal(name, `must be at most ${maxTextLength} characters long`);
  }
  return text;
}

/** The name of an event; what is longer than names are is cut. */
export function titleOf(event: EventLines, notes: Notes): string {
  const text = textOf(event, "SUMMARY");
  const title = cutText(text, maxTextLength);
  if (title !== text) {
    notes(oneOf(event, "SUMMARY")?.text ?? "", `its first ${maxTextLength} characters`);
  }
  return title;
}
