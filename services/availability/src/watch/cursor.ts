import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { invalidField } from "@calends/kit/domain-error";
import { compareOffers, type Offer } from "./offers.ts";

const digestBytes = 8;
const maxBytes = 400_000;
const maxOffers = 10_000;

/**
 * Writes what a watcher has been told as a cursor: the offers themselves, packed. Any replica can go on from it, however
 * long the watcher was away, and none has to remember anything.
 */
export function writeCursor(question: Uint8Array, offers: readonly Offer[]): string {
  const parts: string[] = [];
  let before = 0;
  for (const { startMs, durationMs } of offers) {
    parts.push(`${(startMs - before).toString(36)}.${durationMs.toString(36)}`);
    before = startMs;
  }
  return Buffer.concat([digestOf(question), deflateRawSync(parts.join(","))]).toString("base64url");
}

/** Reads a cursor. Throws naming the field where it was not given out for this question. */
export function readCursor(cursor: string, question: Uint8Array): Offer[] {
  const bytes = Buffer.from(cursor, "base64url");
  if (!bytes.subarray(0, digestBytes).equals(digestOf(question))) {
    throw notGivenOut();
  }
  const text = inflate(bytes.subarray(digestBytes));
  const parts = text === "" ? [] : text.split(",");
  if (parts.length > maxOffers) {
    throw notGivenOut();
  }
  let before = 0;
  const offers = parts.map((part) => {
    const [delta = "", duration = ""] = part.split(".");
    before += Number.parseInt(delta, 36);
    return { startMs: before, durationMs: Number.parseInt(duration, 36) };
  });
  const rising = offers.every((offer, index) => {
    const last = offers[index - 1];
    return (
      Number.isSafeInteger(offer.startMs) &&
      offer.durationMs > 0 &&
      (last === undefined || compareOffers(last, offer) < 0)
    );
  });
  if (!rising) {
    throw notGivenOut();
  }
  return offers;
}

function inflate(bytes: Buffer): string {
  try {
    return inflateRawSync(bytes, { maxOutputLength: maxBytes }).toString();
  } catch {
    throw notGivenOut(); // Nothing else can be wrong with bytes.
  }
}

function digestOf(question: Uint8Array): Buffer {
  return createHash("sha256").update(question).digest().subarray(0, digestBytes);
}

function notGivenOut() {
  return invalidField("cursor", "cursor is not one that was given out for this question");
}
