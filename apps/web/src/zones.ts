/** Time zones to choose from. */

/** ZoneGroup is a region and its zones, for an option group. */
export interface ZoneGroup {
  readonly region: string;
  readonly zones: readonly { readonly id: string; readonly city: string }[];
}

/** Returns the zone that the visitor's browser is set to. */
export function visitorZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/**
 * Returns every zone that the browser knows, and those given, by region. The given ones matter where a browser lists
 * only one of two names of a zone, as in Asia/Calcutta and Asia/Kolkata.
 */
export function zoneGroups(known: readonly string[], given: readonly string[]): ZoneGroup[] {
  const regions = new Map<string, { id: string; city: string }[]>();
  for (const id of new Set([...known, ...given].toSorted())) {
    const [region, city] = splitZone(id);
    const zones = regions.get(region) ?? [];
    zones.push({ id, city });
    regions.set(region, zones);
  }
  return [...regions].map(([region, zones]) => ({ region, zones }));
}

/** Returns the city of a zone for people, as in "New York". */
export function cityOf(zone: string): string {
  return splitZone(zone)[1];
}

function splitZone(id: string): [region: string, city: string] {
  const [region = id, ...rest] = id.split("/");
  if (rest.length === 0) {
    return ["Other", id];
  }
  const city = rest.toReversed().map((part) => part.replaceAll("_", " "));
  return [region, city.length > 1 ? `${city[0]} (${city.slice(1).join(", ")})` : city.join("")];
}
