import { invalidField } from "./domain-error.ts";
import { parseUuid } from "./ids.ts";

/** What a part of a sort key is: any text, a UUID, or an instant as toISOString writes it. */
export type KeyPart = "text" | "uuid" | "instant";

const forms: Readonly<Record<KeyPart, (part: string) => boolean>> = {
  text: (part) => !part.includes("\0"),
  uuid: (part) => parseUuid(part) !== undefined,
  instant: isInstant,
};

/** Whether a date exists. Postgres has no year 0, and Date accepts the 31st of a month with 30 days. */
function isInstant(part: string): boolean {
  const [, seconds] = /^((?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z$/.exec(part) ?? [];
  const time = Date.parse(`${seconds}Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(`${seconds}`);
}

/** Makes a page token from the sort key of the last row of a page. Opaque to clients. */
export function encodePageToken(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** Reads a page token; null for the first page. Throws naming `page_token` where it is not one that was given out. */
export function decodePageToken(token: string, parts: readonly KeyPart[]): readonly string[] | null {
  if (token === "") {
    return null;
  }
  try {
    const key: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (Array.isArray(key) && key.length === parts.length && parts.every((form, i) => isPart(form, key[i]))) {
      return key;
    }
  } catch {
    // Not JSON: refused below like any other wrong form.
  }
  throw invalidField("page_token", "page_token is not one that was given out");
}

function isPart(form: KeyPart, part: unknown): boolean {
  return typeof part === "string" && forms[form](part);
}

/** Cuts a page out of one row more than was asked for: the row over says that there is another page. */
export function pageOf<T>(
  rows: readonly T[],
  pageSize: number,
  keyOf: (row: T) => readonly string[],
): { rows: readonly T[]; nextPageToken: string } {
  const page = rows.slice(0, pageSize);
  const last = page.at(-1);
  const more = rows.length > pageSize && last !== undefined;
  return { rows: page, nextPageToken: more ? encodePageToken(keyOf(last)) : "" };
}
