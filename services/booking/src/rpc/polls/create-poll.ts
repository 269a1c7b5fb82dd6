import { create } from "@bufbuild/protobuf";
import { CreatePollResponseSchema, PollService } from "@calends/contracts/calends/booking/v1/poll_service_pb";
import { callOf, memberOf } from "@calends/kit/call";
import { invalidField } from "@calends/kit/domain-error";
import { mutateOnce } from "@calends/kit/idempotency";
import { newId } from "@calends/kit/ids";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import type { FreeCalendars } from "../../availability.ts";
import { chooseDuration, refuseInactive, type AppointmentType } from "../../domain/appointment-type.ts";
import { holdSlot } from "../../domain/holds.ts";
import { apartOf, validateStarts, type Poll, type PollOption, refuseInvitedTwice } from "../../domain/poll.ts";
import { tell } from "../../facts.ts";
import { insertPlaced } from "../../placing.ts";
import { readType } from "../../store/appointment-types.ts";
import type { Tx } from "../../store/index.ts";
import { insertPoll } from "../../store/polls.ts";
import type { Deps } from "../deps.ts";
import { checkStart, questionOf } from "../../slots.ts";
import { fromPollFields, toPollMessage } from "./convert.ts";

const method = PollService.method.createPoll;

/** A poll that is about to be made, with what was free at each of its times. */
interface Prepared {
  readonly type: AppointmentType;
  readonly durationMs: number;
  readonly free: readonly FreeCalendars[];
}

/** Proposes times for a vote, and holds them where that is asked for. */
export function createPoll(deps: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId, subject: actor } = memberOf(context);
    const { store, clock } = deps;
    const { startsMs, askedMs, ...fields } = fromPollFields(request.fields);
    let prepared: Prepared | undefined;
    const check = async () => {
      refuseInvitedTwice(fields.invitees);
      const type = await readType(store.db, organizationId, fields.appointmentTypeId);
      refuseInactive(type);
      const durationMs = chooseDuration(type.fields, askedMs, "fields.duration");
      validateStarts(startsMs, fields.holdTimes ? apartOf(type.fields, durationMs) : 0, clock.now());
      if (fields.holdTimes && type.fields.category === "group") {
        throw invalidField("fields.hold_times", "seats of a group are not held");
      }
      if (fields.closesAt <= clock.now() || fields.closesAt.getTime() > Math.min(...startsMs)) {
        throw invalidField("fields.close_time", "voting ends between now and the first proposed start");
      }
      const question = questionOf(organizationId, type, durationMs);
      const asked = startsMs.map((startMs) => checkStart(deps, question, { startMs, slotToken: "" }, context));
      prepared = { type, durationMs, free: await Promise.all(asked) };
    };
    const work = async (tx: Tx) => {
      const { type, durationMs, free } = must(prepared, "prepared poll");
      const now = clock.now();
      const placing = { deps, tx, organizationId, type, actor, now };
      const options: PollOption[] = startsMs.map((startMs) => ({ startMs, holdId: null }));
      // In the order of time, so that two polls that race lock in one order.
      const inOrder = [...options.keys()].toSorted((a, b) => (startsMs[a] ?? 0) - (startsMs[b] ?? 0));
      for (const index of fields.holdTimes ? inOrder : []) {
        const startMs = must(startsMs[index], "start");
        // Until it begins, and not only while votes are taken: whoever counts them comes after that.
        const draft = { startMs, durationMs, lifetimeMs: startMs - now.getTime() };
        const held = await insertPlaced(placing, draft, must(free[index], "free calendars"), (id, placed) =>
          holdSlot(id, type, draft, placed, now),
        );
        await tell(deps, tx, organizationId, held, callOf(context).trace);
        options[index] = { startMs, holdId: held.booking.id };
      }
      const made = { id: newId(now.getTime()), options, durationMs, createdAt: now, version: 1n } as const;
      const poll: Poll = { ...fields, ...made, status: "open", bookingId: null };
      await insertPoll(tx, organizationId, poll);
      return create(CreatePollResponseSchema, { poll: toPollMessage(deps, organizationId, poll, []) });
    };
    return mutateOnce({ method, organizationId, request, sql: store.db, transaction: store.transaction, work }, check);
  };
}
