import { create } from "@bufbuild/protobuf";
import { GetBookingPageResponseSchema } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { createElement, type ComponentProps } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { EMPTY_DRAFT } from "../draft.ts";
import { BookingForm } from "./booking-form.tsx";

type Props = ComponentProps<typeof BookingForm>;

function htmlOf(changes: Partial<Props>): string {
  const ignore = (): void => undefined;
  const state = { draft: EMPTY_DRAFT, errors: new Map(), failure: undefined, isSending: false, waitlist: false };
  const page = create(GetBookingPageResponseSchema, {});
  return renderToStaticMarkup(
    createElement(BookingForm, { page, ...state, onChange: ignore, onSubmit: ignore, ...changes }),
  );
}

function submitButtonOf(changes: Partial<Props>): string | undefined {
  return /<button type="submit"[^>]*>([^<]*)</.exec(htmlOf(changes))?.[1];
}

const requested = create(GetBookingPageResponseSchema, { requiresConfirmation: true });

test.each<[string, Partial<Props>]>([
  ["Confirm booking", {}],
  ["Request booking", { page: requested }],
  ["Join the waitlist", { waitlist: true }],
  ["Join the waitlist", { waitlist: true, page: requested }],
  ["Try again", { waitlist: true, failure: { kind: "unreachable" } }],
  ["Sending…", { waitlist: true, isSending: true }],
])("the button says %j", (expected, changes) => {
  expect(submitButtonOf(changes)).toBe(expected);
});

test("only the form of a full session says that there is no seat yet", () => {
  expect(htmlOf({ waitlist: true })).toContain("This time is full");
  expect(htmlOf({})).not.toContain("This time is full");
});
