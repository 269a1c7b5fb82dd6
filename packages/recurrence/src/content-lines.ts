import { InvalidRuleError } from "./errors.ts";

/** A content line; of its parameters those two that are of use here. */
export interface Line {
  readonly name: string;
  readonly type: string | undefined;
  readonly tzid: string | undefined;
  readonly value: string;
}

/**
 * The content lines of a text, unfolded (RFC 5545 section 3.1), that end with CRLF or LF. Nothing is trimmed: a line that
 * has control characters, or blanks but in the value of a parameter, is refused, so that all who read a text see the same.
 */
export function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  const unfolded = text.includes("\n ") || text.includes("\n\t") ? text.replaceAll(/\r?\n[ \t]/g, "") : text;
  for (const line of unfolded.includes("\r") ? unfolded.split(/\r?\n/) : unfolded.split("\n")) {
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
  const isPlain = isPrintable(line);
  if (!isPlain) {
    checkCharacters(line, nameEnd, colon);
  }
  let type: string | undefined;
  let tzid: string | undefined;
  for (let at = nameEnd; at < colon;) {
    const next = unquotedIndex(line, ";", at + 1);
    const end = next < 0 || next > colon ? colon : next;
    const equals = line.indexOf("=", at);
    if (equals < 0 || equals >= end || (!isPlain && !parameterShape.test(line.slice(at + 1, end)))) {
      throw new InvalidRuleError("set", line, "SYNTAX", "a parameter is a name, an equals sign and a value, no blanks");
    }
    const name = line.slice(at + 1, equals).toUpperCase();
    if (name === "VALUE") {
      type = unquoted(line.slice(equals + 1, end)).toUpperCase();
    } else if (name === "TZID") {
      tzid = unquoted(line.slice(equals + 1, end));
    }
    at = end;
  }
  return { name: line.slice(0, nameEnd).toUpperCase(), type, tzid, value: line.slice(colon + 1) };
}

/** Whether a text is letters, digits and signs of ASCII alone, without blanks; told quicker than by a pattern. */
export function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f) {
      return false;
    }
  }
  return true;
}

const control = /[\p{Cc}\u2028\u2029]/u;
/** Blanks stand within the value of a parameter only, as in the name of a zone. */
const parameterShape = /^[\w-]+=(?:"?\S(?:.*\S)?"?)?$/;

function checkCharacters(line: string, nameEnd: number, colon: number): void {
  if (control.test(line) || /\s/.test(line.slice(0, nameEnd)) || /\s/.test(line.slice(colon + 1))) {
    throw new InvalidRuleError(
      "set",
      line,
      "SYNTAX",
      "a content line has no control characters and no blanks around it",
    );
  }
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
