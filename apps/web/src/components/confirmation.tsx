import { useEffect, type ReactNode } from "react";
import { BookingStatus } from "@calends/contracts/calends/booking/v1/booking_pb";
import type { Booked } from "../api.ts";
import { managePath, webAddress } from "../routes.ts";
import { bookedWords } from "../status-words.ts";
import { GuestsWait } from "./guests-wait.tsx";
import { MeetingFacts } from "./meeting-facts.tsx";
import { FocusedHeading, useTitle } from "./notice-page.tsx";

const CLOCK = "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15M10 5.5V10l3 2";

interface ConfirmationProps {
  readonly booked: Booked;
  readonly zone: string;
}

/** What was booked, and what comes next. */
export function Confirmation({ booked, zone }: ConfirmationProps): ReactNode {
  const { meeting, confirmationMessage } = booked;
  const isConfirmed = meeting.status === BookingStatus.CONFIRMED;
  const { title, lead, manage } = bookedWords(meeting);
  useTitle(title);
  return (
    <div className="card confirmation">
      <div className="seal" aria-hidden="true">
        <svg viewBox="0 0 20 20" width="28" height="28" focusable="false">
          <path d={isConfirmed ? "m4.5 10.5 3.7 3.7 7.3-8" : CLOCK} />
        </svg>
      </div>
      <FocusedHeading>{title}</FocusedHeading>
      <p className="lead">{lead}</p>
      <GuestsWait meeting={meeting} />
      {confirmationMessage !== "" && <p className="message">{confirmationMessage}</p>}
      <MeetingFacts meeting={meeting} zone={zone} />
      <div className="actions">
        <a className="button" href={managePath(booked.manageToken)}>
          {manage}
        </a>
        <Onward redirectUrl={booked.redirectUrl} />
      </div>
    </div>
  );
}

/** Goes where the link says, and shows a way there while the browser is on it. */
function Onward({ redirectUrl }: Pick<Booked, "redirectUrl">): ReactNode {
  const url = webAddress(redirectUrl);
  useEffect(() => {
    if (url !== undefined) window.location.assign(url);
  }, [url]);
  return (
    url !== undefined && (
      <a className="button primary" href={url}>
        Continue to {new URL(url).hostname}
      </a>
    )
  );
}
