/** The calls of the page, to the gateway that served it. What they answer is in the page's own terms. */
import { create } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs, timestampMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import type { Slot as SlotMessage } from "@calends/contracts/calends/availability/v1/slots_pb";
import type { BookingStatus, Person } from "@calends/contracts/calends/booking/v1/booking_pb";
import type { BookingDetails } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { PublicAnswerService } from "@calends/contracts/calends/booking/v1/public_answer_service_pb";
import {
  PublicBookingService,
  type GetBookingPageResponse,
  type PublicBooking,
} from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { TimeRangeSchema, type TimeRange } from "@calends/contracts/calends/type/v1/time_range_pb";
import type { Slot, Span } from "./days.ts";

/** Meeting is a booking as its booker sees it. */
export interface Meeting {
  readonly title: string;
  readonly status: BookingStatus;
  readonly span: Span;
  readonly hostNames: readonly string[];
  readonly bookerName: string;
  readonly bookerEmail: string;
  readonly location: string;
  readonly meetingUrl: string;
  readonly cancellationReason: string;
  /** Until when an offered seat can be accepted; undefined for bookings without an offer. */
  readonly offeredUntilMs: number | undefined;
  /** Number of guests besides the booker. */
  readonly attendeeCount: number;
  /** Whether the booker has yet to confirm their address; until then guests get no mail. */
  readonly bookerUnconfirmed: boolean;
}

/** Booked is the answer to a booking. */
export interface Booked {
  readonly meeting: Meeting;
  readonly manageToken: string;
  readonly confirmationMessage: string;
  readonly redirectUrl: string;
}

/** Managed is the booking of a manage link. */
export interface Managed {
  readonly meeting: Meeting;
  readonly canCancel: boolean;
  readonly canReschedule: boolean;
}

/** Answer is a booker's answer to one of the link's questions. */
export interface Answer {
  readonly label: string;
  readonly value: string;
}

/** Hosted is a booking as its host sees it. */
export interface Hosted {
  readonly meeting: Meeting;
  readonly guests: readonly string[];
  readonly answers: readonly Answer[];
  readonly canConfirm: boolean;
  readonly canDecline: boolean;
}

/** AddressConfirmation is the booking whose booker is asked to confirm their address. */
export interface AddressConfirmation {
  readonly meeting: Meeting;
  readonly guests: readonly string[];
}

/** Loads the slots whose starts lie in a span. */
export type LoadSlots = (span: Span, signal: AbortSignal) => Promise<Slot[]>;

const TIMEOUT_MS = 15_000;

// Connect sends an RPC without side effects by GET, with its message in the query. No RPC with a token is declared as one.
const transport = createConnectTransport({
  baseUrl: window.location.origin,
  useHttpGet: true,
  defaultTimeoutMs: TIMEOUT_MS,
});
const client = createClient(PublicBookingService, transport);
const answering = createClient(PublicAnswerService, transport);

/** Reads what the booking page of a link shows. */
export function getPage(slug: string, signal: AbortSignal): Promise<GetBookingPageResponse> {
  return client.getBookingPage({ slug }, { signal });
}

/** Returns how to load the slots of a link for a length of meeting. */
export function publicSlots(slug: string, seconds: number): LoadSlots {
  return async (span, signal) => {
    const duration = durationFromMs(seconds * 1000);
    const { slots } = await client.listPublicSlots({ slug, range: rangeOf(span), duration }, { signal });
    return slots.map(toSlot);
  };
}

/** Returns how to load the slots to which the booking of a manage link can be moved. */
export function managedSlots(manageToken: string): LoadSlots {
  return async (span, signal) => {
    const { slots } = await client.listManagedSlots({ manageToken, range: rangeOf(span) }, { signal });
    return slots.map(toSlot);
  };
}

/** Books a slot of a link. Repeating it with the same id never makes a second booking. */
export async function book(requestId: string, slug: string, details: BookingDetails): Promise<Booked> {
  const { booking, manageToken, confirmationMessage, redirectUrl } = await client.book({ requestId, slug, details });
  return { meeting: toMeeting(booking), manageToken, confirmationMessage, redirectUrl };
}

/** Reads the booking of a manage link. */
export async function getManaged(manageToken: string, signal: AbortSignal): Promise<Managed> {
  const { booking, canCancel, canReschedule } = await client.getManagedBooking({ manageToken }, { signal });
  return { meeting: toMeeting(booking), canCancel, canReschedule };
}

/** Asks for a new manage link by mail, in place of one that has ended. The answer does not tell whether the booking exists. */
export async function renewManageLink(manageToken: string): Promise<void> {
  await client.renewManageLink({ manageToken });
}

/** Cancels the booking of a manage link. */
export async function cancelManaged(requestId: string, manageToken: string, reason: string): Promise<Meeting> {
  const { booking } = await client.cancelManagedBooking({ requestId, manageToken, reason });
  return toMeeting(booking);
}

/** Move says where a booking goes, and why. */
export interface Move {
  readonly startMs: number;
  readonly reason: string;
}

/** Moves the booking of a manage link to another start. */
export async function rescheduleManaged(requestId: string, manageToken: string, move: Move): Promise<Meeting> {
  const startTime = timestampFromMs(move.startMs);
  const { reason } = move;
  const { booking } = await client.rescheduleManagedBooking({ requestId, manageToken, startTime, reason });
  return toMeeting(booking);
}

/** Accepts the seat that was offered to the booking of a manage link. */
export async function acceptManaged(requestId: string, manageToken: string): Promise<Meeting> {
  const { booking } = await client.acceptManagedOffer({ requestId, manageToken });
  return toMeeting(booking);
}

/** Reads the booking of the link by which its booker confirms their address. */
export async function getConfirmation(confirmToken: string, signal: AbortSignal): Promise<AddressConfirmation> {
  const { booking, attendees } = await answering.getAddressConfirmation({ confirmToken }, { signal });
  return { meeting: toMeeting(booking), guests: attendees.map(nameOf) };
}

/** Confirms the booker's address, so that the guests are mailed. */
export async function confirmAddress(requestId: string, confirmToken: string): Promise<Meeting> {
  const { booking } = await answering.confirmAddress({ requestId, confirmToken });
  return toMeeting(booking);
}

/** Reads the booking of a host's link. */
export async function getHosted(hostToken: string, signal: AbortSignal): Promise<Hosted> {
  const hosted = await answering.getHostedBooking({ hostToken }, { signal });
  const answers = hosted.answers.map(({ label, questionId, value }) => ({ label: label || questionId, value }));
  const { canConfirm, canDecline } = hosted;
  return { meeting: toMeeting(hosted.booking), guests: hosted.attendees.map(nameOf), answers, canConfirm, canDecline };
}

/** Confirms the booking of a host's link. */
export async function confirmHosted(requestId: string, hostToken: string): Promise<Meeting> {
  const { booking } = await answering.confirmHostedBooking({ requestId, hostToken });
  return toMeeting(booking);
}

/** Declines the booking of a host's link. */
export async function declineHosted(requestId: string, hostToken: string, reason: string): Promise<Meeting> {
  const { booking } = await answering.declineHostedBooking({ requestId, hostToken, reason });
  return toMeeting(booking);
}

function nameOf({ name, email }: Person): string {
  return name === "" || name === email ? email : `${name}, ${email}`;
}

function rangeOf(span: Span): TimeRange {
  return create(TimeRangeSchema, { startTime: timestampFromMs(span.startMs), endTime: timestampFromMs(span.endMs) });
}

function toSpan({ startTime, endTime }: { startTime?: Timestamp | undefined; endTime?: Timestamp | undefined }): Span {
  if (startTime === undefined || endTime === undefined) {
    throw new Error("the answer has a span without a start or an end");
  }
  return { startMs: timestampMs(startTime), endMs: timestampMs(endTime) };
}

function toSlot(slot: SlotMessage): Slot {
  return { ...toSpan(slot), waitlist: slot.waitlist };
}

function toMeeting(booking: PublicBooking | undefined): Meeting {
  if (booking === undefined) {
    throw new Error("the answer has no booking");
  }
  return {
    ...booking,
    span: toSpan(booking),
    bookerName: booking.booker?.name ?? "",
    bookerEmail: booking.booker?.email ?? "",
    offeredUntilMs: booking.expireTime === undefined ? undefined : timestampMs(booking.expireTime),
  };
}
