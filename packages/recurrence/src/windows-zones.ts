/** The IANA zone of a Windows zone name; undefined where there is none. */
export function ianaZoneOf(_name: string): string | undefined {
  return undefined;
}
