import { create } from "@bufbuild/protobuf";
import { BookPollResponseSchema, PollService } from "@calends/contracts/calends/booking/v1/poll_service_pb";
import { callOf, memberOf } from "@calends/kit/call";
import { invalidField } from "@calends/kit/domain-error";
import { mutateOnce } from "@calends/kit/idempotency";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import type { FreeCalendars } from "../../availability.ts";
import { refuseInactive, type AppointmentType } from "../../domain/appointment-type.ts";
import { place, type BookingDraft, type Changed, type Person } from "../../domain/booking.ts";
import { sessionFull } from "../../domain/errors.ts";
import { isExpired } from "../../domain/holds.ts";
import { refuseClosed, type Poll, type Vote } from "../../domain/poll.ts";
import { tell } from "../../facts.ts";
import { insertPlaced, takeHeld, type Placing } from "../../placing.ts";
import { readType } from "../../store/appointment-types.ts";
import { readBooking } from "../../store/bookings.ts";
import type { Tx } from "../../store/index.ts";
import { lockPoll, readPoll, readVotesOf, updatePoll } from "../../store/polls.ts";
import { fromPerson, toBookingMessage } from "../convert.ts";
import type { Deps } from "../deps.ts";
import { checkStart, questionOf } from "../../slots.ts";
import { toPollMessage } from "./convert.ts";
import { releaseHolds } from "./holds.ts";

const method = PollService.method.bookPoll;

/** Books one of the proposed times and closes the poll. */
export function bookPoll(deps: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId, subject: actor } = memberOf(context);
    const { store, clock } = deps;
    const booker = fromPerson(must(request.booker, "booker"), "booker");
    let prepared: { type: AppointmentType; free: FreeCalendars | null } | undefined;
    const check = async () => {
      const poll = await readPoll(store.db, organizationId, request.pollId);
      refuseClosed(poll);
      const { startMs, holdId } = optionOf(poll, request.option);
      const type = await readType(store.db, organizationId, poll.appointmentTypeId);
      refuseInactive(type);
      const hold = holdId === null ? null : await readBooking(store.db, organizationId, holdId);
      // A hold has been checked when it was made; without one that still stands, the time is asked about like any other.
      const held = hold !== null && hold.status === "hold" && !isExpired(hold, clock.now());
      const { durationMs } = poll;
      const question = questionOf(organizationId, type, durationMs);
      const free = held ? null : await checkStart(deps, question, { startMs, slotToken: "" }, context);
      prepared = { type, free };
    };
    const work = async (tx: Tx) => {
      const { type, free } = must(prepared, "prepared booking");
      const before = await lockPoll(tx, organizationId, request.pollId);
      refuseClosed(before);
      const votes = await readVotesOf(tx, organizationId, before.id);
      const draft = draftOf(before, request.option, booker, votes);
      const placing = { deps, tx, organizationId, type, actor, now: clock.now() };
      const changed = await bookOption(placing, before, request.option, draft, free);
      await tell(deps, tx, organizationId, changed, callOf(context).trace);
      await releaseHolds({ deps, tx, organizationId, actor }, before, changed.booking.id);
      const poll: Poll = { ...before, status: "booked", bookingId: changed.booking.id, version: before.version + 1n };
      await updatePoll(tx, organizationId, poll);
      const booking = toBookingMessage(changed.booking);
      return create(BookPollResponseSchema, { booking, poll: toPollMessage(deps, organizationId, poll, votes) });
    };
    return mutateOnce({ method, organizationId, request, sql: store.db, transaction: store.transaction, work }, check);
  };
}

async function bookOption(
  placing: Placing,
  poll: Poll,
  option: number,
  draft: BookingDraft,
  free: FreeCalendars | null,
): Promise<Changed> {
  const { type, now } = placing;
  if (free === null) {
    return takeHeld(placing, must(optionOf(poll, option).holdId, "hold"), draft);
  }
  const changed = await insertPlaced(placing, draft, free, (id, placed) => place(id, type, draft, placed, now));
  if (changed.booking.status === "waitlisted") {
    throw sessionFull(); // The meeting that was voted for is not one to wait for.
  }
  return changed;
}

function optionOf({ options }: Poll, index: number) {
  const option = options[index];
  if (option === undefined) {
    throw invalidField("option", `the poll has ${options.length} proposed times`);
  }
  return option;
}

/** Of those whom staff invited, everybody who did not say no comes. An address that a stranger has typed is mailed by nobody. */
function draftOf(poll: Poll, option: number, booker: Person, votes: readonly Vote[]): BookingDraft {
  const coming = votes.filter(
    ({ choices, email }) =>
      choices[option] !== "no" && poll.invitees.includes(email) && email !== booker.email.toLowerCase(),
  );
  const attendees = coming.map(({ name, email }) => ({ name, email, timeZone: "", locale: "" }));
  const { startMs } = optionOf(poll, option);
  const { durationMs } = poll;
  return { startMs, durationMs, booker, attendees, answers: [], externalId: null, linkId: null, slotToken: "" };
}
