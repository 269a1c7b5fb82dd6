import { zoneTable } from "./zone-table.ts";

/** Built when it is first asked for: names in lower case, and as IANA writes them. */
let spellings: ReadonlyMap<string, string> | undefined;

/**
 * A zone's name as IANA writes it, given in any case; undefined where the database has no zone and no link of that name.
 * The platform takes more: "CAT", "IST" and others that elsewhere are other zones, or none.
 */
export function zoneNameOf(name: string): string | undefined {
  spellings ??= readSpellings();
  return spellings.get(name.toLowerCase());
}

/** The platform may know zones that are younger than the table. */
function readSpellings(): Map<string, string> {
  const ofTable = Object.entries(zoneTable).flatMap(([area, names]) => names.split(" ").map((name) => area + name));
  return new Map([...Intl.supportedValuesOf("timeZone"), ...ofTable].map((name) => [name.toLowerCase(), name]));
}
