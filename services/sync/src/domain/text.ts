/** A text without control characters, line breaks apart, which RFC 5545 does not let into a value. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/(?!\n)\p{Cc}/gu, "")
    .trim();
}

/** A text on one line, escaped as a TEXT value (RFC 5545 section 3.3.11). */
export function escapedLine(text: string): string {
  return cleanText(text)
    .replaceAll(/\n+/g, " ")
    .replaceAll(/[\\;,]/g, (character) => `\\${character}`);
}
