import { invalidField } from "@calends/kit/domain-error";
import { isZone } from "@calends/time/zone";
import { zoneNameOf } from "@calends/time/zone-names";

/** The canonical name of a zone that a request names in a field. Throws for one that is not known. */
export function readZone(name: string, field: string): string {
  const timeZone = isZone(name) ? zoneNameOf(name) : undefined;
  if (timeZone === undefined) {
    throw invalidField(field, `unknown time zone: ${name}`);
  }
  return timeZone;
}
