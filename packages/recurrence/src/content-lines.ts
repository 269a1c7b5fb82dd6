import { InvalidRuleError } from "./errors.ts";

/** A content line; of its parameters those two that are of use here. */
export interface Line {
  readonly name: string;
  readonly type: string | undefined;
  readonly tzid: string | undefined;
  readonly value: string;
}

/** The content lines of a text, unfolded (RFC 5545 section 3.1). */
export function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  const unfolded = text.includes("\n ") || text.includes("\n\t") ? text.replaceAll(/\r?\n[ \t]/g, "") : text;
  for (const raw of unfolded.split("\n")) {
    const line = raw.trim();
    if (line !== "") {
      lines.push(splitLine(line));
    }
  }
  return lines;
}

function splitLine(line: string): Line {
  const colon = unquotedIndex(line, ":", 0);
  if (colon < 0) {
    throw new InvalidRuleError("set", line, "SYNTAX", "a content line needs a name, a colon and a value");
  }
  const semicolon = line.indexOf(";");
  const nameEnd = semicolon >= 0 && semicolon < colon ? semicolon : colon;
  let type: string | undefined;
  let tzid: string | undefined;
  for (let at = nameEnd; at < colon;) {
    const next = unquotedIndex(line, ";", at + 1);
    const end = next < 0 || next > colon ? colon : next;
    const parameter = line.slice(at + 1, end);
    const equals = Math.max(0, parameter.indexOf("="));
    const name = parameter.slice(0, equals).toUpperCase();
    if (name === "VALUE") {
      type = unquoted(parameter.slice(equals + 1)).toUpperCase();
    } else if (name === "TZID") {
      tzid = unquoted(parameter.slice(equals + 1));
    }
    at = end;
  }
  return { name: line.slice(0, nameEnd).toUpperCase(), type, tzid, value: line.slice(colon + 1).trim() };
}

function unquoted(text: string): string {
  return text.includes('"') ? text.replaceAll('"', "") : text;
}

function unquotedIndex(line: string, wanted: string, from: number): number {
  let at = line.indexOf(wanted, from);
  for (let open = line.indexOf('"', from); open >= 0 && open < at;) {
    const close = line.indexOf('"', open + 1);
    if (close < 0) {
      return -1;
    }
    at = at < close ? line.indexOf(wanted, close + 1) : at;
    open = line.indexOf('"', close + 1);
  }
  return at;
}
