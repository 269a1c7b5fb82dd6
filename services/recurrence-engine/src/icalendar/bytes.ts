import { refusal } from "./properties.ts";

const [cr, lf, tab, space] = [13, 10, 9, 32];

/**
 * The text of a file. Its lines are unfolded before UTF-8 is read: programs fold by bytes, also in the middle of a
 * character (RFC 5545 section 3.1). Throws where it is no UTF-8 even so.
 */
export function textOfBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(unfolded(bytes));
  } catch (cause) {
    throw refusal("VCALENDAR", "must be UTF-8", { cause });
  }
}

function unfolded(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const lineEnd = bytes[at] === cr && bytes[at + 1] === lf ? at + 1 : at;
    const isFolded = bytes[lineEnd] === lf && (bytes[lineEnd + 1] === space || bytes[lineEnd + 1] === tab);
    if (isFolded) {
      at = lineEnd + 1;
    } else {
      out[length] = bytes[at] ?? 0;
      length += 1;
    }
  }
  return out.subarray(0, length);
}
