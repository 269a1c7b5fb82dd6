import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { BookingStatus } from "@calends/contracts/calends/booking/v1/booking_pb";
import { getManaged, managedSlots, type Managed, type Meeting } from "../api.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { GuestsWait } from "../components/guests-wait.tsx";
import { MeetingFacts, When } from "../components/meeting-facts.tsx";
import { FailurePage, useTitle } from "../components/notice-page.tsx";
import { PageSkeleton } from "../components/skeleton.tsx";
import { SlotPicker } from "../components/slot-picker.tsx";
import { ZoneChooser } from "../components/zone-chooser.tsx";
import { failureInWords } from "../failures.ts";
import { isOver, leavingWords, statusSentence, statusWords } from "../status-words.ts";
import { useLoaded } from "../use-loaded.ts";
import { usePicker } from "../use-picker.ts";
import { formats } from "../visitor.ts";
import { visitorZone } from "../zones.ts";
import { EndedLinkPage } from "./ended-link-page.tsx";
import { useChange, type Change } from "./use-change.ts";

/** The page of a manage link: the booking, and how to move or cancel it. */
export function ManagePage({ token }: { readonly token: string }): ReactNode {
  const load = useCallback((signal: AbortSignal) => getManaged(token, signal), [token]);
  const { value: managed, failure, reload } = useLoaded(load);
  useTitle("Your booking");
  if (managed !== undefined) return <ManagedBooking token={token} managed={managed} />;
  if (failure?.kind === "ended_manage_link") return <EndedLinkPage token={token} />;
  return failure === undefined ? <PageSkeleton /> : <FailurePage failure={failure} onRetry={reload} />;
}

interface ManagedBookingProps {
  readonly token: string;
  readonly managed: Managed;
}

function ManagedBooking({ token, managed }: ManagedBookingProps): ReactNode {
  const [zone, setZone] = useState(visitorZone);
  const [isMoving, setIsMoving] = useState(false);
  const change = useChange(token, managed.meeting, () => setIsMoving(false));
  const { meeting } = change;
  return (
    <>
      <div className="card manage">
        <StatusBadge status={meeting.status} />
        <h1 id="booking-heading" tabIndex={-1}>
          Your booking
        </h1>
        <StatusSentence meeting={meeting} zone={zone} />
        <GuestsWait meeting={meeting} />
        <div role="status">{change.result !== "" && <p className="message">{change.result}</p>}</div>
        <MeetingFacts meeting={meeting} zone={zone} />
        <ZoneChooser zone={zone} onChange={setZone} />
        <div role="alert">
          {change.failure !== undefined && change.asked === undefined && (
            <p className="alert">{failureInWords(change.failure)}</p>
          )}
        </div>
        <Actions
          isMoving={isMoving}
          leaveName={leavingWords(meeting.status).button}
          onAccept={meeting.status === BookingStatus.OFFERED ? () => void change.accept() : undefined}
          onMove={managed.canReschedule && !isOver(meeting.status) ? () => setIsMoving(!isMoving) : undefined}
          onCancel={managed.canCancel && !isOver(meeting.status) ? () => change.ask({ kind: "cancel" }) : undefined}
        />
      </div>
      {isMoving && <MovePicker token={token} zone={zone} change={change} />}
      {change.asked !== undefined && (
        <ChangeDialog change={change} meeting={meeting} zone={zone} asked={change.asked} />
      )}
    </>
  );
}

/** ActionsProps has what can be done; undefined for what the booking or its policy does not allow. */
interface ActionsProps {
  readonly isMoving: boolean;
  readonly leaveName: string;
  readonly onAccept: (() => void) | undefined;
  readonly onMove: (() => void) | undefined;
  readonly onCancel: (() => void) | undefined;
}

function Actions({ isMoving, leaveName, onAccept, onMove, onCancel }: ActionsProps): ReactNode {
  if (onAccept === undefined && onMove === undefined && onCancel === undefined) {
    return <p className="hint">This booking cannot be changed any more.</p>;
  }
  return (
    <div className="actions">
      {onAccept !== undefined && (
        <button type="button" className="button primary" onClick={onAccept}>
          Accept the seat
        </button>
      )}
      {onMove !== undefined && (
        <button type="button" className="button primary" aria-expanded={isMoving} onClick={onMove}>
          Reschedule
        </button>
      )}
      {onCancel !== undefined && (
        <button type="button" className="button danger" onClick={onCancel}>
          {leaveName}
        </button>
      )}
    </div>
  );
}

function StatusBadge({ status }: Pick<Meeting, "status">): ReactNode {
  const isOff = status === BookingStatus.CANCELLED || status === BookingStatus.NO_SHOW;
  const waits = statusSentence(status) !== undefined;
  return <p className={`badge ${isOff ? "is-off" : waits ? "is-waiting" : ""}`}>{statusWords(status)}</p>;
}

function StatusSentence({ meeting, zone }: { readonly meeting: Meeting; readonly zone: string }): ReactNode {
  const { status, offeredUntilMs } = meeting;
  const sentence = statusSentence(status);
  if (sentence === undefined) return null;
  const isOffered = status === BookingStatus.OFFERED && offeredUntilMs !== undefined;
  return (
    <p>
      {sentence}
      {isOffered &&
        ` It is kept for you until ${formats.date(offeredUntilMs, zone)}, ${formats.time(offeredUntilMs, zone)}.`}
    </p>
  );
}

interface MovePickerProps {
  readonly token: string;
  readonly zone: string;
  readonly change: Change;
}

function MovePicker({ token, zone, change }: MovePickerProps): ReactNode {
  const loadSlots = useMemo(() => managedSlots(token), [token]);
  const picker = usePicker(loadSlots, zone, 0);
  const section = useRef<HTMLElement>(null);
  useEffect(() => section.current?.focus(), []);
  return (
    <section ref={section} tabIndex={-1} className="card move" aria-label="Choose a new time">
      <SlotPicker picker={picker} onPick={(slot) => change.ask({ kind: "move", slot, onRefused: picker.reload })} />
    </section>
  );
}

interface ChangeDialogProps {
  readonly change: Change;
  readonly asked: NonNullable<Change["asked"]>;
  readonly meeting: Meeting;
  readonly zone: string;
}

function ChangeDialog({ change, asked, meeting, zone }: ChangeDialogProps): ReactNode {
  const { failure, isSending, confirm, dismiss } = change;
  const common = { failure, isSending, onDismiss: dismiss, onConfirm: (reason: string) => void confirm(reason) };
  if (asked.kind === "cancel") {
    const words = leavingWords(meeting.status);
    return (
      <ConfirmDialog title={words.question} confirmName={words.confirm} dismissName={words.dismiss} {...common}>
        <p>
          <When span={meeting.span} zone={zone} />
        </p>
      </ConfirmDialog>
    );
  }
  return (
    <ConfirmDialog title="Move this booking?" confirmName="Yes, move it" dismissName="Keep current time" {...common}>
      <dl className="meeting">
        <dt>From</dt>
        <dd>
          <When span={meeting.span} zone={zone} />
        </dd>
        <dt>To</dt>
        <dd>
          <When span={asked.slot} zone={zone} />
        </dd>
      </dl>
    </ConfirmDialog>
  );
}
