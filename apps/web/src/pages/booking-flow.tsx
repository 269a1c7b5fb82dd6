import { useEffect, useMemo, useState, type ReactNode } from "react";
import type { GetBookingPageResponse } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { publicSlots } from "../api.ts";
import { BookingForm } from "../components/booking-form.tsx";
import { Confirmation } from "../components/confirmation.tsx";
import { FailurePage, useTitle } from "../components/notice-page.tsx";
import { SlotPicker } from "../components/slot-picker.tsx";
import { lengthsOf, Summary } from "../components/summary.tsx";
import type { Slot } from "../days.ts";
import { failureInWords, type Failure } from "../failures.ts";
import { usePicker, type Picker } from "../use-picker.ts";
import { visitorZone } from "../zones.ts";
import { useBooking } from "./use-booking.ts";

interface BookingFlowProps {
  readonly slug: string;
  readonly page: GetBookingPageResponse;
}

/** From the choice of a slot over the form to the confirmation. */
export function BookingFlow({ slug, page }: BookingFlowProps): ReactNode {
  useTitle(page.name);
  const [seconds, setSeconds] = useState(lengthsOf(page)[0] ?? 0);
  const [zone, setZone] = useState(visitorZone);
  const [refusal, setRefusal] = useState<Failure>();
  const { slot, chooseSlot, leaveSlot } = useSlotInHistory();
  const loadSlots = useMemo(() => publicSlots(slug, seconds), [slug, seconds]);
  const picker = usePicker(loadSlots, zone, page.maxFutureDays);
  const booking = useBooking(slug, page, (failure) => {
    setRefusal(failure);
    picker.reload();
    leaveSlot();
  });
  const choose = (chosen: Slot): void => {
    setRefusal(undefined);
    booking.clearFailure();
    chooseSlot(chosen);
  };

  if (booking.booked !== undefined) return <Confirmation booked={booking.booked} zone={zone} />;
  if (booking.failure !== undefined && isFinal(booking.failure)) {
    return <FailurePage failure={booking.failure} onRetry={booking.clearFailure} />;
  }
  const summary = { page, seconds, zone, slot, onSeconds: setSeconds, onZone: setZone, onChangeTime: leaveSlot };
  return (
    <div className={slot === undefined ? "card booking" : "card booking with-form"}>
      <Summary {...summary} />
      {slot === undefined ? (
        <SlotChoice refusal={refusal} picker={picker} onPick={choose} />
      ) : (
        <BookingForm
          page={page}
          waitlist={slot.waitlist}
          {...booking}
          onChange={booking.setDraft}
          onSubmit={() => void booking.submit(slot, zone)}
        />
      )}
    </div>
  );
}

/** After these there is nothing to correct or to try again. */
function isFinal({ kind }: Failure): boolean {
  return kind === "missing" || kind === "link_closed" || kind === "type_closed";
}

interface SlotChoiceProps {
  /** Why the slot chosen before cannot be had. */
  readonly refusal: Failure | undefined;
  readonly picker: Picker;
  readonly onPick: (slot: Slot) => void;
}

function SlotChoice({ refusal, picker, onPick }: SlotChoiceProps): ReactNode {
  return (
    <div className="choice">
      <div role="alert">
        {refusal !== undefined && (
          <p className="alert">{failureInWords(refusal)} Please choose another one; what you typed is kept.</p>
        )}
      </div>
      <SlotPicker picker={picker} onPick={onPick} />
    </div>
  );
}

interface SlotInHistory {
  readonly slot: Slot | undefined;
  readonly chooseSlot: (slot: Slot) => void;
  readonly leaveSlot: () => void;
}

/** Keeps the chosen slot as a step of the browser's history, so that its back button leads back to the slots. */
function useSlotInHistory(): SlotInHistory {
  const [slot, setSlot] = useState<Slot>();
  useEffect(() => {
    const onBack = (): void => {
      setSlot(undefined);
      // The form's focus is gone with it: go on at the day chosen before.
      requestAnimationFrame(() => document.querySelector<HTMLElement>(".days [tabindex='0']")?.focus());
    };
    window.addEventListener("popstate", onBack);
    return () => window.removeEventListener("popstate", onBack);
  }, []);
  return {
    slot,
    chooseSlot: (chosen) => {
      window.history.pushState(null, "");
      setSlot(chosen);
      window.scrollTo({ top: 0 });
    },
    leaveSlot: () => window.history.back(),
  };
}
