import type { DescMessage } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { DomainError } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import type { AppointmentType } from "../domain/appointment-type.ts";
import type { Deps } from "./deps.ts";
import type { BookingMutation } from "./mutations.ts";
import { typeSlots } from "./slots.ts";

const dayMs = 86_400_000;
const reachMs = 7 * dayMs;
const most = 5;

/** What was asked for when it was taken. */
interface Asked {
  readonly type: AppointmentType;
  readonly draft: { readonly startMs: number; readonly durationMs: number };
}

/**
 * Throws an error again; where the slot is taken, with the five nearest free starts in the metadata's `nearest`, by their
 * distance. Where they cannot be found, the refusal goes out without them: it is what was asked about.
 */
export async function withNearest<I extends DescMessage, O extends DescMessage>(
  deps: Deps,
  { organizationId, context }: BookingMutation<I, O>,
  asked: Asked | undefined,
  error: unknown,
): Promise<never> {
  if (!(error instanceof DomainError) || !taken.has(error.reason) || asked === undefined) {
    throw error;
  }
  const { type, draft } = asked;
  const question = { organizationId, appointmentTypeId: type.id, fields: type.fields, durationMs: draft.durationMs };
  const [from, to] = [draft.startMs - reachMs, draft.startMs + reachMs];
  const found = await typeSlots(deps, question, from, to, context).catch(() => ({ slots: [] }));
  const starts = found.slots.map(({ startTime }) => timestampMs(must(startTime, "start_time")));
  const distance = (start: number) => Math.abs(start - draft.startMs);
  const nearest = starts
    .filter((start) => start !== draft.startMs)
    .toSorted((a, b) => distance(a) - distance(b))
    .slice(0, most)
    .map((start) => new Date(start).toISOString());
  const { kind, reason, message, metadata } = error;
  throw new DomainError(kind, reason, message, { metadata: { ...metadata, nearest: nearest.join(",") }, cause: error });
}

const taken: ReadonlySet<string> = new Set(["SLOT_TAKEN", "CALENDAR_BUSY", "BUFFER", "HOST_GROUP_SHORT"]);
