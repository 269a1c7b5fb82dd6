import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { invalidField } from "@calends/kit/domain-error";
import type { Offer, Told } from "./offers.ts";

/** Writes what a watcher has been told as a cursor, and reads it. */
export interface Cursors {
  write(question: WatchedQuestion, told: Told): string;
  /** Throws naming the field where the cursor was not given out for this question. */
  read(cursor: string, question: WatchedQuestion): Told;
}

/** What a cursor is bound to: whose question it answered, and which. */
export interface WatchedQuestion {
  readonly organizationId: string;
  /** The request's bytes without a cursor. */
  readonly request: Uint8Array;
}

const macBytes = 16;
const maxBytes = 400_000;

/**
 * Makes the writer of cursors: the offers themselves, packed and signed, their hosts and seats as a digest alone. Any replica
 * can go on from one, however long the watcher was away, and none has to remember anything.
 */
export function createCursors(secret: string): Cursors {
  const macOf = ({ organizationId, request }: WatchedQuestion, body: Buffer): Buffer => {
    const asked = createHash("sha256").update(request).digest();
    const hmac = createHmac("sha256", secret).update("watch-cursor").update(organizationId).update(asked);
    return hmac.update(body).digest().subarray(0, macBytes);
  };
  return {
    write(question, told) {
      const body = deflateRawSync(textOf(told), { level: 1 });
      return Buffer.concat([macOf(question, body), body]).toString("base64url");
    },
    read(cursor, question) {
      const bytes = Buffer.from(cursor, "base64url");
      const [mac, body] = [bytes.subarray(0, macBytes), bytes.subarray(macBytes)];
      if (mac.length !== macBytes || !timingSafeEqual(mac, macOf(question, body))) {
        throw invalidField("cursor", "cursor is not one that was given out for this question");
      }
      return toldOf(inflateRawSync(body, { maxOutputLength: maxBytes }).toString());
    },
  };
}

/** What there is to say of all, then each offer as the way from the start of the one before it, and its length. */
function textOf({ offers, truncated, digest }: Told): string {
  const parts = offers.map(({ startMs, durationMs }, index) => {
    const before = offers[index - 1]?.startMs ?? 0;
    return `${(startMs - before).toString(36)}.${durationMs.toString(36)}`;
  });
  return [truncated ? "more" : "", digest, ...parts].join(",");
}

function toldOf(text: string): Told {
  const [more, digest = "", ...parts] = text.split(",");
  const freeHosts: Offer["freeHosts"] = digest === "" ? [] : null;
  let startMs = 0;
  const offers = parts.map((part) => {
    const [delta = "", duration = ""] = part.split(".");
    startMs += Number.parseInt(delta, 36);
    return { startMs, durationMs: Number.parseInt(duration, 36), seatsLeft: 0, freeHosts };
  });
  return { offers, truncated: more !== "", digest };
}
