import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { normalizeSet } from "@calends/recurrence/normalize";
import type { MethodImpl } from "@connectrpc/connect";
import { orInvalid } from "./refusal.ts";

/** Writes a set in its canonical form. */
export const normalize: MethodImpl<typeof RecurrenceService.method.normalize> = ({ recurrence }) => ({
  recurrence: orInvalid(() => normalizeSet(recurrence)),
});
