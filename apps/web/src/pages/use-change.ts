import { useRef, useState } from "react";
import { cancelManaged, rescheduleManaged, type Meeting } from "../api.ts";
import { attemptFor, type Attempt } from "../attempt.ts";
import type { Span } from "../days.ts";
import { readFailure, type Failure } from "../failures.ts";

/** Asked is a change that waits for the visitor's yes. */
export type Asked =
  | { readonly kind: "cancel" }
  | { readonly kind: "move"; readonly slot: Span; readonly onRefused: () => void };

/** Change is the state of changing a booking. */
export interface Change {
  /** The booking as it is now. */
  readonly meeting: Meeting;
  readonly asked: Asked | undefined;
  readonly failure: Failure | undefined;
  readonly isSending: boolean;
  /** What was done last, in words; empty when nothing was. */
  readonly result: string;
  readonly ask: (asked: Asked) => void;
  readonly dismiss: () => void;
  readonly confirm: (reason: string) => Promise<void>;
}

const RESULTS: Record<Asked["kind"], string> = {
  cancel: "Your booking is cancelled. A mail was sent to you.",
  move: "Your booking was moved. A mail with the new time was sent to you.",
};

/** Keeps a booking and changes it: first asks, then calls. A repeated call never does a thing twice. */
export function useChange(token: string, initial: Meeting, onDone: () => void): Change {
  const [meeting, setMeeting] = useState(initial);
  const [asked, setAsked] = useState<Asked>();
  const [failure, setFailure] = useState<Failure>();
  const [isSending, setIsSending] = useState(false);
  const [result, setResult] = useState("");
  const attempt = useRef<Attempt>(undefined);

  const confirm = async (reason: string): Promise<void> => {
    if (asked === undefined) return;
    const startMs = asked.kind === "move" ? asked.slot.startMs : undefined;
    const content = JSON.stringify([asked.kind, startMs, reason]);
    attempt.current = attemptFor(content, attempt.current, () => crypto.randomUUID());
    const { requestId } = attempt.current;
    setFailure(undefined);
    setIsSending(true);
    try {
      if (startMs === undefined) setMeeting(await cancelManaged(requestId, token, reason));
      else setMeeting(await rescheduleManaged(requestId, token, { startMs, reason }));
      setResult(RESULTS[asked.kind]);
      // A later change is another one, also when it reads the same.
      attempt.current = undefined;
      setAsked(undefined);
      onDone();
      requestAnimationFrame(() => document.querySelector<HTMLElement>("#booking-heading")?.focus());
    } catch (error) {
      setFailure(readFailure(error));
      if (asked.kind === "move") asked.onRefused();
    } finally {
      setIsSending(false);
    }
  };
  const show = (next: Asked | undefined): void => {
    setFailure(undefined);
    setAsked(next);
  };
  return { meeting, asked, failure, isSending, result, ask: show, dismiss: () => show(undefined), confirm };
}
