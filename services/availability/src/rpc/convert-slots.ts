import { create } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  FreshnessSchema,
  SlotRefusalSchema,
  SlotSchema,
  type Freshness as FreshnessMessage,
  type Slot as SlotMessage,
  type SlotRefusal,
} from "@calends/contracts/calends/availability/v1/slots_pb";
import { Reason } from "@calends/contracts/calends/errors/v1/reason_pb";
import { zoneOf } from "@calends/time/zone";
import { isFresh, type Freshness } from "../domain/freshness.ts";
import type { Refusal } from "../domain/refusals.ts";
import type { Slot } from "../domain/slots.ts";
import { sentenceOf } from "./sentences.ts";

/** A slot as a message, with its start on the clock of a zone where one is given. */
export function toSlotMessage(slot: Slot, timeZone: string, token: string): SlotMessage {
  const { startMs, durationMs, seatsLeft, freeHosts } = slot;
  return create(SlotSchema, {
    startTime: timestampFromMs(startMs),
    endTime: timestampFromMs(startMs + durationMs),
    localStartTime: timeZone === "" ? "" : localTime(startMs, timeZone),
    freeHosts: [...freeHosts],
    seatsLeft,
    token,
  });
}

/** An instant on the clock of a zone with its offset, as RFC 3339 writes it; seconds of an offset are dropped. */
export function localTime(instant: number, timeZone: string): string {
  const offsetMs = zoneOf(timeZone).offsetAt(instant);
  const minutes = Math.trunc(Math.abs(offsetMs) / 60_000);
  const two = (value: number) => String(value).padStart(2, "0");
  const offset = `${offsetMs < 0 ? "-" : "+"}${two(Math.trunc(minutes / 60))}:${two(minutes % 60)}`;
  return `${new Date(instant + offsetMs).toISOString().slice(0, 19)}${offset}`;
}

/** A refusal as a message. */
export function toRefusalMessage(refusal: Refusal): SlotRefusal {
  const { reason, calendarId, recordKind, recordId, figures } = refusal;
  return create(SlotRefusalSchema, {
    reason: Reason[reason],
    message: sentenceOf(refusal),
    recordKind,
    recordId,
    calendarId,
    metadata: { ...figures },
  });
}

/** What is known of a calendar's external events as a message. */
export function toFreshnessMessage(entry: Freshness, maxStalenessMs: number, nowMs: number): FreshnessMessage {
  const { calendarId, source, lastGoodMs, healthy } = entry;
  return create(FreshnessSchema, {
    calendarId,
    source,
    healthy,
    lastGoodTime: timestampFromMs(lastGoodMs),
    lag: durationFromMs(Math.max(0, nowMs - lastGoodMs)),
    fresh: isFresh(entry, maxStalenessMs, nowMs),
  });
}
