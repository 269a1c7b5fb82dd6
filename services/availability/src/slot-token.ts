import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { DomainError } from "@calends/kit/domain-error";

/** What a slot was listed as. */
export interface OfferedSlot {
  readonly startMs: number;
  readonly durationMs: number;
}

/** What a token is bound to: whose question it answered, and which. */
export interface Question {
  readonly organizationId: string;
  /** The query's bytes: groups, rules and all. */
  readonly query: Uint8Array;
}

/** Signs slots that are listed, and reads them when they are checked. */
export interface SlotTokens {
  /** A signer for the slots of one answer. */
  signer(question: Question, nowMs: number): (slot: OfferedSlot) => string;
  /** Throws SLOT_TOKEN for a token that is expired, forged or of another question. */
  read(token: string, question: Question, nowMs: number): OfferedSlot;
}

const lifetimeMs = 15 * 60_000;
const formatVersion = 1;
/** Version, start, duration and expiry; the question is in the MAC only. */
const bodyBytes = 1 + 8 + 4 + 8;
const macBytes = 16;

/** Makes the signer of slots. Tokens live for 15 minutes: as long as somebody may take to fill in a form. */
export function createSlotTokens(secret: string): SlotTokens {
  const keyOf = ({ organizationId, query }: Question): Buffer =>
    createHmac("sha256", secret).update("slot-token").update(organizationId).update(digestOf(query)).digest();
  const macOf = (key: Buffer, body: Buffer): Buffer =>
    createHmac("sha256", key).update(body).digest().subarray(0, macBytes);
  return {
    signer(question, nowMs) {
      const key = keyOf(question);
      return (slot) => {
        const body = bodyOf(slot, nowMs + lifetimeMs);
        return Buffer.concat([body, macOf(key, body)]).toString("base64url");
      };
    },
    read(token, question, nowMs) {
      const bytes = Buffer.from(token, "base64url");
      const body = bytes.subarray(0, bodyBytes);
      const expected = macOf(keyOf(question), body);
      const isWhole = bytes.length === bodyBytes + macBytes && bytes.toString("base64url") === token;
      if (!isWhole || !timingSafeEqual(bytes.subarray(bodyBytes), expected)) {
        throw slotToken("the slot's token is not of this question");
      }
      if (body[0] !== formatVersion || body.readDoubleBE(13) < nowMs) {
        throw slotToken("the slot's token has expired");
      }
      return { startMs: body.readDoubleBE(1), durationMs: body.readUInt32BE(9) };
    },
  };
}

function bodyOf({ startMs, durationMs }: OfferedSlot, expiresMs: number): Buffer {
  const body = Buffer.alloc(bodyBytes);
  body[0] = formatVersion;
  body.writeDoubleBE(startMs, 1);
  body.writeUInt32BE(durationMs, 9);
  body.writeDoubleBE(expiresMs, 13);
  return body;
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function slotToken(message: string): DomainError {
  return new DomainError("precondition", "SLOT_TOKEN", message);
}
