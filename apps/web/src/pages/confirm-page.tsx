import { useCallback, useState, type ReactNode } from "react";
import { confirmAddress, getConfirmation, type AddressConfirmation, type Meeting } from "../api.ts";
import { MeetingFacts } from "../components/meeting-facts.tsx";
import { FailurePage, FocusedHeading, useTitle } from "../components/notice-page.tsx";
import { PageSkeleton } from "../components/skeleton.tsx";
import { failureInWords } from "../failures.ts";
import { guestsSentence, isOver } from "../status-words.ts";
import { useLoaded } from "../use-loaded.ts";
import { visitorZone } from "../zones.ts";
import { useAnswer } from "./use-answer.ts";

/** The page on which a booker confirms their address, so that the guests are invited. */
export function ConfirmPage({ token }: { readonly token: string }): ReactNode {
  const load = useCallback((signal: AbortSignal) => getConfirmation(token, signal), [token]);
  const { value, failure, reload } = useLoaded(load);
  if (value !== undefined) return <Asking token={token} asked={value} />;
  return failure === undefined ? <PageSkeleton /> : <FailurePage failure={failure} onRetry={reload} />;
}

interface AskingProps {
  readonly token: string;
  readonly asked: AddressConfirmation;
}

function Asking({ token, asked }: AskingProps): ReactNode {
  const [zone] = useState(visitorZone);
  const { answered, failure, isSending, send } = useAnswer();
  const meeting = answered ?? asked.meeting;
  const title = titleOf(meeting);
  useTitle(title);
  return (
    <div className="card manage">
      <FocusedHeading key={title}>{title}</FocusedHeading>
      <div role="status">{answered !== undefined && <p className="message">{guestsSentence(answered.status)}</p>}</div>
      <MeetingFacts meeting={meeting} zone={zone} guests={asked.guests} />
      <div role="alert">{failure !== undefined && <p className="alert">{failureInWords(failure)}</p>}</div>
      {isOpen(meeting) && (
        <div className="actions">
          <button
            type="button"
            className="button primary"
            aria-disabled={isSending}
            onClick={() => void send("confirm", (requestId) => confirmAddress(requestId, token))}
          >
            Confirm and invite
          </button>
        </div>
      )}
    </div>
  );
}

function isOpen(meeting: Meeting): boolean {
  return meeting.bookerUnconfirmed && !isOver(meeting.status);
}

function titleOf(meeting: Meeting): string {
  if (isOpen(meeting)) return "Is this your booking, and may we invite your guests?";
  return meeting.bookerUnconfirmed ? "This booking is over" : "Your address is confirmed";
}
