/** Whether a calendar of RFC 7529 can be computed here. */
export function isKnownRscale(rscale: string): boolean {
  return rscale === "GREGORIAN";
}
