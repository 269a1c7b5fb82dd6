import { useRef, useState } from "react";
import { acceptManaged, cancelManaged, rescheduleManaged, type Meeting } from "../api.ts";
import { attemptFor, type Attempt } from "../attempt.ts";
import type { Span } from "../days.ts";
import { readFailure, type Failure } from "../failures.ts";
import { leavingWords, statusWords } from "../status-words.ts";

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
  /** Accepts the offered seat. */
  readonly accept: () => Promise<void>;
}

/** Keeps a booking and changes it: first asks, then calls. A repeated call never does a thing twice. */
export function useChange(token: string, initial: Meeting, onDone: () => void): Change {
  const [meeting, setMeeting] = useState(initial);
  const [asked, setAsked] = useState<Asked>();
  const [failure, setFailure] = useState<Failure>();
  const [isSending, setIsSending] = useState(false);
  const [result, setResult] = useState("");
  const attempt = useRef<Attempt>(undefined);

  const send = async (
    content: string,
    call: (requestId: string) => Promise<Meeting>,
    inWords: (now: Meeting) => string,
  ): Promise<boolean> => {
    attempt.current = attemptFor(content, attempt.current, () => crypto.randomUUID());
    setFailure(undefined);
    setIsSending(true);
    try {
      const now = await call(attempt.current.requestId);
      setMeeting(now);
      setResult(inWords(now));
      // A later change is another one, also when it reads the same.
      attempt.current = undefined;
      setAsked(undefined);
      onDone();
      requestAnimationFrame(() => document.querySelector<HTMLElement>("#booking-heading")?.focus());
      return true;
    } catch (error) {
      setFailure(readFailure(error));
      return false;
    } finally {
      setIsSending(false);
    }
  };
  const confirm = async (reason: string): Promise<void> => {
    if (asked?.kind === "cancel") {
      const { result: left } = leavingWords(meeting.status);
      const content = JSON.stringify(["cancel", reason]);
      await send(
        content,
        (requestId) => cancelManaged(requestId, token, reason),
        () => left,
      );
    } else if (asked?.kind === "move") {
      const move = { startMs: asked.slot.startMs, reason };
      const content = JSON.stringify(["move", move]);
      const isMoved = await send(
        content,
        (requestId) => rescheduleManaged(requestId, token, move),
        () => MOVED,
      );
      if (!isMoved) asked.onRefused();
    }
  };
  const accept = async (): Promise<void> => {
    const inWords = ({ status }: Meeting) => `You have accepted the seat: ${statusWords(status).toLowerCase()}.`;
    await send("accept", (requestId) => acceptManaged(requestId, token), inWords);
  };
  const show = (next: Asked | undefined): void => {
    setFailure(undefined);
    setAsked(next);
  };
  return { meeting, asked, failure, isSending, result, ask: show, dismiss: () => show(undefined), confirm, accept };
}

const MOVED = "Your booking was moved. A mail with the new time is on its way to you.";
