/** A text with the one line end that iCalendar's texts have. */
export function lineEnds(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n");
}
