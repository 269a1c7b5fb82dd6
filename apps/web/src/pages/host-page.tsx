import { useCallback, useState, type ReactNode } from "react";
import { BookingStatus } from "@calends/contracts/calends/booking/v1/booking_pb";
import { confirmHosted, declineHosted, getHosted, type Hosted, type Meeting } from "../api.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { MeetingFacts, When } from "../components/meeting-facts.tsx";
import { FailurePage, FocusedHeading, useTitle } from "../components/notice-page.tsx";
import { PageSkeleton } from "../components/skeleton.tsx";
import { ZoneChooser } from "../components/zone-chooser.tsx";
import { failureInWords } from "../failures.ts";
import { statusWords } from "../status-words.ts";
import { useLoaded } from "../use-loaded.ts";
import { visitorZone } from "../zones.ts";
import { useAnswer } from "./use-answer.ts";

/** The page of the link in a host's mail, with the booking and buttons to confirm or decline it. */
export function HostPage({ token }: { readonly token: string }): ReactNode {
  const load = useCallback((signal: AbortSignal) => getHosted(token, signal), [token]);
  const { value, failure, reload } = useLoaded(load);
  if (value !== undefined) return <HostedBooking token={token} hosted={value} />;
  return failure === undefined ? <PageSkeleton /> : <FailurePage failure={failure} onRetry={reload} />;
}

interface HostedBookingProps {
  readonly token: string;
  readonly hosted: Hosted;
}

function HostedBooking({ token, hosted }: HostedBookingProps): ReactNode {
  const [zone, setZone] = useState(visitorZone);
  // The links in the mail name an answer in the fragment, but only a click on this page gives it.
  const [asked, setAsked] = useState(() => window.location.hash.slice(1));
  const { answered, failure, isSending, send } = useAnswer();
  const meeting = answered ?? hosted.meeting;
  const isPending = meeting.status === BookingStatus.PENDING;
  const title = isPending ? "Confirm this booking?" : settledTitle(meeting, answered !== undefined);
  useTitle(title);
  const decline = async (reason: string): Promise<void> => {
    await send(JSON.stringify(["decline", reason]), (requestId) => declineHosted(requestId, token, reason));
    setAsked("");
  };
  return (
    <>
      <div className="card manage">
        <FocusedHeading key={title}>{title}</FocusedHeading>
        <div role="status">{answered !== undefined && <p className="message">{RESULTS.get(answered.status)}</p>}</div>
        <MeetingFacts meeting={meeting} zone={zone} guests={hosted.guests} answers={hosted.answers} />
        <ZoneChooser zone={zone} onChange={setZone} />
        <div role="alert">{failure !== undefined && <p className="alert">{failureInWords(failure)}</p>}</div>
        {isPending && (
          <div className="actions">
            {hosted.canConfirm && (
              <button
                type="button"
                className="button primary"
                aria-disabled={isSending}
                onClick={() => void send("confirm", (requestId) => confirmHosted(requestId, token))}
              >
                Confirm booking
              </button>
            )}
            {hosted.canDecline && (
              <button type="button" className="button danger" onClick={() => setAsked("decline")}>
                Decline booking
              </button>
            )}
          </div>
        )}
      </div>
      {asked === "decline" && isPending && hosted.canDecline && (
        <DeclineDialog
          meeting={meeting}
          zone={zone}
          isSending={isSending}
          onConfirm={(reason) => void decline(reason)}
          onDismiss={() => setAsked("")}
        />
      )}
    </>
  );
}

/** A declined booking has the status of a cancelled one: only the page on which it was declined can tell them apart. */
function settledTitle({ status }: Meeting, isAnswered: boolean): string {
  const words = isAnswered && status === BookingStatus.CANCELLED ? "Declined" : statusWords(status);
  return `This booking: ${words.toLowerCase()}`;
}

const RESULTS = new Map<BookingStatus, string>([
  [BookingStatus.CONFIRMED, "You have confirmed it. A mail with the invitation is on its way to everybody."],
  [BookingStatus.CANCELLED, "You have declined it. A mail is on its way to the booker."],
]);

interface DeclineDialogProps {
  readonly meeting: Meeting;
  readonly zone: string;
  readonly isSending: boolean;
  readonly onConfirm: (reason: string) => void;
  readonly onDismiss: () => void;
}

function DeclineDialog({ meeting, zone, ...dialog }: DeclineDialogProps): ReactNode {
  return (
    <ConfirmDialog
      title="Decline this booking?"
      confirmName="Yes, decline it"
      dismissName="Back"
      reasonHint="The booker will read it."
      failure={undefined}
      {...dialog}
    >
      <p>
        <When span={meeting.span} zone={zone} />
      </p>
    </ConfirmDialog>
  );
}
