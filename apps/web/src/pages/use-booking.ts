import { useRef, useState } from "react";
import { toJsonString } from "@bufbuild/protobuf";
import { BookingDetailsSchema } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import type { GetBookingPageResponse } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { book, type Booked } from "../api.ts";
import { attemptFor, type Attempt } from "../attempt.ts";
import type { Span } from "../days.ts";
import { checkDraft, detailsOf, EMPTY_DRAFT, placeViolations, type Draft, type FieldErrors } from "../draft.ts";
import { readFailure, type Failure } from "../failures.ts";
import { language } from "../visitor.ts";

/** BookingState is the form, what is wrong with it, and what became of it. */
export interface BookingState {
  readonly draft: Draft;
  readonly errors: FieldErrors;
  /** Why the last try gave no booking, fields apart. */
  readonly failure: Failure | undefined;
  readonly isSending: boolean;
  readonly booked: Booked | undefined;
  readonly setDraft: (draft: Draft) => void;
  readonly clearFailure: () => void;
  readonly submit: (slot: Span, zone: string) => Promise<void>;
}

const NO_ERRORS: FieldErrors = new Map();

/** Keeps what a booker types, and books. What was typed outlives every failure. */
export function useBooking(
  slug: string,
  page: GetBookingPageResponse,
  onUnbookable: (failure: Failure) => void,
): BookingState {
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [errors, setErrors] = useState(NO_ERRORS);
  const [failure, setFailure] = useState<Failure>();
  const [isSending, setIsSending] = useState(false);
  const [booked, setBooked] = useState<Booked>();
  const attempt = useRef<Attempt>(undefined);

  const settle = (refusal: Failure): void => {
    if (refusal.kind === "fields" && refusal.violations.length > 0) {
      setErrors(placeViolations(refusal.violations, draft, page.questions));
    } else if (refusal.kind === "taken" || refusal.kind === "unbookable") {
      onUnbookable(refusal);
    } else {
      setFailure(refusal);
    }
  };
  const submit = async (slot: Span, zone: string): Promise<void> => {
    const found = checkDraft(draft, page.questions);
    setErrors(found);
    setFailure(undefined);
    if (found.size > 0) return;
    const details = detailsOf(draft, page.questions, slot, { zone, language });
    const content = toJsonString(BookingDetailsSchema, details);
    attempt.current = attemptFor(content, attempt.current, () => crypto.randomUUID());
    setIsSending(true);
    try {
      setBooked(await book(attempt.current.requestId, slug, details));
    } catch (error) {
      settle(readFailure(error));
    } finally {
      setIsSending(false);
    }
  };
  return { draft, errors, failure, isSending, booked, setDraft, clearFailure: () => setFailure(undefined), submit };
}
