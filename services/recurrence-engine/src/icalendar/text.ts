/** An instant as in "20261201T180000Z". */
export function utcText(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, "");
}

/** Hours, minutes and seconds, never days, which would follow the wall clock. */
export function durationText(ms: number): string {
  const [hours, minutes, seconds] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, (ms / 1000) % 60];
  const part = (value: number, unit: string) => (value === 0 ? "" : `${value}${unit}`);
  return `PT${part(hours, "H")}${part(minutes, "M")}${part(seconds, "S")}`;
}

/** The value of a property of type TEXT. */
export function escapeText(text: string): string {
  return text.replaceAll(/[\\;,]/g, (mark) => `\\${mark}`).replaceAll(/\r\n|\r|\n/g, "\\n");
}

/** The value of a parameter, for between quotes (RFC 6868). */
export function escapeParameter(text: string): string {
  return text
    .replaceAll("^", "^^")
    .replaceAll('"', "^'")
    .replaceAll(/\r\n|\r|\n/g, "^n");
}

/** The text of a parameter's value that stood between quotes (RFC 6868). */
export function unescapeParameter(value: string): string {
  return value.replaceAll(/\^([n'^])/g, (_, mark: string) => ({ n: "\n", "'": '"' })[mark] ?? mark);
}
