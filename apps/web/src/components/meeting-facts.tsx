import { Fragment, type ReactNode } from "react";
import { BookingStatus } from "@calends/contracts/calends/booking/v1/booking_pb";
import type { Answer, Meeting } from "../api.ts";
import type { Span } from "../days.ts";
import { webAddress } from "../routes.ts";
import { waitsForSeat } from "../status-words.ts";
import { formats } from "../visitor.ts";

interface MeetingFactsProps {
  readonly meeting: Meeting;
  readonly zone: string;
  /** Names and addresses of the others who come; left out on pages that do not show them. */
  readonly guests?: readonly string[];
  /** The booker's answers to the link's questions; left out on pages that are not a host's. */
  readonly answers?: readonly Answer[];
}

/** When, where and with whom a meeting is. */
export function MeetingFacts({ meeting, zone, guests = [], answers = [] }: MeetingFactsProps): ReactNode {
  const { span, hostNames, bookerName, bookerEmail, status, cancellationReason } = meeting;
  const isOff = status === BookingStatus.CANCELLED;
  return (
    <dl className={isOff ? "meeting is-off" : "meeting"}>
      <dt>What</dt>
      <dd>{meeting.title}</dd>
      <dt>When</dt>
      <dd>
        <When span={span} zone={zone} />
        <span className="hint">
          {zone.replaceAll("_", " ")}, {formats.offset(span.startMs, zone)}
        </span>
      </dd>
      <Where meeting={meeting} />
      {hostNames.length > 0 && (
        <>
          <dt>With</dt>
          <dd>{hostNames.join(", ")}</dd>
        </>
      )}
      <dt>Booked by</dt>
      <dd>
        {bookerName}, {bookerEmail}
      </dd>
      {guests.length > 0 && (
        <>
          <dt>Also coming</dt>
          <dd>
            {guests.map((guest) => (
              <span key={guest}>{guest}</span>
            ))}
          </dd>
        </>
      )}
      {answers.map(({ label, value }) => (
        <Fragment key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
      {isOff && cancellationReason !== "" && (
        <>
          <dt>Reason</dt>
          <dd>{cancellationReason}</dd>
        </>
      )}
    </dl>
  );
}

/** A span as its day and its hours, each on its line. */
export function When({ span, zone }: { readonly span: Span; readonly zone: string }): ReactNode {
  return (
    <>
      <span className="when">{formats.date(span.startMs, zone)}</span>
      <span className="when">{formats.hours(span, zone)}</span>
    </>
  );
}

function Where({ meeting }: { readonly meeting: Meeting }): ReactNode {
  const { status } = meeting;
  const hasPlace = status !== BookingStatus.CANCELLED && !waitsForSeat(status);
  const url = hasPlace ? webAddress(meeting.meetingUrl) : undefined;
  if (meeting.location === "" && url === undefined) return null;
  return (
    <>
      <dt>Where</dt>
      <dd>
        {meeting.location !== url && meeting.location !== "" && <span>{meeting.location}</span>}
        {url !== undefined && (
          <a href={url} rel="noreferrer">
            {url}
          </a>
        )}
      </dd>
    </>
  );
}
